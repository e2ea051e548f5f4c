/**
 * A stream as users hold it, in virtual time: `engine.stream()` with a client that answers from the simulator. All that
 * is known of it is seen from outside: records, tokens, signals, and the calls that its client is asked for.
 */

import type { checkpointModel, Engine, integer, model, StreamPosition, StreamToken, string } from "bloop-dynamodb";
import type { StreamCall, StreamDescription, WireRecord } from "../../../src/session/stream-session.js";
import type { DescribeLimiter } from "../../../src/stream/call/limiter.js";
import { memoryClient } from "../memory-dynamodb.js";
import { pick, type Random, seededRandom } from "../random.js";
import type { Behaviour } from "./behaviour.js";
import { randomFaults } from "./faults.js";
import { Broken, type Gap, Ledger, nothing, type Promised, type Standing } from "./ledger.js";
import { Rates } from "./rates.js";
import { RowsTable } from "./rows-table.js";
import { epoch, type Start } from "./run.js";
import { minute } from "./shards.js";
import { type Outcome, StreamSimulator } from "./simulator.js";
import { VirtualTime } from "./virtual-time.js";

/** The package as it is, or a mutant of it. */
export interface Package {
  readonly checkpointModel: typeof checkpointModel;
  readonly Engine: typeof Engine;
  readonly model: typeof model;
  readonly string: typeof string;
  readonly integer: typeof integer;
  readonly describeLimiter: DescribeLimiter;
}

export interface OutsideOptions {
  readonly seed: number;
  readonly behaviour?: Partial<Behaviour>;
  readonly start?: Start;
  readonly acknowledge?: "pull" | "manual";
  /** Whether the stream stores checkpoints, and is restored from them; false by default. */
  readonly checkpoints?: boolean;
  readonly maxBufferedRecords?: number;
  readonly concurrency?: number;
  /** By how many milliseconds the process's clock is ahead of DynamoDB's. */
  readonly clockAhead?: number;
  /** Answers come after milliseconds, or after whatever is usual in a bad network; "bad" by default. */
  readonly network?: "good" | "bad";
  readonly traced?: boolean;
}

interface Saved {
  readonly token: string;
  readonly standing: Standing;
}

/** What a pull gave: a record, nothing at the moment, the end of a loop, or an error. */
type Pulled = "record" | "nothing" | "error" | "waiting";

interface PublicRecord {
  readonly type: string;
  readonly key: { readonly id: string };
  readonly new: { readonly id: string; readonly version: number } | undefined;
  readonly old: { readonly version: number } | undefined;
  readonly meta: { readonly eventId: string; readonly shardId: string; readonly sequenceNumber: string };
}

interface PublicStream extends AsyncIterable<PublicRecord> {
  poll(): Promise<PublicRecord | undefined>;
  batches(options: { readonly max?: number; readonly wait?: number }): AsyncIterable<readonly PublicRecord[]>;
  checkpoint(first: object, records?: readonly PublicRecord[]): Promise<void> | undefined;
  acknowledge(records?: PublicRecord | readonly PublicRecord[]): void;
  readonly ready: Promise<void>;
  readonly token: StreamToken;
  moveTo(position: StreamPosition): Promise<void>;
  on(name: string, listener: (event: never) => void): () => void;
  close(): Promise<void>;
}

/** How records are asked for. */
export type PulledBy = "poll" | "loop" | "batch";

/** How long a pull may take while nothing is wrong. */
export const longestPull = 2 * minute;

export class Outside {
  readonly options: OutsideOptions;
  readonly simulator: StreamSimulator;
  readonly time: VirtualTime;
  readonly random: Random;
  readonly trace: string[] = [];
  readonly gaps: Gap[] = [];
  readonly delivered: WireRecord[] = [];
  /** When each record came, in milliseconds after it was written; and how often each call was made. */
  readonly calls = new Map<string, number>();
  ledger: Ledger;
  readonly #package: Package;
  #stream: PublicStream;
  #saved: Saved[] = [];
  #life = 0;
  #pull: Promise<void> | undefined;
  #pulled: Pulled = "nothing";
  #pulledBy: PulledBy = "poll";
  #loop: AsyncIterator<PublicRecord> | undefined;
  #batches: AsyncIterator<readonly PublicRecord[]> | undefined;
  /** Delivered in this life, for acknowledging single ones. */
  #hands: PublicRecord[] = [];
  readonly #rows = new RowsTable();
  #engine: Engine | undefined;
  #rates = new Rates();
  #error: unknown;
  #isReady = false;
  #hasEnded = false;
  #isTroubled = false;

