/** One lease that a worker holds: its renewals, and the records of its shard, handled one by one. */

import type { WireRecord } from "../session/stream-session.js";
import { childrenOf, day, type Seen } from "./discover.js";
import type { Ports, ShardPage, WorkerSettings } from "./ports.js";
import { checkpoint, end, giveUp, type Holding, type Place, positionOf, renew, sequenceNumberOf } from "./rows.js";

const minute = 60_000;

interface Kept {
  readonly held: Holding;
  /** When the write that took it began. */
  readonly asOf: number;
}

/**
 * Held: records are handled. Then it is given up (asked for, or stopped), at its end, or lost: renewed by nobody for 0.8
 * of its time, or refused. What is lost writes nothing any more.
 */
export class Keeper {
  readonly #ports: Ports;
  readonly #settings: WorkerSettings;
  readonly #held: Holding;
  readonly #controller = new AbortController();
  #validUntil: number;
  #position: string | undefined;
  #since = 0;
  #from: number | undefined;
  /** Milliseconds since the epoch: what was written before that was read. */
  #readTo: number | undefined;
  /** Since when it is at its tip. */
  #tipAt: number | undefined;
  /** Records that were handled since the last checkpoint. */
  #open = 0;
  #wantedBy: string | undefined;
  #isStopping = false;
  /** It is being given up, or was: a renewal that is refused meanwhile does not mean that it was lost. */
  #isGiving = false;

  constructor(ports: Ports, settings: WorkerSettings, { held, asOf }: Kept) {
    this.#ports = ports;
    this.#settings = settings;
    this.#held = held;
    this.#validUntil = asOf + 0.8 * settings.lease;
  }

