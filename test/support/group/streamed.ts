/**
 * Workers of a group on a simulated stream, in virtual time: the shards split, end and are trimmed, and the ledger knows what
 * has to come of it.
 */

import type { GroupSource } from "../../../src/group/ports.js";
import { StreamSource } from "../../../src/group/source.js";
import type {
  StreamAnswer,
  StreamCall,
  StreamDescription,
  StreamSession,
  WireRecord,
} from "../../../src/session/stream-session.js";
import * as room from "../../../src/stream/room.js";
import { type Behaviour, randomBehaviour, randomHabits } from "../stream/behaviour.js";
import { minute, retention, type SimulatedShard, trim } from "../stream/shards.js";
import { StreamSimulator } from "../stream/simulator.js";
import { type SourcePort, World } from "./world.js";

/** When a simulated world begins. */
const base = Date.UTC(2026, 0, 1);
const idle = 1000;

export interface StreamedOptions {
  readonly seed: number;
  readonly random: () => number;
  /** Without DynamoDB's habits, but for so many shards that it begins with, and for some. */
  readonly plainRoots?: number | undefined;
  readonly habits?: Partial<Behaviour>;
  /** Where the group begins, in milliseconds from the world's beginning. Undefined: at the oldest record. */
  readonly start?: number | undefined;
}

export class Streamed {
  readonly simulator: StreamSimulator;
  readonly world: World;
  readonly gaps: { readonly shardId: string; readonly after: string | undefined; readonly at: number }[] = [];
  readonly problems: string[] = [];
  /** The records that were handled, by shard and index. */
  readonly #handled = new Map<SimulatedShard, Set<number>>();
  readonly #versions = new Map<string, number>();

  readonly #random: () => number;
  readonly #start: number | undefined;

  constructor({ seed, random, plainRoots: roots, habits, start }: StreamedOptions) {
    this.#random = random;
    this.#start = start === undefined ? undefined : base + start;
    const behaviour =
      roots !== undefined ? { roots, ...habits } : { ...randomBehaviour(random), ...randomHabits(random) };
    this.simulator = new StreamSimulator({ seed, now: base, behaviour });
    this.world = new World({
      random,
      shards: [],
      step: 40,
      settings: { lease: 10_000, idle, every: 5, start: this.#start },
      begin: base,
      source: (port) => this.#source(port),
      onEvent: (name, event) => {
        if (name === "gap" && "certain" in event) this.gaps.push({ ...event, at: this.time });
      },
      onBegin: (record, { shardId }) => this.#begin(record, shardId),
      onHandled: (record) => this.#handle(record),
    });
  }

  /** Makes of a listing what the workers see. May throw. */
  listed: (page: StreamDescription) => StreamDescription = (page) => page;

  get time(): number {
    return base + Math.floor(this.world.now);
  }

  #source({ clock, pass }: SourcePort): GroupSource {
    const send = async (call: StreamCall): Promise<StreamAnswer> => {
      await pass();
      const outcome = this.simulator.answer(call, this.time);
      await pass();
      if ("error" in outcome) throw outcome.error;
      const { answer } = outcome;
      return call.kind === "describeStream" ? this.listed(answer as StreamDescription) : answer;
    };
    return new StreamSource({
      room,
      session: { send } as StreamSession,
      streamArn: this.simulator.table.current.arn,
      clock,
      idle,
      random: this.#random,
      onGap: (gap) => this.gaps.push({ ...gap, at: this.time }),
    });
  }

  shardOf(shardId: string): SimulatedShard {
    const shard = this.simulator.table.current.byId.get(shardId);
    if (shard === undefined) throw new Error(`${shardId} is no shard`);
    return shard;
  }

  #begin({ eventId }: WireRecord, shardId: string): void {
    const shard = this.shardOf(shardId);
    const index = Number(eventId.split("/")[2]);
    const left = this.#firstLeft(shard, index);
    if (left !== undefined) this.problems.push(`${eventId} comes before ${left} of its shard`);
    if (!this.#isWanted(shard, index)) this.problems.push(`${eventId} is older than the group's beginning`);
    for (const parent of shard.parents) this.#checkBefore(parent, eventId);
  }