  constructor(thePackage: Package, options: OutsideOptions) {
    this.#package = thePackage;
    this.options = options;
    this.random = seededRandom(options.seed ^ 0x0175de);
    this.time = new VirtualTime(epoch, options.clockAhead);
    this.time.install(seededRandom(options.seed ^ 0xc4a7ce));
    this.#forgetCalls();
    this.simulator = new StreamSimulator({ seed: options.seed, behaviour: options.behaviour ?? {}, now: epoch });
    const start = options.start ?? "trim_horizon";
    this.ledger = new Ledger(this.simulator, this.#fresh(start));
    this.#stream = this.#open(this.#positionOf(start));
  }

  get now(): number {
    return this.time.now;
  }

  get token(): StreamToken {
    return this.#stream.token;
  }

  /** Whether a poll should be answered soon. */
  get isCalm(): boolean {
    return this.#isReady && !this.#isTroubled && this.options.network === "good";
  }

  /** The end of the history, whatever came of it. Nothing of it goes on in the next history's time. */
  async end(): Promise<void> {
    await this.time.pass(0);
    this.#life += 1;
    void this.#stream.close();
    await this.time.pass(0);
    this.time.uninstall();
  }

  /** Lets time pass. Throws what was found broken meanwhile. */
  async pass(milliseconds: number, isSo: () => boolean = () => false): Promise<void> {
    await this.time.pass(milliseconds, () => this.#error !== undefined || isSo());
    if (this.#error !== undefined) throw this.#error;
  }

  /** Pulls one record by poll() or by a loop, or a batch; one that is under way is waited for instead. */
  async pull(by: PulledBy, most: number = longestPull): Promise<Pulled> {
    if (this.#pull === undefined) this.#begin(by);
    await this.pass(most, () => this.#pull === undefined);
    if (this.#pull === undefined) return this.#pulled;
    if (this.#pulledBy === "poll" && this.isCalm && most >= longestPull) {
      throw new Broken(`I9: poll() has not settled in ${most} ms`);
    }
    return "waiting";
  }

  #begin(by: PulledBy): void {
    const life = this.#life;
    this.#pulledBy = by;
    if (this.options.acknowledge !== "manual" && !this.isKept) this.ledger.acknowledge();
    this.#pull = this.#pullBy(by).then(
      (records) => this.#guard(life, () => this.#take(records)),
      (error) => this.#guard(life, () => this.#refuse(error)),
    );
  }

  async #pullBy(by: PulledBy): Promise<readonly PublicRecord[]> {
    if (by === "poll") return listOf(await this.#stream.poll());
    if (by === "loop") {
      this.#loop ??= this.#stream[Symbol.asyncIterator]();
      return listOf((await this.#loop.next()).value);
    }
    // The first pull decides, as in a program.
    this.#batches ??= this.#stream
      .batches({ max: 1 + Math.floor(this.random() * 10), wait: Math.floor(this.random() * 3000) })
      [Symbol.asyncIterator]();
    return (await this.#batches.next()).value ?? [];
  }

  #take(records: readonly PublicRecord[]): void {
    this.#pull = undefined;
    this.#pulled = records.length === 0 ? "nothing" : "record";
    for (const record of records) {
      const wire = this.#truthOf(record);
      this.#note("deliver", wire.eventId);
      this.delivered.push(wire);
      this.#hands.push(record);
      this.ledger.deliver({ shardId: record.meta.shardId, record: wire }, this.now);
    }
    if (this.#hands.length > 50 && !this.isKept) this.#hands.splice(0, 20);
  }

  /** What is denied is told to whoever pulls, and to nobody else. */
  #refuse(error: unknown): void {
    this.#pull = undefined;
    this.#loop = undefined;
    this.#batches = undefined;
    this.#pulled = "error";
    this.#note("throws", String(error));
    if (!this.simulator.hasDenied) throw error;
  }

  #truthOf({ type, key, new: image, old, meta }: PublicRecord): WireRecord {
    const [stream, shard, index] = meta.eventId.split("/").map(Number);
    const record = this.simulator.table.streams[stream ?? -1]?.shards[shard ?? -1]?.records[index ?? -1];
    if (record === undefined) throw new Broken(`${meta.eventId} is no record of the table`);
    const version = (item: WireRecord["newImage"]) =>
      item?.version !== undefined && "N" in item.version ? Number(item.version.N) : undefined;
    const isSame =
      meta.sequenceNumber === record.sequenceNumber &&
      type === (record.eventName === "INSERT" ? "insert" : "modify") &&
      JSON.stringify(record.keys) === JSON.stringify({ id: { S: key.id } }) &&
      image?.version === version(record.newImage) &&
      old?.version === version(record.oldImage);
    if (!isSame) throw new Broken(`${meta.eventId} is not as it was written`);
    return record;
  }

  /** Leaves a loop that is under way. */
  async leave(): Promise<void> {
    if (this.#pull !== undefined) return;
    await this.#loop?.return?.();
    await this.#batches?.return?.();
    this.#loop = undefined;
    this.#batches = undefined;
  }

  /** Whether records are done when they are checkpointed. */
  get isKept(): boolean {
    return this.options.checkpoints === true;
  }

  acknowledge(): void {
    if (this.#pull !== undefined || this.isKept) return;
    this.#stream.acknowledge();
    this.ledger.acknowledge();
  }

  /** Acknowledges some of the records that were delivered in this life, in any order. */
  acknowledgeSome(): void | Promise<void> {
    if (this.isKept) return this.#checkpointSome();
    if (this.#pull !== undefined) return;
    const some = this.#hands.filter(() => this.random() < 0.5).sort(() => this.random() - 0.5);
    this.#stream.acknowledge(some);
    for (const { meta } of some) this.ledger.acknowledgeOne(meta.shardId, meta.sequenceNumber);
  }

  /** Checkpoints some records: mostly the first ones, with a transaction or alone. It may fail, or nobody hears of it. */
  async #checkpointSome(): Promise<void> {
    const { random } = this;
    const some =
      random() < 0.8 ? this.#hands.slice(0, 1 + Math.floor(random() * 8)) : this.#hands.filter(() => random() < 0.5);
    if (some.length === 0) return;
    this.#rows.trouble = pick(random, ["none", "none", "none", "refused", "lost"]);
    const { trouble } = this.#rows;
    let outcome: "open" | "done" | Error = "open";
    this.#checkpoint(some, random() < 0.5).then(
      () => {
        outcome = "done";
      },
      (error) => {
        outcome = error;
      },
    );
    await this.pass(1000, () => outcome !== "open");
    this.#rows.trouble = "none";
    const { name = "" } = Object(outcome);
    this.#note("checkpoint", `${some.length} ${trouble} ${name}`);
    if (outcome === "open") throw new Broken("checkpoint() has not settled in a second");
    // What would pass a record that is not done is refused before anything is written.
    const isWritten = outcome === "done" || (trouble === "lost" && name !== "InvalidStream");
    if (!isWritten) return;
    for (const { meta } of some) this.ledger.acknowledgeOne(meta.shardId, meta.sequenceNumber);
    this.#hands = this.#hands.filter((record) => !some.includes(record));
    if (outcome !== "done") await this.crash();
  }

  async #checkpoint(records: readonly PublicRecord[], isAlone: boolean): Promise<void> {
    if (isAlone) return this.#stream.checkpoint(records);
    await this.#engine?.transaction((transaction) => {
      void this.#stream.checkpoint(transaction, records);
    });
  }

  save(): void {
    if (this.isKept) return;
    const token = JSON.stringify(this.#stream.token);
    this.#note("token", token);
    this.#saved.push({ token, standing: this.ledger.standing });
    if (this.#saved.length > 8) this.#saved.shift();
  }

  /** The process is killed, and another one goes on with a stored token: the latest one, or so many before it. */
  async crash(back = 0): Promise<void> {
    // What was just begun is begun: nothing but calls and timers is left of the process, and both end with it.
    await this.pass(0);
    this.#note("crash", String(back));
    this.time.drop();
    this.#forgetCalls();
    this.#restore(this.#saved.at(-1 - Math.min(back, Math.max(0, this.#saved.length - 1))));
  }

  /** The stream is closed, and another one goes on with its token. */
  async close(): Promise<void> {
    let isClosed = false;
    void this.#stream.close().then(() => {
      isClosed = true;
    });
    await this.pass(minute, () => isClosed && this.#pull === undefined);
    if (!isClosed) throw new Broken("close() has not settled in a minute");
    if (this.#pull !== undefined) throw new Broken("a pull goes on after close()");
    this.save();
    this.#note("close", "");
    this.#restore(this.#saved.at(-1));
  }

  /** A process has one limiter, and a test many processes, some of them in another history's time. */
  #forgetCalls(): void {
    this.#package.describeLimiter.freeAt(Number.POSITIVE_INFINITY);
  }

  #restore(saved: Saved | undefined): void {
    const start = this.options.start ?? "trim_horizon";
    this.#rates = new Rates();
    this.#pull = undefined;
    this.#loop = undefined;
    this.#batches = undefined;
    this.#hands = [];
    const standing = this.isKept ? this.#storedStanding() : saved?.standing;
    this.ledger = new Ledger(this.simulator, standing ?? this.#fresh(start));
    this.#stream = this.#open(saved === undefined ? this.#positionOf(start) : JSON.parse(saved.token));
  }

  /** What was done is stored when it is done; of shards that have no row yet, the next process has never heard. */
  #storedStanding(): Standing | undefined {
    const { shards } = this.#rows;
    const { standing } = this.ledger;
    // Before it was ready, nothing was promised.
    if (!shards.has("#start") && standing.takenAt === undefined) return undefined;
    return { ...standing, shown: new Map([...standing.shown].filter(([id]) => shards.has(id))) };
  }

  /** Moves, and waits until it is done or has failed. No pull is under way meanwhile. */
  async moveTo(start: Start): Promise<void> {
    await this.pass(longestPull, () => this.#pull === undefined);
    if (this.#pull !== undefined || this.isKept) return;
    const life = this.#life;
    const standing = this.#fresh(start);
    // From outside it can't be seen which of the two positions a gap is told of.
    const told: { readonly gap: Gap; readonly at: number }[] = [];
    const stop = this.#stream.on("gap", (gap: Gap) => void told.push({ gap, at: this.now }));
    let state: "moving" | "moved" | "failed" = "moving";
    this.#note("move", JSON.stringify(start));
    this.#stream.moveTo(this.#positionOf(start)).then(
      () =>
        this.#guard(life, () => {
          state = "moved";
          this.ledger = new Ledger(this.simulator, standing);
          for (const { gap, at } of told) this.ledger.gap(gap, at);
          this.ledger.follow(this.#stream.token.streamArn);
          this.ledger.ready(this.now);
          this.#rates = new Rates();
          this.#hasEnded = false;
          this.#hands = [];
          this.save();
        }),
      (error) => {
        state = "failed";
        this.#note("not moved", String(error));
      },
    );
    await this.pass(20 * minute, () => state !== "moving");
    stop();
    if (state === "moving") throw new Broken("moveTo() has not settled in 20 minutes");
  }

  setFaults(on: boolean): void {
    this.simulator.faults = on ? randomFaults(this.random) : {};
    if (!on) this.simulator.heal();
    this.#isTroubled = on;
  }

  trouble(kind: StreamCall["kind"], milliseconds: number | "denied"): void {
    this.#isTroubled = true;
    if (milliseconds === "denied") this.simulator.deny(kind);
    else this.simulator.throttle(kind, this.now + milliseconds);
  }

  /** Reads on until everything promised is delivered; throws where that takes too long. */
  async drain(most: number): Promise<void> {
    const end = this.now + most;
    while (!this.#isDone()) {
      if (this.now > end) {
        this.ledger.complete(this.now);
        throw new Broken(`I9: not ended in ${most} ms`);
      }
      if (!this.#isReady) this.#watchReady();
      const pulled = await this.pull("poll");
      if (pulled !== "record") await this.pass(2000, () => this.#isDone());
    }
    this.ledger.complete(this.now);
  }

  #isDone(): boolean {
    const { disabledAt } = this.simulator.table.current;
    const endsToo = disabledAt !== undefined && this.simulator.table.streams.length === 1;
    return this.ledger.isComplete(this.now) && (!endsToo || this.#hasEnded);
  }

  #open(position: StreamPosition): PublicStream {
    this.#life += 1;
    const life = this.#life;
    this.#isReady = false;
    this.#hasEnded = false;
    const { Engine, checkpointModel, model, string, integer } = this.#package;
    const Account = model(
      this.simulator.table.tableName,
      { id: string().hashKey(), version: integer() },
      { stream: { include: ["new", "old"] } },
    );
    const { acknowledge = "pull", maxBufferedRecords = 10_000, concurrency = 8 } = this.options;
    const client = { send: (command: object, options: object) => this.#send(life, command, options) };
    const rows = memoryClient(this.#rows);
    const dynamodb = { send: (command: never) => (life === this.#life ? rows.send(command) : never) };
    const engine = new Engine({ streams: client, dynamodb });
    this.#engine = engine;
    const limits = { maxBufferedRecords, concurrency };
    const kept = { checkpoints: checkpointModel("Checkpoint"), name: "reader", start: position };
    const stream = (this.isKept
      ? engine.stream(Account, kept, limits)
      : engine.stream(Account, position, { ...limits, acknowledge })) as unknown as PublicStream;
    const hear = (name: string, listen: (event: never) => void) =>
      stream.on(name, (event) => {
        if (life !== this.#life) return;
        this.#note(name, JSON.stringify(event));
        this.#guard(life, () => listen(event));
      });
    hear("gap", (event: Gap) => {
      this.gaps.push(event);
      this.ledger.gap(event, this.now);
    });
    hear("shardEnded", ({ shardId }: { readonly shardId: string }) => this.ledger.end(shardId, this.now));
    hear("ended", () => {
      this.#hasEnded = true;
    });
    this.#stream = stream;
    this.#watchReady();
    return stream;
  }

  #watchReady(): void {
    const life = this.#life;
    this.#stream.ready.then(
      () =>
        this.#guard(life, () => {
          this.#isReady = true;
          this.#note("ready", "");
          this.ledger.ready(this.now);
        }),
      () => {
        // Who pulls is told of it too.
      },
    );
  }

  /** What a step of this life finds broken is thrown by the history. */
  #guard(life: number, run: () => void): void {
    if (life !== this.#life) return;
    try {
      run();
    } catch (error) {
      this.#error ??= error;
    }
  }

  /** The service answers in the middle of a call's time. */
  async #send(life: number, command: object, { abortSignal }: { abortSignal?: AbortSignal }): Promise<object> {
    if (life !== this.#life) return never;
    const call = callOf(command);
    this.#guard(life, () => this.#checkCall(call));
    this.#note("call", `${call.kind} ${"shardId" in call ? call.shardId : ""} ${"type" in call ? call.type : ""}`);
    this.calls.set(call.kind, (this.calls.get(call.kind) ?? 0) + 1);
    await wait(this.#latency(), abortSignal);
    const outcome: Outcome = this.simulator.answer(call, this.now);
    await wait(this.#latency(), abortSignal);
    this.#note("answer", "error" in outcome ? String(outcome.error) : `${call.kind} ${shardsIn(outcome.answer)}`);
    if ("error" in outcome) throw outcome.error;
    if (life !== this.#life) return never;
    if (call.kind === "describeStream") this.ledger.list(outcome.answer as StreamDescription, this.now);
    return outputOf(call, outcome.answer);
  }

  #latency(): number {
    if (this.options.network === "good") return 1 + Math.floor(this.random() * 5);
    const drawn = this.random();
    if (drawn < 0.85) return Math.floor(this.random() * 50);
    return Math.floor(this.random() * (drawn < 0.97 ? 1000 : 20_000));
  }

  #checkCall(call: StreamCall): void {
    this.#rates.call(call, this.now);
    // What is gathered for a batch can't be seen from outside: that records come in order can.
    const isGathering = this.#pull !== undefined && this.#pulledBy === "batch";
    if (call.kind === "getRecords" && !isGathering) this.ledger.poll(call.shardId, this.now);
    if (call.kind === "describeStream" && this.ledger.streamArn === undefined) this.ledger.follow(call.streamArn);
  }

  #positionOf(start: Start): StreamPosition {
    return typeof start === "object" ? new Date(epoch + start.at) : start;
  }

  /** What is promised to one that begins now. */
  #fresh(start: Start): Standing {
    const { clockAhead = 0 } = this.options;
    const since = typeof start === "object" ? epoch + start.at : this.now;
    const notBefore = since - Math.max(0, -clockAhead);
    const fromTime = { since: start === "latest" ? Number.POSITIVE_INFINITY : since, notBefore };
    const promised: Promised = start === "trim_horizon" ? { all: true } : fromTime;
    const newest = this.simulator.table.current.ordinal;
    return { ...nothing, promised, newest };
  }

  #note(what: string, detail: string): void {
    if (this.options.traced === true) this.trace.push(`${this.now - epoch} ${what} ${detail}`);
  }
}

function listOf<T>(one: T | undefined): readonly T[] {
  return one === undefined ? [] : [one];
}

/** Of a listing: which shards it has. */
function shardsIn(answer: object | string): string {
  if (typeof answer === "string" || !("shards" in answer)) return "";
  return (answer as StreamDescription).shards.map(({ shardId }) => shardId).join(" ");
}

/** What a process that was killed waits for. */
const never = new Promise<never>(() => {
  // Nobody is left to be told.
});

function wait(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => reject(Object.assign(new Error("Request aborted"), { name: "AbortError" }));
    if (signal?.aborted === true) abort();
    signal?.addEventListener("abort", abort, { once: true });
    setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, milliseconds);
  });
}

