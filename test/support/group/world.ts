/**
 * Workers of a group in virtual time over a linearizable map: each step (a read, a write, a record) takes a random time, a
 * worker can be paused or ended between any two, and an answer can be lost. Knows what must be so, and nothing of how it is
 * done.
 */

import type { GroupClock, GroupSource, GroupStore, Handling, Ports, WorkerSettings } from "../../../src/group/ports.js";
import {
  checkpointOnce,
  type Lease,
  type Part,
  type Place,
  positionOf,
  type Rows,
  type Write,
} from "../../../src/group/rows.js";
import { GroupWorker } from "../../../src/group/worker.js";
import type { StreamShard, WireRecord } from "../../../src/session/stream-session.js";
import { Heap } from "../../../src/util/heap.js";

export interface Shard {
  readonly shardId: string;
  readonly parentShardId: string | undefined;
  readonly records: readonly number[];
  /** More may come. */
  readonly isOpen?: boolean;
}

interface Timer {
  readonly at: number;
  readonly serial: number;
  readonly run: () => void;
}

/** Without a limit, and from the oldest record on, unless they say otherwise. */
type Settings = Pick<WorkerSettings, "lease" | "idle" | "every"> & Partial<Pick<WorkerSettings, "most" | "start">>;

export interface Options {
  readonly random: () => number;
  /** May become more. */
  readonly shards: readonly Shard[];
  readonly settings: Settings;
  /** The share of answers that are lost. */
  readonly losses?: number;
  /** The share of writes that are given up, and arrive up to so many milliseconds later all the same. */
  readonly late?: { readonly share: number; readonly by: number };
  /** The longest time of a step. */
  readonly step?: number;
  /** When it begins, in milliseconds since the epoch. */
  readonly begin?: number;
  /** The stream, if it is another one than the shards above. */
  readonly source?: (port: SourcePort) => GroupSource;
  readonly onEvent?: Ports["emit"];
  /** Is told of each record that is begun. */
  readonly onBegin?: (record: WireRecord, handling: Handling) => void;
  /** And of each that is handled, which may be asked twice. */
  readonly onHandled?: (record: WireRecord, handling: Handling) => void;
  /** The writes as a mutant has them. */
  readonly mutate?: (part: Part) => Part;
}

/** What a worker has to reach a stream with. */
export interface SourcePort {
  readonly clock: GroupClock;
  /** Lets the time of a call pass. */
  pass(): Promise<void>;
}

