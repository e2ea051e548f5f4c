/**
 * One consumer at one simulated table, step by step: owns the clock and every interleaving, and hears every word.
 * The same seed and the same actions give the same trace.
 */

import { isDeepStrictEqual } from "node:util";
import type { StreamCall, StreamDescription } from "../../../src/session/stream-session.js";
import type { StreamPosition } from "../../../src/stream/token.js";
import { type Random, seededRandom } from "../random.js";
import type { Behaviour } from "./behaviour.js";
import type { Consumer, Delivery, MakeConsumer, Move } from "./consumer.js";
import { type Faults, randomFaults } from "./faults.js";
import { Broken, type Gap, Ledger, nothing, type Promised, type Standing } from "./ledger.js";
import { Rates } from "./rates.js";
import { type Outcome, StreamSimulator } from "./simulator.js";

/** `at`: so many milliseconds after the table was made. */
export type Start = "trim_horizon" | "latest" | { readonly at: number };

export interface RunOptions {
  readonly seed: number;
  readonly make: MakeConsumer;
  readonly behaviour?: Partial<Behaviour>;
  readonly start?: Start;
  readonly acknowledge?: "pull" | "manual";
  readonly maxBufferedRecords?: number;
  readonly concurrency?: number;
  /** By how many milliseconds the process's clock is ahead of DynamoDB's; 0 by default. */
  readonly clockAhead?: number;
  /** Whether all that happens is kept as text; false by default. */
  readonly traced?: boolean;
  /** Whether what was delivered is kept; true by default. */
  readonly kept?: boolean;
}

interface Pending {
  readonly call: StreamCall;
  /** Asked for by a consumer's former position. */
  isStale: boolean;
  outcome: Outcome | undefined;
}

/** A token that was stored, or none yet: then a restart begins anew. */
interface Saved {
  readonly token: string | undefined;
  readonly standing: Standing;
}

interface PendingMove {
  readonly move: Move;
  readonly standing: Standing;
  /** What was told of the new position so far, and when. */
  readonly gaps: { readonly gap: Gap; readonly at: number }[];
  /** The stream that is not being read, and was described. */
  streamArn: string | undefined;
}

/** Where a move goes: a start, the token stored last, or what is no position of this table. */
export type Destination = Start | "saved" | "broken" | "foreign";

export const epoch = Date.UTC(2026, 0, 1);

export class Run {
  readonly options: RunOptions;
  readonly simulator: StreamSimulator;
  readonly random: Random;
  now = epoch;
  consumer: Consumer;
  ledger: Ledger;
  /** All that was delivered in this life, in order; and what it was told. */
  readonly delivered: Delivery[] = [];
  readonly events: { readonly name: string; readonly event: object }[] = [];
  readonly trace: string[] = [];
  readonly #said: { readonly name: string; readonly event: object; readonly isCurrent: boolean }[] = [];
  /** The shards of the reads of this life. */
  readonly reads: string[] = [];
  /** Calls that were planned, and have no answer yet. */
  pending: Pending[] = [];
  steps = 0;
  /** Deliveries of all lives. */
  deliveries = 0;
  #rates = new Rates();
  #saved: Saved[] = [];
  #last: Delivery | undefined;
  #start: Start;
  #move: PendingMove | undefined;

  constructor(options: RunOptions) {
    this.options = options;
    this.#start = options.start ?? "trim_horizon";
    this.random = seededRandom(options.seed ^ 0x5eed);
    const { seed, behaviour = {} } = options;
    this.simulator = new StreamSimulator({ seed, behaviour, now: this.now });
    const { consumer, ledger } = this.#begin();
    this.consumer = consumer;
    this.ledger = ledger;
  }

  get maxBufferedRecords(): number {
    return this.options.maxBufferedRecords ?? 10_000;
  }

  /** The calls that the consumer wants to make now become pending. */
  plan(): void {
    for (const call of this.consumer.plan(this.clock)) {
      this.#note("call", call);
      this.#checkCall(call);
      this.pending.push({ call, outcome: undefined, isStale: false });
    }
  }

  /** The service answers a call; the answer is under way. */
  answer(which: number): void {
    const pending = this.pending[which % Math.max(1, this.pending.length)];
    if (pending !== undefined) pending.outcome ??= this.simulator.answer(pending.call, this.now);
  }

