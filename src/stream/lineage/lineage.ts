/** What listings say of the shards of a stream, put together: none of them tells the whole truth. */

import type { StreamShard } from "../../session/stream-session.js";
import type { Attempt } from "../call/attempt.js";
import type { Calls } from "../call/calls.js";
import type { Listing } from "../reading/discovery.js";
import { compareText } from "../sequence.js";
import type { Closedness } from "../shard/end-proof.js";
import { Shard } from "../shard/shard.js";
import type { Emit } from "../signals.js";
import { isOver, listingDelay, tombstoneLife } from "../time.js";
import type { Hold, ShardToken, Start } from "../token.js";
import { holdAfterAbsence, ListingTimes } from "./listing-times.js";
import { beginAt, beginAtEnd, countLosses, isOlderThan, passOver } from "./placement.js";
import { Probes } from "./probes.js";
import { ShardTree } from "./shard-tree.js";

interface LineageSettings {
  readonly start: Start;
  readonly calls: Calls;
  readonly emit: Emit;
  readonly random: () => number;
  readonly idleInterval: number | undefined;
  onError(attempt: Attempt, error: unknown, now: number): void;
  /** Something was learnt of a parent. */
  onNews(now: number): void;
}

export class Lineage {
  readonly #settings: LineageSettings;
  readonly #tree = new ShardTree();
  readonly #probes: Probes;
  readonly #listings: ListingTimes;
  #isPlaced = false;
  /** When another reading, which this one took over from, asked for each shard last. */
  #polledBefore: ReadonlyMap<string, number> = new Map();
  /** Whether the stream was disabled, and how sure it is that nothing new is found: `hold` is over then. */
  #disabled: { readonly hold: Hold | undefined } | undefined;