export class World {
  now = 0;
  /** The longest time of a step. */
  step: number;
  readonly leases = new Map<string, Lease>();
  readonly places = new Map<string, Place>();
  /** What was done, in order. */
  readonly writes: Write[] = [];
  readonly problems: string[] = [];
  readonly handled = new Map<string, number[]>();
  /** How often each record was counted in the transaction that moves the place. */
  readonly counted = new Map<number, number>();
  readonly #timers = new Heap<Timer>(
    (left, right) => left.at < right.at || (left.at === right.at && left.serial < right.serial),
  );
  readonly #options: Options;
  readonly #busy = new Map<string, Member>();
  #serial = 0;
  listing: "all" | "empty" | "partial" | "failing" = "all";

  constructor(options: Options) {
    this.#options = options;
    this.step = options.step ?? 20;
  }

  wait(milliseconds: number, resumedAt: () => number = () => 0): Promise<void> {
    return new Promise((resolve) => {
      const run = () => {
        const later = resumedAt();
        if (later > this.now) this.#timers.add({ at: later, serial: this.#serial++, run });
        else resolve();
      };
      this.#timers.add({ at: this.now + milliseconds, serial: this.#serial++, run });
    });
  }

  /** Runs all that is due until a time, or until something is so. */
  async runUntil(time: number, isDone: () => boolean = () => false): Promise<void> {
    for (;;) {
      const next = this.#timers.least;
      if (next === undefined || next.at > time || isDone()) break;
      this.#timers.removeLeast();
      this.now = Math.max(this.now, next.at);
      next.run();
      await drained();
    }
    if (!isDone()) this.now = Math.max(this.now, time);
  }

  get rows(): Rows {
    return { leases: new Map(this.leases), places: new Map(this.places) };
  }

  /** All parts, or none. By a worker that waits for the answer, if any does. */
  apply(write: Write, by?: string): boolean {
    const { mutate = (part: Part) => part } = this.#options;
    const parts = write.map(mutate);
    const isDone = parts.every((part) => this.#holds(part));
    for (const part of write) this.#judge(part, isDone, by);
    if (!isDone) return false;
    this.writes.push(write);
    for (const part of parts) this.#do(part);
    return true;
  }

  /** Who lost a lease writes nothing under it; who has it may store how far it came. */
  #judge(part: Part, isDone: boolean, by: string | undefined): void {
    if (part.kind === "setLease" || part.kind === "deleteLease") {
      const { owner, epoch, want } = part.demand;
      const lease = this.leases.get(part.shardId);
      if (isDone && want !== undefined && want !== (lease?.want ?? "nobody"))
        this.problems.push(`somebody asks for ${part.shardId}, which ${lease?.want} has asked for meanwhile`);
      const isOwner = lease?.owner === (owner === "nobody" ? undefined : owner);
      if (isDone && owner !== undefined && (!isOwner || lease?.epoch !== epoch))
        this.problems.push(`${owner} writes the lease of ${part.shardId} in epoch ${epoch}, and has lost it`);
    }
    if (part.kind !== "setPlace") return;
    const place = this.places.get(part.shardId);
    if (isDone && place?.isEnded === true)
      this.problems.push(`the place of ${part.shardId}, which has ended, is written`);
    const { epoch, atMost, below } = part.demand;
    if (atMost === undefined && below === undefined) return;
    const lease = this.leases.get(part.shardId);
    if (isDone && lease !== undefined && lease.epoch !== epoch)
      this.problems.push(
        `${by ?? "nobody"} moves the place of ${part.shardId} in epoch ${epoch}, which is in ${lease.epoch}`,
      );
    const isOwn = lease?.owner === by && lease?.epoch === epoch && place?.epoch === epoch;
    if (!isDone && atMost !== undefined && isOwn && place?.isEnded === false)
      this.problems.push(`${by} has ${part.shardId}, and may not store how far it came`);
  }

  isCreatable(rows: ReadonlyMap<string, object>, shardId: string): boolean {
    return !rows.has(shardId);
  }

  #holds(part: Part): boolean {
    switch (part.kind) {
      case "createLease":
        return this.isCreatable(this.leases, part.row.shardId);
      case "createPlace":
        return this.isCreatable(this.places, part.row.shardId);
      case "setPlace": {
        const place = this.places.get(part.shardId);
        const { epoch, atMost, below, isEnded } = part.demand;
        if (place === undefined || (epoch !== undefined && place.epoch !== epoch)) return false;
        if (isEnded === false && place.isEnded) return false;
        if (place.position === undefined) return true;
        return (atMost === undefined || place.position <= atMost) && (below === undefined || place.position < below);
      }
      case "deletePlace":
        return (
          this.places.get(part.shardId)?.isEnded === true && this.places.get(part.shardId)?.epoch === part.demand.epoch
        );
      default: {
        const lease = this.leases.get(part.shardId);
        const { owner, epoch, beat, want } = part.demand;
        if (lease === undefined) return false;
        if (want !== undefined && lease.want !== (want === "nobody" ? undefined : want)) return false;
        if (owner !== undefined && lease.owner !== (owner === "nobody" ? undefined : owner)) return false;
        return (epoch === undefined || lease.epoch === epoch) && (beat === undefined || lease.beat === beat);
      }
    }
  }

  #do(part: Part): void {
    switch (part.kind) {
      case "createLease":
        this.leases.set(part.row.shardId, part.row);
        return;
      case "createPlace":
        this.places.set(part.row.shardId, part.row);
        return;
      case "deleteLease":
        this.leases.delete(part.shardId);
        return;
      case "deletePlace":
        this.places.delete(part.shardId);
        return;
      case "setPlace": {
        const place = this.places.get(part.shardId);
        if (place === undefined) return;
        if (part.set.position !== undefined && part.set.position < (place.position ?? ""))
          this.problems.push("a place went back");
        this.places.set(part.shardId, { ...place, ...part.set });
        return;
      }
      case "setLease": {
        const lease = this.leases.get(part.shardId);
        if (lease === undefined) return;
        const { owner = lease.owner, want = lease.want, epoch = lease.epoch } = part.set;
        this.leases.set(part.shardId, {
          ...lease,
          owner: owner ?? undefined,
          want: want ?? undefined,
          epoch,
          beat: lease.beat + 1,
        });
      }
    }
  }

  shardOf(shardId: string): Shard | undefined {
    return this.#options.shards.find((shard) => shard.shardId === shardId);
  }

  /** What a worker may never do, whatever happened before. */
  begins(shardId: string, worker: Member, epoch: number): void {
    // Whatever was paused: a record is begun only while nobody else can have taken the lease.
    const held = this.leases.get(shardId)?.epoch ?? epoch;
    if (held !== epoch) this.problems.push(`${worker.name} handles ${shardId} in epoch ${epoch}, which is in ${held}`);
    const { parentShardId } = this.shardOf(shardId) ?? {};
    if (parentShardId !== undefined) {
      const parent = this.shardOf(parentShardId);
      const done = new Set(this.handled.get(parentShardId));
      if (!parent?.records.every((record) => done.has(record))) this.problems.push(`${shardId} before its parent`);
    }
    const other = this.#busy.get(shardId);
    const isExcused = worker.wasPaused || other?.wasPaused === true;
    if (other !== undefined && other !== worker && !isExcused)
      this.problems.push(`${worker.name} beside ${other.name} on ${shardId}`);
    this.#busy.set(shardId, worker);
  }

  handles(shardId: string, record: number): void {
    const handled = this.handled.get(shardId);
    if (handled === undefined) this.handled.set(shardId, [record]);
    else handled.push(record);
  }

  ends(shardId: string, worker: Member): void {
    if (this.#busy.get(shardId) === worker) this.#busy.delete(shardId);
  }

  worker(name: string, more: Partial<Settings> = {}): Member {
    const { settings } = this.#options;
    return new Member(this, name, { ...this.#options, settings: { ...settings, ...more } });
  }
}

/** All that follows without waiting for time. */
function drained(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** One worker, and what can happen to it. */
export class Member {
  readonly worker: GroupWorker;
  readonly ended: Promise<void>;
  readonly name: string;
  #world: World;
  #pausedUntil = 0;
  wasPaused = false;
  /** Handles each record with its checkpoint in one write, and counts it in the same. */
  isExact = false;
  /** None of its calls reaches the table of leases. */
  isCut = false;
  /** Its loops end with an error that nobody thought of. */
  isBroken = false;
  /** How long its writes of places take besides. */
  slowPlaces = 0;
  listings = 0;
  readonly events: [name: string, event: object][] = [];

  constructor(world: World, name: string, options: Options) {
    const { random, settings, losses = 0, late = { share: 0, by: 0 }, shards } = options;
    this.#world = world;
    this.name = name;
    const pass = () => world.wait(random() * world.step, () => this.#pausedUntil);
    /** As a network does: what it gives up on may arrive all the same, whoever sent it is gone or not. */
    const send = async (write: Write, then?: () => void): Promise<boolean> => {
      await pass();
      const arrive = (by?: string) => {
        const isDone = world.apply(write, by);
        if (isDone) then?.();
        return isDone;
      };
      if (random() >= late.share) return arrive(name);
      void world.wait(random() * late.by).then(() => arrive());
      throw new Error("it timed out");
    };
    const lost = () => {
      if (random() < losses) throw new Error("the answer was lost");
    };
    const store: GroupStore = {
      rows: async () => {
        await pass();
        if (this.isCut) throw new Error("cut");
        const { rows } = world;
        await pass();
        lost();
        return rows;
      },
      write: async (write) => {
        if (this.isCut) throw new Error("cut");
        if (write.length === 1 && write[0]?.kind === "setPlace") await world.wait(this.slowPlaces);
        const isDone = await send(write);
        await pass();
        lost();
        return isDone;
      },
    };
    const clock = {
      now: () => world.now,
      time: () => (options.begin ?? 0) + Math.floor(world.now),
      sleep: async (milliseconds: number) => {
        await world.wait(milliseconds, () => this.#pausedUntil);
        if (this.isBroken) throw new Error("broken");
      },
    };
    const simple: GroupSource = {
      list: async () => {
        await pass();
        this.listings += 1;
        if (world.listing === "failing") throw new Error("throttled");
        // A part of them, of which each call lacks another one.
        const isListed = () => world.listing === "all" || (world.listing === "partial" && random() < 0.5);
        return { shards: shards.filter(isListed).map(listed), isDisabled: false };
      },
      listRecent: () => simple.list(),
      lookFor: async (shardId) => (world.shardOf(shardId) === undefined ? "gone" : "unknown"),
      madeAt: () => undefined,
      follows: () => false,
      read: async (shardId, { after }) => {
        await pass();
        const { records = [], isOpen = false } = world.shardOf(shardId) ?? {};
        const left = records.filter((record) => after === undefined || record > Number(after));
        const isAtTip = left.length === 0;
        if (isAtTip && isOpen) await clock.sleep(settings.idle);
        return { records: left.slice(0, 3).map(recordOf), isEnd: isAtTip && !isOpen, isAtTip };
      },
      forget: () => {},
    };
    const handle: Ports["handle"] = async (record, handling) => {
      const number = Number(record.sequenceNumber);
      const { shardId, epoch } = handling;
      world.begins(shardId, this, epoch);
      options.onBegin?.(record, handling);
      await pass();
      if (this.isExact) {
        const position = positionOf(record.sequenceNumber);
        const isDone = await send([checkpointOnce(handling, position)], () => {
          world.counted.set(number, (world.counted.get(number) ?? 0) + 1);
          world.handles(shardId, number);
          options.onHandled?.(record, handling);
        }).catch(() => false);
        const place = world.places.get(shardId);
        if (!isDone && (place?.epoch !== epoch || (place.position ?? "") < position)) {
          world.ends(shardId, this);
          throw new Error("the transaction was canceled");
        }
        handling.moved();
      } else {
        world.handles(shardId, number);
        options.onHandled?.(record, handling);
      }
      world.ends(shardId, this);
    };
    const source = options.source?.({ clock, pass }) ?? simple;
    const emit: Ports["emit"] = (name, event) => {
      this.events.push([name, event]);
      options.onEvent?.(name, event);
    };
    const all = { most: Number.POSITIVE_INFINITY, start: undefined, ...settings, worker: name };
    this.worker = new GroupWorker({ store, source, clock, handle, emit }, all);
    this.ended = this.worker.run();
  }

  /** As SIGSTOP does: nothing of it goes on until then. */
  pause(milliseconds: number): void {
    this.wasPaused = true;
    this.#pausedUntil = Math.max(this.#pausedUntil, this.#world.now + milliseconds);
  }

  /** As kill -9 does. */
  kill(): void {
    this.wasPaused = true;
    this.#pausedUntil = Number.POSITIVE_INFINITY;
  }
}

function listed({ shardId, parentShardId }: Shard): StreamShard {
  return { shardId, parentShardId, startingSequenceNumber: undefined, endingSequenceNumber: undefined };
}

function recordOf(number: number): WireRecord {
  return {
    eventId: String(number),
    eventName: "MODIFY",
    createdAt: 0,
    sequenceNumber: String(number),
    sizeBytes: 1,
    keys: {},
    newImage: undefined,
    oldImage: undefined,
    userIdentity: undefined,
  };
}
