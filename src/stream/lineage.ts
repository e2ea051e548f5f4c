/** What listings say of the shards of a stream, put together: none of them tells the whole truth. */

import type { StreamShard } from "../session/stream-session.js";
import { type Attempt, Attempts } from "./attempt.js";
import type { Calls } from "./calls.js";
import type { Listing } from "./discovery.js";
import { failureKindOf } from "./failure.js";
import { beginAt, beginAtEnd, isOlderThan, passOver } from "./placement.js";
import { Shard } from "./shard.js";
import { ShardTree } from "./shard-tree.js";
import type { Emit } from "./signals.js";
import { listingDelay, listingsToBelieve, tombstoneLife } from "./time.js";
import type { Hold, ShardToken, Start } from "./token.js";

interface LineageSettings {
  readonly start: Start;
  readonly calls: Calls;
  readonly emit: Emit;
  onError(attempt: Attempt, error: unknown, now: number): void;
  /** Something was learnt of a parent. */
  onNews(now: number): void;
}

export class Lineage {
  readonly #settings: LineageSettings;
  readonly #tree = new ShardTree();
  /** Parents that are not listed: whether they can be read still. `isLoss`: their absence may hide records. */
  readonly #probes = new Map<string, Attempts & { isLoss?: boolean }>();
  #isListed = false;
  #isPlaced = false;
  /** Whether the stream was disabled, and how sure it is that nothing new is found: `hold` is over then. */
  #disabled: { readonly hold: Hold | undefined } | undefined;

  constructor(settings: LineageSettings) {
    this.#settings = settings;
    for (const token of settings.start.shards) this.#tree.add(new Shard(token, 0));
    this.#isPlaced = settings.start.shards.length > 0;
  }

  get shards(): Iterable<Shard> {
    return this.#tree.all;
  }

  get(shardId: string): Shard | undefined {
    return this.#tree.get(shardId);
  }