  /** Whether nobody else can have taken it, on this worker's clock. Others wait for the whole of its time. */
  get isValid(): boolean {
    if (!this.#controller.signal.aborted && this.#ports.clock.now() >= this.#validUntil) this.lose();
    return !this.#controller.signal.aborted;
  }

  async renew(): Promise<void> {
    if (!this.isValid || this.#isGiving) return;
    const { store, clock, emit } = this.#ports;
    const asOf = clock.now();
    try {
      if (await store.write(renew(this.#held))) this.#validUntil = asOf + 0.8 * this.#settings.lease;
      else if (!this.#isGiving) this.lose();
    } catch (error) {
      emit("retry", { shardId: this.#held.shardId, error });
    }
  }

  /** Another worker asks for it. */
  yieldTo(worker: string): void {
    this.#wantedBy ??= worker;
  }

  stop(): void {
    this.#isStopping = true;
  }

  /** Nothing is written under it any more, and the handler's signal is aborted. */
  lose(): void {
    if (this.#controller.signal.aborted) return;
    const { shardId, epoch } = this.#held;
    this.#controller.abort(new Error(`The lease of ${shardId} is lost.`));
    this.#ports.emit("leaseLost", { shardId, epoch });
  }

  get #isLeaving(): boolean {
    return this.#isStopping || this.#wantedBy !== undefined || !this.isValid;
  }

  async run(): Promise<void> {
    const { emit, clock } = this.#ports;
    const { shardId, epoch } = this.#held;
    emit("leaseTaken", { shardId, epoch });
    let isEnded = !(await this.#begin());
    while (!isEnded && !this.#isLeaving) {
      try {
        isEnded = await this.#readPage();
      } catch (error) {
        emit("retry", { shardId, error });
        await clock.sleep(this.#settings.idle);
      }
    }
    if (!isEnded && this.isValid) await this.#leave();
  }

  /**
   * Reads the place, now that nobody else can move it any more. Whether there is something to read: a place that was
   * deleted by hand is made again first.
   */
  async #begin(): Promise<boolean> {
    const { store, clock, emit } = this.#ports;
    const { shardId, epoch } = this.#held;
    while (!this.#isLeaving) {
      try {
        const place = (await store.rows()).places.get(shardId);
        if (place?.epoch === epoch) {
          this.#position = place.position;
          this.#since = place.since;
          this.#from = place.from;
          return !place.isEnded;
        }
      } catch (error) {
        emit("retry", { shardId, error });
      }
      await clock.sleep(this.#settings.idle);
    }
    return true;
  }

  /** Whether the shard is at its end, and its rows say so. */
  async #readPage(): Promise<boolean> {
    const { source, clock, emit } = this.#ports;
    const { shardId } = this.#held;
    const after = this.#position === undefined ? undefined : sequenceNumberOf(this.#position);
    const asOf = clock.time();
    const page = await source.read(shardId, { after, since: this.#since, from: this.#from });
    for (const record of page.records) {
      if (this.#isLeaving) return false;
      await this.#handle(record);
      if (this.#open >= this.#settings.every) await this.#checkpoint();
    }
    if (this.#open > 0) await this.#checkpoint();
    if (page.isEnd && this.isValid) return this.#end(page);
    const last = page.records.at(-1);
    this.#noteTimes(page, asOf);
    if (last === undefined && !page.isAtTip) return false;
    const lag = last === undefined ? 0 : Math.max(0, clock.time() - last.createdAt);
    emit("lag", { shardId, lag, isAtTip: page.isAtTip });
    return false;
  }

  /** Up to when all is read. A closed shard may seem to be at its tip for a moment, and what follows it is older then. */
  #noteTimes({ records, isAtTip }: ShardPage, asOf: number): void {
    const { createdAt } = records.at(-1) ?? {};
    if (createdAt !== undefined) this.#readTo = Math.max(this.#readTo ?? createdAt, createdAt);
    if (!isAtTip) this.#tipAt = undefined;
    else if (this.#tipAt === undefined) this.#tipAt = asOf;
    else if (asOf >= this.#tipAt + minute) {
      this.#readTo = this.#tipAt;
      this.#tipAt = asOf;
    }
  }

  async #handle(record: WireRecord): Promise<void> {
    const { signal } = this.#controller;
    const position = positionOf(record.sequenceNumber);
    let isMoved = false;
    const moved = () => {
      isMoved = true;
    };
    await this.#ports.handle(record, {
      ...this.#held,
      signal,
      moved,
      isLeaving: () => this.#isLeaving,
      failed: (error) => this.#ports.emit("retry", { shardId: this.#held.shardId, error }),
      sleep: (milliseconds) => this.#pause(milliseconds),
    });
    this.#position = position;
    this.#open = isMoved ? 0 : this.#open + 1;
  }

  /** In parts, so that it ends when the lease is to be left. */
  async #pause(milliseconds: number): Promise<void> {
    const { clock } = this.#ports;
    const until = clock.now() + milliseconds;
    for (let left = milliseconds; left > 0 && !this.#isLeaving; left = until - clock.now()) {
      await clock.sleep(Math.min(left, 200));
    }
  }

  /** Of a lease that is not valid any more nothing is written: its next owner handles the rest again. */
  async #checkpoint(): Promise<void> {
    if (!this.isValid || this.#position === undefined) return;
    if (await this.#ports.store.write(checkpoint(this.#held, this.#position))) this.#open = 0;
    else this.lose();
  }

  async #end({ isEnd }: ShardPage): Promise<boolean> {
    const { store, emit, clock } = this.#ports;
    const { shardId, epoch } = this.#held;
    const asOf = clock.time();
    const rows = await store.rows();
    const place = rows.places.get(shardId);
    // A write whose answer was lost.
    const isDone = place?.isEnded === true && place.epoch === epoch;
    if (!isDone && !(await this.#writeEnd({ rows, asOf }))) {
      await this.renew();
      await clock.sleep(this.#settings.idle);
      return false;
    }
    emit("shardEnded", { shardId, epoch });
    return isEnd;
  }

  /** Its last checkpoint, its end and its children are one write. */
  async #writeEnd(seen: Seen): Promise<boolean> {
    const place = seen.rows.places.get(this.#held.shardId);
    if (place === undefined) return false;
    const since = this.#ports.clock.time();
    // Nothing that is older can have been there by now.
    const times = { since, readTo: Math.max(this.#readTo ?? this.#since, since - day) };
    const ended: Place = { ...place, ...times, epoch: this.#held.epoch, isEnded: true };
    return this.#ports.store.write(end(this.#held, times, await childrenOf(this.#ports, seen, ended)));
  }

  async #giveTo(to: string | undefined): Promise<boolean> {
    const { shardId, epoch } = this.#held;
    this.#isGiving = true;
    const isGiven = this.isValid && (await this.#ports.store.write(giveUp(this.#held, to)));
    this.#isGiving = isGiven;
    if (isGiven) this.#ports.emit("leaseGiven", { shardId, epoch, to });
    return isGiven;
  }

  /** What was handled is checkpointed first, so that the next owner goes on behind it. */
  async #leave(): Promise<void> {
    const { store, emit } = this.#ports;
    const { shardId } = this.#held;
    try {
      if (this.#open > 0) await this.#checkpoint();
      const to = this.#isStopping ? undefined : this.#wantedBy;
      if (await this.#giveTo(to)) return;
      // Who asked for it has taken that back, or another one has asked since; or it has another owner.
      if (!(await this.#giveTo((await store.rows()).leases.get(shardId)?.want))) this.lose();
    } catch (error) {
      // It ends by itself.
      emit("retry", { shardId, error });
    }
  }
}