  settle(which: number): boolean {
    this.answer(which);
    const [pending] = this.pending.splice(which % Math.max(1, this.pending.length), 1);
    if (pending?.outcome === undefined) return false;
    this.steps++;
    this.#note("settle", "error" in pending.outcome ? String(pending.outcome.error) : pending.call.kind);
    this.#noteListing(pending);
    this.consumer.settle(pending.call, pending.outcome, this.clock);
    this.#hearAll();
    if (this.consumer.isReady) this.ledger.ready(this.now);
    this.#checkMove();
    this.#checkBuffer();
    return true;
  }

  /** While a move is under way, it can't be seen which of the two positions a listing is for: it counts for the old one. */
  #noteListing({ call, outcome, isStale }: Pending): void {
    if (isStale || call.kind !== "describeStream" || outcome === undefined || "error" in outcome) return;
    this.ledger.list(outcome.answer as StreamDescription, this.now);
  }

  /** Pulls one record, which in pull mode acknowledges the one before. */
  next(): Delivery | undefined {
    const pulls = this.options.acknowledge !== "manual";
    if (pulls) this.ledger.acknowledge();
    const delivery = this.#pull();
    if (delivery === undefined) {
      this.#hearAll();
      return undefined;
    }
    this.#note("deliver", delivery.record.eventId);
    this.ledger.deliver(delivery, this.now);
    this.deliveries++;
    if (this.options.kept !== false) this.delivered.push(delivery);
    this.#last = delivery;
    this.#hearAll();
    return delivery;
  }

  /** What is denied is told to whoever pulls, and to nobody else. */
  #pull(): Delivery | undefined {
    try {
      return this.consumer.next(this.clock);
    } catch (error) {
      if (!this.simulator.hasDenied) throw error;
      this.#note("denied", String(error));
      return undefined;
    }
  }

  /** The process's clock. */
  get clock(): number {
    return this.now + (this.options.clockAhead ?? 0);
  }

  acknowledge(): void {
    if (this.#last === undefined) return;
    this.consumer.acknowledge();
    this.ledger.acknowledge();
  }

  /** Stores a token, as its user would: as JSON. */
  save(): void {
    if (!this.consumer.isReady) return;
    const { token } = this.consumer;
    const json = JSON.stringify(token);
    if (!isDeepStrictEqual(JSON.parse(json), token)) throw new Broken("a token is not the same after JSON");
    this.#note("token", json);
    this.#saved.push({ token: json, standing: this.ledger.standing });
    if (this.#saved.length > 16) this.#saved.shift();
  }

  /** The process ends, and another one goes on with a stored token: the latest one, or so many before it. */
  crash(back = 0): void {
    const saved = this.#saved[Math.max(0, this.#saved.length - 1 - back)];
    this.#note("crash", this.#saved.length);
    this.#live(saved);
  }

  /** Another consumer begins, from a position of its own. */
  restart(start: Start): void {
    this.#start = start;
    this.#saved = [];
    this.#live(undefined);
  }

  #live(saved: Saved | undefined): void {
    this.#move = undefined;
    this.pending = [];
    this.delivered.length = 0;
    this.events.length = 0;
    this.reads.length = 0;
    this.#rates = new Rates();
    const { consumer, ledger } = this.#begin(saved);
    this.consumer = consumer;
    this.ledger = ledger;
    this.#last = undefined;
  }

  /** The old position goes on until the new one is taken. */
  moveTo(to: Destination): Move {
    const saved = to === "saved" ? this.#saved.at(-1) : undefined;
    const start = to === "saved" || to === "broken" || to === "foreign" ? "trim_horizon" : to;
    const position = saved?.token !== undefined ? JSON.parse(saved.token) : this.#destination(to, start);
    const move = this.consumer.moveTo(position, this.clock);
    this.#note("move", to);
    const standing = saved?.standing ?? this.#fresh(start);
    if (move.state === "pending") this.#move = { move, standing, gaps: [], streamArn: undefined };
    else if (position === undefined || move.state !== "failed") throw new Broken(`a move to ${to} is ${move.state}`);
    return move;
  }

  #destination(to: Destination, start: Start): StreamPosition {
    const { token } = this.consumer;
    if (to === "broken") return { ...token, shards: [{ id: "shardId-broken", parents: [], after: "junk" }] };
    return to === "foreign" ? { ...token, tableName: "Other" } : this.#positionOf(start);
  }

  #checkMove(): void {
    const { move, standing, gaps = [], streamArn } = this.#move ?? {};
    if (move === undefined || standing === undefined || move.state === "pending") return;
    this.#move = undefined;
    if (move.state === "failed") return;
    this.#note("moved", "");
    const before = this.ledger.streamArn;
    this.ledger = new Ledger(this.simulator, standing);
    for (const { gap, at } of gaps) this.ledger.gap(gap, at);
    const followed = standing.stream?.arn ?? streamArn ?? before;
    if (followed !== undefined) this.ledger.follow(followed);
    this.ledger.ready(this.now);
    this.delivered.length = 0;
    this.#last = undefined;
    for (const pending of this.pending) pending.isStale = true;
    this.save();
  }

  setFaults(on: boolean): void {
    const faults: Faults = on ? randomFaults(this.random) : {};
    this.simulator.faults = faults;
    if (!on) this.simulator.heal();
  }

  /** All calls of a kind are throttled for so long, or denied until they are allowed again. */
  trouble(kind: StreamCall["kind"], milliseconds: number | "denied"): void {
    if (milliseconds === "denied") this.simulator.deny(kind);
    else this.simulator.throttle(kind, this.now + milliseconds);
  }

  /** A reader that takes so long for each record. */
  read(records: number, pace: number): void {
    for (let index = 0; index < records; index++) {
      this.next();
      this.#maybeAcknowledge();
      this.plan();
      while (this.pending.length > 0) this.settle(this.#any());
      this.now += pace;
    }
  }

  /** Plans, settles in any order, and pulls. The clock goes on a little with each. */
  work(steps: number, pace = 50): void {
    for (let step = 0; step < steps; step++) {
      this.plan();
      if (this.random() < 0.2) this.answer(this.#any());
      if (this.random() < 0.8) this.settle(this.#any());
      while (this.random() < 0.8 && this.next() !== undefined) this.#maybeAcknowledge();
      if (this.random() < 0.1) this.save();
      this.now += Math.floor(this.random() * pace);
    }
  }

  /** Reads on until everything promised is delivered; throws where that takes more than so many steps. */
  drain(most: number): void {
    const begin = this.steps;
    while (!this.#isDone()) {
      if (this.steps - begin > most) throw this.#stuck(most);
      this.#turn();
    }
    this.ledger.complete(this.now);
  }

  /** Reads for so long. */
  pass(milliseconds: number): void {
    const end = this.now + milliseconds;
    while (this.now < end) this.#turn(end);
  }

  /** Lets time pass at a tip: whatever is delivered now was delivered before, or never written. */
  idle(milliseconds: number, stride = 70_000): void {
    for (const end = this.now + milliseconds; this.now < end; this.now += stride) {
      for (let turn = 0; turn < 8; turn++) this.#settleAll();
    }
  }

  gaps(): Gap[] {
    return this.events.filter(({ name }) => name === "gap").map(({ event }) => event as Gap);
  }

  #settleAll(): void {
    this.plan();
    while (this.pending.length > 0) this.settle(this.#any());
    this.#pullAll();
  }

  #pullAll(): void {
    while (this.next() !== undefined) this.#maybeAcknowledge(1);
    this.#maybeAcknowledge(1);
  }

  /** One call, or all records that are there, or the clock's next moment. */
  #turn(latest = Number.POSITIVE_INFINITY): void {
    this.plan();
    const had = this.deliveries;
    this.#pullAll();
    if (this.settle(this.#any()) || this.deliveries > had) return;
    this.steps++;
    const { wakeAt } = this.consumer;
    if (wakeAt === undefined && latest === Number.POSITIVE_INFINITY) {
      throw new Broken("I9: nothing is under way, and no time is named to wake at");
    }
    const wake = wakeAt === undefined ? latest : wakeAt - (this.options.clockAhead ?? 0);
    this.now = Math.min(latest, Math.max(this.now + 1, Math.ceil(wake)));
  }

  #isDone(): boolean {
    const { disabledAt } = this.simulator.table.current;
    const endsToo = disabledAt !== undefined && this.simulator.table.streams.length === 1;
    return this.#move === undefined && this.ledger.isComplete(this.now) && (!endsToo || this.consumer.isEnded);
  }

  #stuck(most: number): Error {
    try {
      this.ledger.complete(this.now);
    } catch (error) {
      return new Broken(`I9: not drained in ${most} steps: ${error instanceof Error ? error.message : ""}`);
    }
    return new Broken(`I9: not ended in ${most} steps`);
  }

  #maybeAcknowledge(chance = 0.5): void {
    if (this.options.acknowledge === "manual" && this.random() < chance) this.acknowledge();
  }

  #any(): number {
    return Math.floor(this.random() * this.pending.length);
  }

  #begin(saved?: Saved): { consumer: Consumer; ledger: Ledger } {
    const { make, acknowledge, concurrency } = this.options;
    const ledger = new Ledger(this.simulator, saved?.standing ?? this.#fresh(this.#start));
    const consumer = make({
      tableName: this.simulator.table.tableName,
      position: saved?.token === undefined ? this.#positionOf(this.#start) : JSON.parse(saved.token),
      acknowledge: acknowledge ?? "pull",
      maxBufferedRecords: this.maxBufferedRecords,
      concurrency: concurrency ?? 8,
      random: this.random,
      now: this.clock,
      emit: (name, event, isCurrent = () => true) => void this.#said.push({ name, event, isCurrent: isCurrent() }),
    });
    return { consumer, ledger };
  }

  #positionOf(start: Start): StreamPosition {
    return typeof start === "object" ? new Date(epoch + start.at) : start;
  }

  /** What is promised to one that begins now. */
  #fresh(start: Start): Standing {
    const since = typeof start === "object" ? epoch + start.at : this.now;
    const fromTime = { since: start === "latest" ? Number.POSITIVE_INFINITY : since, notBefore: since };
    const promised: Promised = start === "trim_horizon" ? { all: true } : fromTime;
    const newest = this.simulator.table.current.ordinal;
    return { ...nothing, promised, newest };
  }

  /** What is said while a record is handed over is said of the time after that. */
  #hearAll(): void {
    for (const { name, event, isCurrent } of this.#said.splice(0)) this.#hear(name, event, isCurrent);
  }

  #hear(name: string, event: object, isCurrent: boolean): void {
    this.#note(name, name === "retry" ? "" : event);
    this.events.push({ name, event });
    if (name === "gap" && !isCurrent) this.#move?.gaps.push({ gap: event as Gap, at: this.now });
    else if (name === "gap") this.ledger.gap(event as Gap, this.now);
    if (name === "shardEnded" && "shardId" in event) this.ledger.end(String(event.shardId), this.now);
    if (name === "ended" && this.simulator.table.streams[0]?.disabledAt === undefined) {
      throw new Broken("ended is said of a stream that is enabled");
    }
  }

  #checkCall(call: StreamCall): void {
    this.#rates.call(call, this.now);
    if (call.kind === "describeStream") this.#follow(call.streamArn);
    if (call.kind !== "getRecords") return;
    this.ledger.poll(call.shardId, this.now);
    if (this.options.kept !== false) this.reads.push(call.shardId);
    if (call.limit > this.maxBufferedRecords) throw new Broken(`I11: a limit of ${call.limit}`);
    const isSame = ({ call: other, isStale }: Pending) =>
      !isStale && other.kind === "getRecords" && other.shardId === call.shardId;
    if (this.pending.some(isSame)) throw new Broken(`two reads of ${call.shardId} at once`);
  }

  /** While a move is under way, a stream that is not the one being read is where it goes. */
  #follow(streamArn: string): void {
    if (this.#move === undefined) this.ledger.follow(streamArn);
    else if (this.ledger.streamArn !== streamArn) this.#move.streamArn = streamArn;
  }

  #checkBuffer(): void {
    const { records } = this.consumer.buffered;
    if (records > this.maxBufferedRecords) throw new Broken(`I11: ${records} records are buffered`);
  }

  #note(what: string, detail: unknown): void {
    if (this.options.traced !== true) return;
    this.trace.push(`${this.now - epoch} ${what} ${typeof detail === "string" ? detail : JSON.stringify(detail)}`);
  }
}
