/** Wrong consumers: StreamCore with a few words of its source changed, compiled and loaded from a folder of its own. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StreamCore } from "../../../src/stream/core.js";
import type { MakeConsumer } from "./consumer.js";

export interface Mutant {
  /** What it does wrong. */
  readonly name: string;
  /** Of src/stream. */
  readonly file: string;
  /** Found exactly once. */
  readonly find: string;
  readonly replace: string;
  /** A history that is known to break, to be tried first. */
  readonly seed?: number;
}

const source = fileURLToPath(new URL("../../../src", import.meta.url));

/** Throws where the source has not, or not once, what is to be changed. */
export async function makeMutant({ name, file, find, replace }: Mutant): Promise<MakeConsumer> {
  const folder = mkdtempSync(join(tmpdir(), "bloop-mutant-"));
  try {
    for (const part of ["stream", "session/stream-session.ts", "util", "wire", "errors.ts"]) {
      cpSync(join(source, part), join(folder, part), { recursive: true });
    }
    const path = join(folder, "stream", file);
    const parts = readFileSync(path, "utf8").split(find);
    if (parts.length !== 2) throw new Error(`${name}: ${file} has ${parts.length - 1} times ${find}`);
    writeFileSync(path, parts.join(replace));
    const loaded: { StreamCore: typeof StreamCore } = await import(/* @vite-ignore */ join(folder, "stream/core.ts"));
    return (options) => new loaded.StreamCore(options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const mutants: readonly Mutant[] = [
  {
    name: "a child is read beside its parent",
    file: "shard-tree.ts",
    find: "if (known === undefined ? !this.#gone.has(parent) && !shard.isBegun : !known.done) return false;",
    replace: "void known;",
  },
  {
    name: "a child begins at its end",
    file: "shard.ts",
    find: "...(this.atEnd ?",
    replace: "...(this.atEnd || (this.parents.size > 0 && !this.isBegun && !this.closed) ?",
  },
  {
    name: "only the first page of a listing is read",
    file: "discovery.ts",
    find: "const goesOn = lastShardId !== undefined && !this.#isCircle(lastShardId);",
    replace: "const goesOn = false;",
  },
  {
    name: "only the first page of the streams is read",
    file: "discovery.ts",
    find: "const goesOn = lastStreamArn !== undefined && lastStreamArn !== this.#lastStreamArn;",
    replace: "const goesOn = false;",
  },
  {
    name: "a token has what was fetched",
    file: "place.ts",
    find: "{ after: this.#acknowledged }",
    replace: "{ after: this.#fetched ?? this.#acknowledged }",
  },
  {
    name: "a token says of a shard that it has ended, and its last records are not acknowledged",
    file: "shard-tree.ts",
    find: "shard.done && !shard.place.isOwed &&",
    replace: "shard.done &&",
  },
  {
    name: "a record is acknowledged when it is delivered",
    file: "place.ts",
    find: "    this.#delivered = sequenceNumber;",
    replace: "    this.#delivered = sequenceNumber;\n    this.acknowledge();",
  },
  {
    name: "children are not looked for",
    file: "discovery.ts",
    find: "    onListing({ status, shards }, now);",
    replace: "    onListing({ status, shards }, now);\n    this.isStopped = true;",
  },
  {
    name: "ended shards are forgotten when a listing lacks them",
    file: "shard-tree.ts",
    find: "endedAt > now - tombstoneLife",
    replace: "endedAt > now",
  },
  {
    name: "an iterator of the end that expired is taken at the end again",
    file: "shard.ts",
    find: '    this.#iterator = { value, at: now, isAtEnd: type === "LATEST" };',
    replace:
      '    queueMicrotask(() => (this.atEnd = type === "LATEST"));\n    this.#iterator = { value, at: now, isAtEnd: type === "LATEST" };',
  },
  {
    name: "an iterator is taken at the oldest record again",
    file: "place.ts",
    find: "if (this.#fetched === undefined || this.#isRecovering) return",
    replace: "if (this.#fetched !== null) return",
  },
  {
    name: "a page without a next one is the end",
    file: "end-proof.ts",
    find: "if (this.#pages === 1) return false;",
    replace: "return true;",
  },
  {
    name: "a page without a next one is the end of a closed shard",
    file: "end-proof.ts",
    find: "if (this.#pages === 1) return false;",
    replace: "",
  },
  {
    name: "an open shard ends",
    file: "end-proof.ts",
    find: 'return closedness === "closed" ||',
    replace: 'return closedness !== "leaving" ||',
  },
  {
    name: "empty pages are taken for the end",
    file: "end-proof.ts",
    find: "if (hasNext) {",
    replace: "if (hasNext && !isEmpty) {",
  },
  {
    name: "a gap is not told of",
    file: "polling.ts",
    find: '    if (gap !== undefined) emit("gap", { shardId: shard.id, ...gap });',
    replace: "    void emit;",
  },
  {
    name: "what is trimmed is asked for again and again",
    file: "place.ts",
    find: "    this.#isRecovering = true;",
    replace: "",
  },
  {
    name: "a shard whose oldest record is refused is given up at once",
    file: "shard.ts",
    find: "this.#refused.lasts(refusedFor, now)",
    replace: "true",
  },
  {
    name: "a shard's first records are missing without a word",
    file: "polling.ts",
    find: "const gap = shard.gapBefore(page.records.length === 0, now);",
    replace: "const gap = undefined;",
  },
  {
    name: "a throttled shard is given up",
    file: "failure.ts",
    find: '  ThrottlingException: "transient",',
    replace: '  ThrottlingException: "notFound",',
  },
  {
    name: "a parent that is not listed is not waited for",
    file: "lineage.ts",
    find: "          this.#hold(shardId, now);",
    replace: "          this.#tree.giveUpParent(shardId);",
  },
  {
    name: "listings that follow each other quickly are believed",
    file: "lineage.ts",
    find: "if (now - at < listingDelay / listingsToBelieve)",
    replace: "if (false)",
    seed: 4495,
  },
  {
    name: "a disabled stream has ended at once",
    file: "lineage.ts",
    find: "this.#disabled = { hold: { at: now, absences: 0 } };",
    replace: "this.#disabled = { hold: undefined };",
  },
  {
    name: "times are believed to the millisecond",
    file: "time.ts",
    find: "export const timeSlack = 61_000;",
    replace: "export const timeSlack = 0;",
  },
  {
    name: "the buffer has no limit",
    file: "buffer.ts",
    find: "const limit = Math.min(this.#page.records, free);",
    replace: "const limit = 1000;",
  },
  {
    name: "a shard is read by several calls at once",
    file: "polling.ts",
    find: "    shard.busy = true;\n",
    replace: "",
  },
  {
    name: "a shard is read as often as it answers",
    file: "pace.ts",
    find: "Math.max(this.#due, this.#polledAt + pollInterval)",
    replace: "this.#due",
  },
  {
    name: "shards are listed as often as they may be asked for",
    file: "limiter.ts",
    find: "const perSecond = 5;",
    replace: "const perSecond = 50;",
  },
  {
    name: "a move takes place before it is sure",
    file: "core.ts",
    find: "else if (reader.isReady) {",
    replace: "else {",
  },
  {
    name: "only one shard is ever read of those that are ready",
    file: "lineage.ts",
    find: "&& this.#tree.areParentsDone(shard),\n    );\n  }\n\n  /** Shards that were begun",
    replace: "&& this.#tree.areParentsDone(shard),\n    ).slice(0, 1);\n  }\n\n  /** Shards that were begun",
  },
];