  /** Whether a record is of the group's time, or follows one in its shard or before that is. */
  #isWanted(shard: SimulatedShard, index: number): boolean {
    const start = this.#start;
    if (start === undefined) return true;
    const { createdAtUnit, createdAtSkew } = this.simulator.behaviour;
    const slack = minute + 1000 + createdAtUnit + createdAtSkew;
    if (shard.times.slice(0, index + 1).some((time) => time >= start - slack)) return true;
    return shard.parents.some((parent) => this.#isWanted(parent, parent.records.length));
  }

  /** Whether a record has to be handled. */
  #isDue({ times }: SimulatedShard, index: number): boolean {
    return this.#start === undefined || (times[index] ?? 0) >= this.#start;
  }

  #checkBefore(shard: SimulatedShard, eventId: string): void {
    const left = this.#firstLeft(shard, shard.records.length);
    if (left !== undefined) this.problems.push(`${eventId} comes before ${left}, of a shard before its own`);
    if (shard.closedAt === undefined) this.problems.push(`${eventId} comes while its parent is open`);
    for (const parent of shard.parents) this.#checkBefore(parent, eventId);
  }

  /** The first record below an index that is there and was not handled. */
  #firstLeft(shard: SimulatedShard, below: number): string | undefined {
    trim(shard, this.time);
    const done = this.#handled.get(shard);
    for (let index = shard.trimmed; index < below; index++)
      if (done?.has(index) !== true && this.#isDue(shard, index)) return shard.records[index]?.eventId;
    return undefined;
  }

  #handle({ eventId, keys, newImage }: WireRecord): void {
    const [, ordinal, index] = eventId.split("/").map(Number);
    const shard = this.simulator.table.current.shards[ordinal ?? 0];
    if (shard === undefined) return;
    const done = this.#handled.get(shard) ?? new Set();
    this.#handled.set(shard, done);
    if (done.has(index ?? 0)) return;
    done.add(index ?? 0);
    const key = JSON.stringify(keys);
    const { version: stored } = newImage ?? {};
    const version = stored !== undefined && "N" in stored ? Number(stored.N) : 0;
    const last = this.#versions.get(key) ?? 0;
    if (version <= last) this.problems.push(`${eventId} is version ${version} of ${key}, and ${last} came before`);
    this.#versions.set(key, version);
  }

  /** Whether all that is there was handled. */
  get isComplete(): boolean {
    return this.simulator.table.current.shards.every(
      (shard) => this.#firstLeft(shard, shard.records.length) === undefined,
    );
  }

  /** When the group had its first row: what was trimmed by then, or soon after, is nobody's loss. */
  #takenAt: number | undefined;

  /** When each shard had its rows: of one that was not listed before, and whose id has no time, nobody can know more. */
  readonly #knownAt = new Map<string, number>();

  note(): void {
    if (this.world.places.size > 0) this.#takenAt ??= this.time;
    for (const shardId of this.world.places.keys())
      if (!this.#knownAt.has(shardId)) this.#knownAt.set(shardId, this.time);
  }

  #counts({ id, times }: SimulatedShard, index: number): boolean {
    const isDated = this.simulator.behaviour.ids === "timestamp";
    const since = isDated ? this.#takenAt : this.#knownAt.get(id);
    const time = times[index] ?? 0;
    return time > (since ?? this.time) - retention + 5 * minute && time >= (this.#start ?? 0);
  }

  /** What was trimmed and not handled, of which nobody was told: in its shard, or one before or behind it. */
  get silentLosses(): readonly string[] {
    const isToldOf = ({ id }: SimulatedShard): boolean => this.gaps.some(({ shardId }) => shardId === id);
    const isBefore = (shard: SimulatedShard): boolean => isToldOf(shard) || shard.parents.some(isBefore);
    const isBehind = (shard: SimulatedShard): boolean => isToldOf(shard) || shard.children.some(isBehind);
    return this.simulator.table.current.shards.flatMap((shard) => {
      const lost = shard.records
        .slice(0, shard.trimmed)
        .find((_, index) => this.#handled.get(shard)?.has(index) !== true && this.#counts(shard, index));
      return lost === undefined || isBefore(shard) || isBehind(shard) ? [] : [lost.eventId];
    });
  }
}