  constructor(settings: LineageSettings) {
    this.#settings = settings;
    for (const token of settings.start.shards) this.#tree.add(new Shard(token, 0, settings.idleInterval));
    this.#isPlaced = settings.start.shards.length > 0;
    this.#listings = new ListingTimes(settings.start.listed);
    this.#probes = new Probes({
      ...settings,
      onThere: (shardId, at) => this.#hold(shardId, at),
      onGone: (shardId) => this.#tree.giveUpParent(shardId),
    });
  }

  get shards(): Iterable<Shard> {
    return this.#tree.all;
  }

  get(shardId: string): Shard | undefined {
    return this.#tree.get(shardId);
  }

  /** Whether what is found now was missed before, rather than being where the stream is started. */
  get #isUnderWay(): boolean {
    return this.#settings.start.shards.length > 0 || this.isListed;
  }

  get #isDrained(): boolean {
    return this.#disabled !== undefined && this.#disabled.hold === undefined;
  }

  hasChildren(shardId: string): boolean {
    return this.#tree.hasChildren(shardId);
  }

  /** Of all shards, in their order. */
  get ids(): readonly string[] {
    return Array.from(this.#tree.all, ({ id }) => id).sort(compareText);
  }

  /** What was not listed by now was not there then, in this process or in the one that the token is of. */
  get listedSince(): number | undefined {
    return this.#listings.since;
  }

  /** Whether the stream was listed as a whole. */
  get isListed(): boolean {
    return this.#listings.hasAny;
  }

  /** Whether parents are being looked for that are not listed. */
  get isProbing(): boolean {
    return this.#probes.areUnderWay;
  }

  takeListing({ status, shards }: Listing, serial: number, now: number): void {
    // While a stream is being enabled its listing is empty; and an open stream without shards is not to be believed.
    if (shards.length === 0 && status !== "DISABLED") return;
    const found = this.#merge(shards, serial, now);
    const listed = new Set(shards.map(({ shardId }) => shardId));
    for (const shard of this.#tree.all) this.#noteAbsence(shard, listed, serial, now);
    this.#noteStatus(status, found.length > 0, now);
    this.#probeParents(new Set(found), now);
    this.#tellOfLostChildren(now);
    this.#tree.prune(now);
    // A stream that lists no shard at all is over, or that listing lacks what is there: no position is taken by one.
    if (!this.#tree.isEmpty || this.#isDrained) this.#listings.add(now);
  }

  takeChildren(shards: readonly StreamShard[], serial: number, now: number): void {
    const found = this.#merge(shards, serial, now);
    for (const { parents } of found) {
      for (const parent of parents) if (this.#tree.get(parent)?.seemsEnded) this.#tree.get(parent)?.reader.hurry();
    }
    if (this.#disabled !== undefined && found.length > 0) this.#noteStatus("DISABLED", true, now);
  }

  /** Returns the shards that were not known. */
  #merge(listed: readonly StreamShard[], serial: number, now: number): Shard[] {
    const found: Shard[] = [];
    for (const one of listed) {
      const { shardId, parentShardId } = one;
      const parents = parentShardId === undefined ? [] : [parentShardId];
      const known = this.#tree.get(shardId);
      const shard = known ?? this.#find(shardId, parents, serial, now);
      if (known === undefined) found.push(shard);
      for (const parent of parents) this.#tree.link(shard, parent);
      const hasFollowers = this.#tree.hasChildren(shardId) || this.#disabled !== undefined;
      if (shard.noteListed(one, hasFollowers) && shard.seemsEnded) shard.reader.hurry();
    }
    return found;
  }

  #find(shardId: string, parents: readonly string[], serial: number, now: number): Shard {
    const shard = new Shard({ id: shardId, parents }, serial, this.#settings.idleInterval);
    this.#tree.add(shard);
    this.#keepPaceOf(shard);
    beginAt(shard, this.#settings.start.since, now);
    for (const parent of parents) if (this.#tree.get(parent)?.isReadFromEnd) shard.inherit();
    countLosses(shard, this.#isUnderWay, this.#foundSince(parents, now), now);
    return shard;
  }

  /** Takes over from another reading, which asked for shards at these times: also for those that are found later. */
  keepPace(polledBefore: ReadonlyMap<string, number>): void {
    this.#polledBefore = polledBefore;
    for (const shard of this.#tree.all) this.#keepPaceOf(shard);
  }

  #keepPaceOf({ id, reader }: Shard): void {
    const polledAt = this.#polledBefore.get(id);
    if (polledAt !== undefined) reader.keepPace(polledAt);
  }

  /** Since when a shard can have been there that is found now: since listings lack it, or since its parents ended. */
  #foundSince(parents: readonly string[], now: number): number {
    if (this.listedSince !== undefined) return this.listedSince - listingDelay;
    const ends = parents.flatMap((id) => this.#tree.get(id)?.endedAt ?? []);
    return ends.length === 0 ? now : Math.max(...ends);
  }

  /**
   * A child that nobody listed in time is gone with all that was in it, and only its parent tells of that. A shard that
   * has a child may have had others.
   */
  #tellOfLostChildren(now: number): void {
    const listedSince = (this.listedSince ?? Number.NEGATIVE_INFINITY) - listingDelay;
    for (const shard of this.#tree.all) {
      const { id, endedAt, childrenSince } = shard;
      if (endedAt === undefined || childrenSince === undefined) continue;
      if (endedAt < listedSince && this.#tree.hasChildren(id)) continue;
      if (!isOver(Math.max(childrenSince, listedSince), now)) continue;
      shard.tellOfChildren(now);
      this.#settings.emit("gap", { shardId: id, after: undefined, certain: false });
    }
  }

  #noteAbsence(shard: Shard, listed: ReadonlySet<string>, serial: number, now: number): void {
    if (!listed.has(shard.id) && shard.foundIn < serial) shard.noteAbsent(now);
    if (shard.seemsEnded && this.closednessOf(shard) === "closed") shard.reader.hurry();
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
        else this.#probes.add(parent, isBroken && found.has(shard), now);
      }
    }
  }

  /** Asks whether unlisted parents can be read. */
  plan(streamArn: string, now: number): void {
    this.#probes.plan(streamArn, now);
  }

  get wakeAt(): number {
    return this.#probes.wakeAt;
  }

  unblock(): void {
    this.#probes.unblock();
    for (const shard of this.#tree.all) shard.reader.unblock();
  }

  /** Its own parents are not known before it is listed: reading it now could be out of turn. */
  #hold(shardId: string, now: number): void {
    if (this.#tree.get(shardId) !== undefined) return;
    this.#find(shardId, [], 0, now).hold(now);
  }

  /** Sets where the shards of a first listing begin. */
  place(now: number): void {
    const { since, latest } = this.#settings.start;
    if (this.#isPlaced || since === undefined) return;
    this.#isPlaced = true;
    passOver(this.#tree, since, latest, now);
    if (latest) beginAtEnd(this.#tree, since, now);
  }

  /** The position is taken: what is read from here on begins at a time, and at no shard's end. */
  leaveEnds(): void {
    for (const shard of this.#tree.all) shard.reader.leaveEnd();
  }

  /** Whether something is written to a shard still, by all that is known. */
  closednessOf(shard: Shard): Closedness {
    if (shard.closed || this.#disabled !== undefined) return "closed";
    return shard.isAbsent || this.#tree.hasChildren(shard.id) ? "leaving" : "open";
  }

  /** A shard was read to its end, and delivered. */
  finish(shard: Shard): void {
    shard.finish();
    if (!shard.isReadFromEnd) return;
    for (const id of this.#tree.childrenOf(shard.id)) this.#tree.get(id)?.inherit();
  }

  /** The shards that may be read: their parents were read and delivered. */
  pollable(): Shard[] {
    return [...this.#tree.all].filter(
      (shard) => shard.endedAt === undefined && !shard.isHeld && this.#tree.areParentsDone(shard),
    );
  }

  /** Shards that were begun before a parent of theirs became known that is not read. */
  outOfTurn(): Shard[] {
    return [...this.#tree.all].filter((shard) => shard.isInUse && !this.#tree.areParentsDone(shard));
  }

  /** Ended shards whose children have to be looked for. */
  childless(now: number): string[] {
    return [...this.#tree.all].filter(({ id, done }) => done && this.isAwaited(id, now)).map(({ id }) => id);
  }

  isAwaited(shardId: string, now: number): boolean {
    const shard = this.#tree.get(shardId);
    if (shard === undefined || this.#isDrained) return false;
    if (shard.seemsEnded) return this.closednessOf(shard) !== "closed";
    if (this.#tree.hasChildren(shardId)) return false;
    return shard.endedAt !== undefined && shard.endedAt > now - tombstoneLife;
  }

  /** Whether the stream was disabled, and everything in it was delivered. */
  get isComplete(): boolean {
    if (!this.#isDrained || this.isProbing) return false;
    for (const { done } of this.#tree.all) if (!done) return false;
    return true;
  }

  tokens(): ShardToken[] {
    return this.#tree.tokens();
  }
}