  /** Whether what is found now was missed before, rather than being where the stream is started. */
  get #isUnderWay(): boolean {
    return this.#settings.start.shards.length > 0 || this.#isListed;
  }

  get #isDrained(): boolean {
    return this.#disabled !== undefined && this.#disabled.hold === undefined;
  }

  /** Whether the stream was listed as a whole. */
  get isListed(): boolean {
    return this.#isListed;
  }

  /** Whether parents are being looked for that are not listed. */
  get isProbing(): boolean {
    return this.#probes.size > 0;
  }

  takeListing({ status, shards }: Listing, serial: number, now: number): void {
    // While a stream is being enabled its listing is empty; and an open stream without shards is not to be believed.
    if (shards.length === 0 && status !== "DISABLED") return;
    const found = this.#merge(shards, serial, now);
    const listed = new Set(shards.map(({ shardId }) => shardId));
    for (const shard of this.#tree.all) this.#noteAbsence(shard, listed, serial, now);
    this.#noteStatus(status, found.length > 0, now);
    this.#probeParents(new Set(found), now);
    this.#tree.prune(now);
    this.#isListed = true;
  }

  takeChildren(shards: readonly StreamShard[], serial: number, now: number): void {
    const found = this.#merge(shards, serial, now);
    for (const { parents } of found) {
      for (const parent of parents) if (this.#tree.get(parent)?.seemsEnded) this.#tree.get(parent)?.hurry();
    }
    if (this.#disabled !== undefined && found.length > 0) this.#noteStatus("DISABLED", true, now);
  }

  /** Returns the shards that were not known. */
  #merge(listed: readonly StreamShard[], serial: number, now: number): Shard[] {
    const found: Shard[] = [];
    for (const { shardId, parentShardId, endingSequenceNumber } of listed) {
      const parents = parentShardId === undefined ? [] : [parentShardId];
      const known = this.#tree.get(shardId);
      const shard = known ?? new Shard({ id: shardId, parents }, serial);
      if (known === undefined) {
        this.#tree.add(shard);
        beginAt(shard, this.#settings.start.since, now);
        if (!this.#isUnderWay) shard.knownAt = now;
        found.push(shard);
      }
      for (const parent of parents) this.#tree.link(shard, parent);
      shard.held = undefined;
      shard.absences = 0;
      if (endingSequenceNumber !== undefined && !shard.closed) {
        shard.closed = true;
        if (shard.seemsEnded) shard.hurry();
      }
    }
    return found;
  }

  #noteAbsence(shard: Shard, listed: ReadonlySet<string>, serial: number, now: number): void {
    if (!listed.has(shard.id) && shard.foundIn < serial) {
      shard.absences += 1;
      shard.held &&= holdAfterAbsence(shard.held, now);
    }
    if (shard.seemsEnded && this.isClosed(shard)) shard.hurry();
  }

  /** A child may be listed late, also when the stream was disabled meanwhile. */
  #noteStatus(status: Listing["status"], hasNews: boolean, now: number): void {
    if (status !== "DISABLED") {
      this.#disabled = undefined;
      return;
    }
    if (hasNews || this.#disabled === undefined) this.#disabled = { hold: { at: now, absences: 0 } };
    else this.#disabled = { hold: this.#disabled.hold && holdAfterAbsence(this.#disabled.hold, now) };
  }

  #probeParents(found: ReadonlySet<Shard>, now: number): void {
    // Where an ended shard has no child that is known, a shard without parents may be of its lineage, and not the next.
    const isBroken = [...this.#tree.all].some(({ id, done }) => done && !this.#tree.hasChildren(id));
    for (const shard of this.#tree.all) {
      for (const parent of this.#tree.missingParents(shard)) {
        if (isOlderThan(shard, this.#settings.start.since, now)) this.#tree.giveUpParent(parent);
        else if (!this.#probes.has(parent)) {
          const isLoss = isBroken && found.has(shard);
          this.#probes.set(parent, Object.assign(new Attempts(now), { isLoss }));
        }
      }
    }
  }

  /** Asks whether unlisted parents can be read. */
  plan(streamArn: string, now: number): void {
    for (const [shardId, probe] of this.#probes) if (probe.isDue(now)) this.#probe(streamArn, shardId, probe);
  }

  get wakeAt(): number {
    return Math.min(...[...this.#probes.values()].map(({ wakeAt }) => wakeAt));
  }

  unblock(): void {
    for (const probe of this.#probes.values()) probe.blocked = false;
    for (const shard of this.#tree.all) shard.blocked = false;
  }

  #probe(streamArn: string, shardId: string, probe: Attempts & { isLoss?: boolean }): void {
    const { calls, emit, onError, onNews } = this.#settings;
    probe.busy = true;
    calls.ask(
      { kind: "getShardIterator", streamArn, shardId, type: "TRIM_HORIZON", sequenceNumber: undefined },
      {
        answer: (_, now) => {
          this.#probes.delete(shardId);
          this.#hold(shardId, now);
          onNews(now);
        },
        error: (error, now) => {
          probe.busy = false;
          const kind = failureKindOf(error);
          if (kind !== "notFound" && kind !== "trimmed") {
            onError(probe, error, now);
            return;
          }
          this.#probes.delete(shardId);
          this.#tree.giveUpParent(shardId);
          if (probe.isLoss === true) emit("gap", { shardId, after: undefined, certain: false });
          onNews(now);
        },
      },
    );
  }

  /** Its own parents are not known before it is listed: reading it now could be out of turn. */
  #hold(shardId: string, now: number): void {
    if (this.#tree.get(shardId) !== undefined) return;
    const shard = new Shard({ id: shardId, parents: [], held: { at: now, absences: 0 } }, 0);
    beginAt(shard, this.#settings.start.since, now);
    this.#tree.add(shard);
  }

  /** Sets where the shards of a first listing begin. */
  place(now: number): void {
    const { since, latest } = this.#settings.start;
    if (this.#isPlaced || since === undefined) return;
    this.#isPlaced = true;
    passOver(this.#tree, since, now);
    if (latest) beginAtEnd(this.#tree, since, now);
  }

  /** Whether nothing will be written to a shard any more, by all that is known. */
  isClosed(shard: Shard): boolean {
    return shard.closed || shard.absences > 0 || this.#disabled !== undefined || this.#tree.hasChildren(shard.id);
  }

  /** The shards that may be read: their parents were read and delivered. */
  pollable(): Shard[] {
    return [...this.#tree.all].filter(
      (shard) => shard.endedAt === undefined && shard.held === undefined && this.#tree.areParentsDone(shard),
    );
  }

  /** Shards that were begun before a parent of theirs became known that is not read. */
  outOfTurn(): Shard[] {
    return [...this.#tree.all].filter(
      (shard) => (shard.queue.size > 0 || shard.busy) && !this.#tree.areParentsDone(shard),
    );
  }

  /** Ended shards whose children have to be looked for. */
  childless(now: number): string[] {
    return [...this.#tree.all].filter(({ id, done }) => done && this.isAwaited(id, now)).map(({ id }) => id);
  }

  isAwaited(shardId: string, now: number): boolean {
    const shard = this.#tree.get(shardId);
    if (shard === undefined || this.#tree.hasChildren(shardId) || this.#isDrained) return false;
    return shard.seemsEnded || (shard.endedAt !== undefined && shard.endedAt > now - tombstoneLife);
  }

  /** Whether the stream was disabled, and everything in it was delivered. */
  get isComplete(): boolean {
    if (!this.#isDrained || this.isProbing) return false;
    for (const { done } of this.#tree.all) if (!done) return false;
    return true;
  }

  tokens(): ShardToken[] {
    return Array.from(this.#tree.all, ({ token }) => token);
  }
}

/** Only listings that lie apart count: those of a restart, or of a shard's end, follow each other quickly. */
function holdAfterAbsence({ at, absences }: Hold, now: number): Hold | undefined {
  if (now - at < listingDelay / listingsToBelieve) return { at, absences };
  return absences + 1 >= listingsToBelieve ? undefined : { at: now, absences: absences + 1 };
}