interface Input {
  readonly TableName?: string;
  readonly ExclusiveStartStreamArn?: string;
  readonly StreamArn?: string;
  readonly ExclusiveStartShardId?: string;
  readonly ShardFilter?: { readonly ShardId?: string };
  readonly ShardId?: string;
  readonly ShardIteratorType?: "TRIM_HORIZON" | "LATEST" | "AFTER_SEQUENCE_NUMBER";
  readonly SequenceNumber?: string;
  readonly ShardIterator?: string;
  readonly Limit?: number;
}

/** What a command of the SDK asks for. */
function callOf(command: object): StreamCall {
  const { input } = command as { readonly input: Input };
  const { StreamArn: streamArn = "", ShardId: shardId = "" } = input;
  switch (command.constructor.name) {
    case "ListStreamsCommand":
      return { kind: "listStreams", tableName: input.TableName ?? "", afterStreamArn: input.ExclusiveStartStreamArn };
    case "DescribeStreamCommand": {
      const { ExclusiveStartShardId: afterShardId, ShardFilter } = input;
      return { kind: "describeStream", streamArn, afterShardId, childrenOf: ShardFilter?.ShardId };
    }
    case "GetShardIteratorCommand": {
      const { ShardIteratorType: type = "TRIM_HORIZON", SequenceNumber: sequenceNumber } = input;
      return { kind: "getShardIterator", streamArn, shardId, type, sequenceNumber };
    }
    default: {
      const [iterator = "", ofShard = ""] = (input.ShardIterator ?? "").split(" ");
      return { kind: "getRecords", shardId: ofShard, iterator, limit: input.Limit ?? 1000 };
    }
  }
}

