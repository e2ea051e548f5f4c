/** Wrong consumers: StreamCore with a few words of its source changed, compiled and loaded from a folder of its own. */

import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { StreamCore } from "../../../src/stream/core.js";
import type { MakeConsumer } from "./consumer.js";
import type { Package } from "./outside.js";

interface Edit {
  /** Of src/stream. */
  readonly file: string;
  /** Found exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant extends Edit {
  /** What it does wrong. */
  readonly name: string;
  /** Where another mend would hide it. */
  readonly and?: Edit;
  /** A history that is known to break, to be tried first. */
  readonly seed?: number;
}

const source = fileURLToPath(new URL("../../../src", import.meta.url));

/** A folder with the source, changed; it is removed when it was used. */
async function within<Result>(mutant: Mutant | undefined, use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = mkdtempSync(join(tmpdir(), "bloop-mutant-"));
  try {
    cpSync(source, folder, { recursive: true });
    if (mutant !== undefined) change(mutant.name, mutant, folder);
    if (mutant?.and !== undefined) change(mutant.name, mutant.and, folder);
    return await use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Throws where the source has not, or not once, what is to be changed. */
function change(name: string, { file, find, replace }: Edit, folder: string): void {
  const path = join(folder, "stream", file);
  const parts = readFileSync(path, "utf8").split(find);
  if (parts.length !== 2) throw new Error(`${name}: ${file} has ${parts.length - 1} times ${find}`);
  writeFileSync(path, parts.join(replace));
}

/** The core of a mutant. */
export function makeMutant(mutant: Mutant): Promise<MakeConsumer> {
  return within(mutant, async (folder) => {
    const loaded: { StreamCore: typeof StreamCore } = await import(/* @vite-ignore */ join(folder, "stream/core.ts"));
    return (options) => new loaded.StreamCore(options);
  });
}

/** The package as its users have it, or a mutant of it, with all that is loaded later. */
export async function loadPackage(mutant?: Mutant): Promise<Package> {
  if (mutant === undefined) return loadFrom(source);
  return within(mutant, loadFrom);
}

async function loadFrom(folder: string): Promise<Package> {
  const { Engine, model, string, integer } = await import(/* @vite-ignore */ join(folder, "index.ts"));
  const { describeLimiter } = await import(/* @vite-ignore */ join(folder, "stream/limiter.ts"));
  const Warm = model("Warm", { id: string().hashKey() }, { stream: { include: ["new"] } });
  const stream = new Engine({ streams: { send: async () => ({}) } }).stream(Warm, "latest");
  await stream.poll().catch(() => {
    // There is no stream: its code was loaded to say so.
  });
  await stream.close();
  return { Engine, model, string, integer, describeLimiter };
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
    find: "!shard.done || shard.place.isOwed || below.has(shard)",
    replace: "!shard.done || below.has(shard)",
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
    name: "a child is never made before its parent is closed",
    file: "time.ts",
    find: "export const earlyChildSlack: number = 15 * 60_000;",
    replace: "export const earlyChildSlack: number = 61_000;",
  },
  {
    name: "only one shard is ever read of those that are ready",
    file: "lineage.ts",
    find: "&& this.#tree.areParentsDone(shard),\n    );\n  }\n\n  /** Shards that were begun",
    replace: "&& this.#tree.areParentsDone(shard),\n    ).slice(0, 1);\n  }\n\n  /** Shards that were begun",
  },
];

/** Mutants of the package that bring back what another simulator found, each with the history that shows it. */
export const outsideMutants: readonly (Mutant & { readonly history: RegExp })[] = [
  {
    name: "a token says that a shard has ended, whatever of its ancestors is acknowledged",
    file: "shard-tree.ts",
    find: "shard.isPast = this.#parentsOf(shard).every((parent) => this.#checkPast(parent, below));",
    replace: "shard.isPast = true;",
    history: /S1/,
  },
  {
    name: "what was denied is not asked for again before a poll says that there is nothing",
    file: "attempt.ts",
    find: "if (this.blocked) this.isOwed = true;",
    replace: "",
    and: { file: "driver.ts", find: "    this.run();\n    try {", replace: "    try {" },
    history: /S2/,
  },
  {
    name: "a shard that is read again keeps its end",
    file: "shard.ts",
    find: "    this.#iterator = undefined;\n    this.reopen();",
    replace: "    this.#iterator = undefined;",
    history: /S3/,
  },
  {
    name: "records that were there at the start count from then on",
    file: "placement.ts",
    find: "shard.countFrom(Math.max(created ?? start, start), created !== undefined && created > start);",
    replace: "shard.countFrom(now, false);",
    history: /S4/,
  },
  {
    name: "children that no listing had in time are not told of",
    file: "lineage.ts",
    find: "    this.#tellOfLostChildren(now);\n",
    replace: "",
    history: /S5/,
  },
  {
    name: "a page without new shards is the last",
    file: "discovery.ts",
    find: "const goesOn = lastShardId !== undefined && !this.#isCircle(lastShardId);",
    replace: "const goesOn = lastShardId !== undefined && this.#shards.size > known;",
    and: {
      file: "discovery.ts",
      find: "    // One that has two parents is listed twice.",
      replace: "    const known = this.#shards.size;",
    },
    history: /S6/,
  },
  {
    name: "a shard that is missing in a listing is closed",
    file: "lineage.ts",
    find: "return shard.absences > 0 || this.#tree.hasChildren(shard.id) ?",
    replace: "if (shard.absences > 0) return 'closed';\n    return this.#tree.hasChildren(shard.id) ?",
    history: /S7/,
  },
  {
    name: "an iterator at the end is taken after the position was",
    file: "reader.ts",
    find: "      this.#lineage.leaveEnds();\n",
    replace: "",
    history: /S8/,
  },
  {
    name: "records behind an iterator at the end are compared with the clock",
    file: "place.ts",
    find: "const first = isAtEnd ? 0 : records",
    replace: "const first = records",
    history: /S9/,
  },
  {
    name: "what follows a shard that was read from its end is compared with the clock",
    file: "place.ts",
    find: "if (this.isBegun) return;",
    replace: "return;",
    history: /S9/,
  },
  {
    name: "a shard that is not found four times is gone",
    file: "streak.ts",
    find: "return this.#times >= timesToBelieve && now - this.#since >= milliseconds;",
    replace: "return this.#times >= timesToBelieve;",
    history: /S10/,
  },
  {
    name: "a shard that is listed with an end is never at its tip",
    file: "shard.ts",
    find: 'if (this.#sentAs === "open" || this.#emptyPages > emptyPagesToBelieve) return true;',
    replace: "return this.#sentAs === 'open';",
    history: /S12/,
  },
  {
    name: "records that come again are delivered again",
    file: "place.ts",
    find: "return first < 0 ? [] : page.slice(first);",
    replace: "return page;",
    history: /E10/,
  },
  {
    name: "the end of a shard is told of before its last record is handed over",
    file: "consumer.ts",
    find: 'if (name === "shardEnded" || name === "ended") setImmediate(tell);',
    replace: "if (false) setImmediate(tell);",
    history: /S1/,
  },
];
