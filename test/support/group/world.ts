/**
 * Workers of a group in virtual time over a linearizable map: each step (a read, a write, a record) takes a random time, a
 * worker can be paused or ended between any two, and an answer can be lost. Knows what must be so, and nothing of how it is
 * done.
 */

import type { GroupSource, GroupStore, ListedShard, Ports, WorkerSettings } from "../../../src/group/ports.js";
import type { Lease, Part, Place, Rows, Write } from "../../../src/group/rows.js";
import { GroupWorker } from "../../../src/group/worker.js";
import type { WireRecord } from "../../../src/session/stream-session.js";
import { Heap } from "../../../src/util/heap.js";

export interface Shard extends ListedShard {
  readonly records: readonly number[];
  /** More may come. */
  readonly isOpen?: boolean;
}

interface Timer {
  readonly at: number;
  readonly serial: number;
  readonly run: () => void;
}

export interface Options {
  readonly random: () => number;
  /** May become more. */
  readonly shards: readonly Shard[];
  readonly settings: Omit<WorkerSettings, "worker">;
  /** The share of answers that are lost. */
  readonly losses?: number;
  /** The longest time of a step. */
  readonly step?: number;
  /** The writes as a mutant has them. */
  readonly mutate?: (part: Part) => Part;
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
  listing: "all" | "empty" | "failing" = "all";

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

  /** All parts, or none. */
  apply(write: Write): boolean {
    const { mutate = (part: Part) => part } = this.#options;
    const parts = write.map(mutate);
    if (!parts.every((part) => this.#holds(part))) return false;
    this.writes.push(write);
    for (const part of parts) this.#do(part);
    return true;
  }

  #holds(part: Part): boolean {
    switch (part.kind) {
      case "createLease":
        return !this.leases.has(part.row.shardId);
      case "createPlace":
        return !this.places.has(part.row.shardId);
      case "setPlace": {
        const place = this.places.get(part.shardId);
        const { epoch, atMost, isEnded } = part.demand;
        if (place === undefined || (epoch !== undefined && place.epoch !== epoch)) return false;
        if (isEnded === false && place.isEnded) return false;
        return atMost === undefined || place.position === undefined || place.position <= atMost;
      }
      default: {
        const lease = this.leases.get(part.shardId);
        const { owner, epoch, beat } = part.demand;
        if (lease === undefined) return false;
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

  ends(shardId: string, worker: Member): void {
    if (this.#busy.get(shardId) === worker) this.#busy.delete(shardId);
  }

  worker(name: string): Member {
    return new Member(this, name, this.#options);
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
  /** How long its writes of places take besides. */
  slowPlaces = 0;
  listings = 0;
  readonly events: [name: string, event: object][] = [];

  constructor(world: World, name: string, { random, settings, losses = 0, shards }: Options) {
    this.#world = world;
    this.name = name;
    const pass = () => world.wait(random() * world.step, () => this.#pausedUntil);
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
        await pass();
        if (this.isCut) throw new Error("cut");
        if (write.length === 1 && write[0]?.kind === "setPlace") await world.wait(this.slowPlaces);
        const isDone = world.apply(write);
        await pass();
        lost();
        return isDone;
      },
    };
    const source: GroupSource = {
      shards: async () => {
        await pass();
        this.listings += 1;
        if (world.listing === "failing") throw new Error("throttled");
        return world.listing === "empty" ? [] : [...shards];
      },
      read: async (shardId, after) => {
        await pass();
        const { records = [], isOpen = false } = world.shardOf(shardId) ?? {};
        const left = records.filter((record) => after === undefined || record > Number(after));
        return { records: left.slice(0, 3).map(recordOf), isEnd: left.length === 0 && !isOpen };
      },
    };
    const handle: Ports["handle"] = async (record, handling) => {
      const number = Number(record.sequenceNumber);
      const { shardId, epoch } = handling;
      world.begins(shardId, this, epoch);
      await pass();
      if (this.isExact) {
        const position = record.sequenceNumber.padStart(40, "0");
        const place = world.places.get(shardId);
        if (place?.epoch !== epoch || (place.position ?? "") >= position) {
          world.ends(shardId, this);
          throw new Error("the transaction was canceled");
        }
        world.places.set(shardId, { ...place, position });
        world.counted.set(number, (world.counted.get(number) ?? 0) + 1);
        handling.moved();
      }
      world.handled.set(shardId, [...(world.handled.get(shardId) ?? []), number]);
      world.ends(shardId, this);
    };
    const clock = {
      now: () => world.now,
      time: () => world.now,
      sleep: (milliseconds: number) => world.wait(milliseconds, () => this.#pausedUntil),
    };
    this.worker = new GroupWorker(
      { store, source, clock, handle, emit: (name, event) => this.events.push([name, event]) },
      { ...settings, worker: name },
    );
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