/** An answer as the SDK gives it. Iterators carry the id of their shard, for the ledger. */
function outputOf(call: StreamCall, answer: object | string): object {
  if (call.kind === "getShardIterator") return { ShardIterator: `${answer} ${call.shardId}` };
  if (call.kind === "getRecords") {
    const { records, nextIterator } = answer as { records: readonly WireRecord[]; nextIterator: string | undefined };
    const next = nextIterator === undefined ? undefined : `${nextIterator} ${call.shardId}`;
    return { Records: records.map(sdkRecordOf), NextShardIterator: next };
  }
  if (call.kind === "listStreams") {
    const { streams, lastStreamArn } = answer as {
      streams: readonly { streamArn: string; label: string }[];
      lastStreamArn: string | undefined;
    };
    return {
      Streams: streams.map(({ streamArn, label }) => ({ StreamArn: streamArn, StreamLabel: label })),
      LastEvaluatedStreamArn: lastStreamArn,
    };
  }
  return { StreamDescription: sdkDescriptionOf(answer as StreamDescription) };
}

function sdkDescriptionOf({ streamArn, tableName, status, shards, lastShardId }: StreamDescription): object {
  return {
    StreamArn: streamArn,
    TableName: tableName,
    StreamStatus: status,
    LastEvaluatedShardId: lastShardId,
    Shards: shards.map(({ shardId, parentShardId, startingSequenceNumber, endingSequenceNumber }) => ({
      ShardId: shardId,
      ParentShardId: parentShardId,
      SequenceNumberRange: {
        StartingSequenceNumber: startingSequenceNumber,
        EndingSequenceNumber: endingSequenceNumber,
      },
    })),
  };
}

function sdkRecordOf({ eventId, eventName, createdAt, sequenceNumber, ...rest }: WireRecord): object {
  return {
    eventID: eventId,
    eventName,
    dynamodb: {
      ApproximateCreationDateTime: new Date(createdAt),
      SequenceNumber: sequenceNumber,
      SizeBytes: rest.sizeBytes,
      Keys: rest.keys,
      NewImage: rest.newImage,
      OldImage: rest.oldImage,
    },
  };
}
