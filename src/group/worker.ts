/**
 * One worker of a group: takes leases, renews them, has their records handled in order, and gives them up. It sees the
 * table of leases, the stream and the clock only by its ports, so that a test owns each step.
 */

import { discover, type Seen } from "./discover.js";
import { Keeper } from "./keeper.js";
import type { Ports, WorkerSettings } from "./ports.js";
import { acquire, discovery, giveUp, type Holding, type Lease, type Rows, renew, want, withdraw } from "./rows.js";
import { planShare, Watch } from "./share.js";

/** Milliseconds after the first look at a group that has no leases yet, and twice as many after each one that follows. */
const soon = 100;

export class GroupWorker {
  readonly #ports: Ports;
  readonly #settings: WorkerSettings;
  readonly #watch = new Watch();
  /** The held leases, by shard. */
  readonly #keepers = new Map<string, Keeper>();
  readonly #running = new Set<Promise<void>>();
  #isStopping = false;
  #stopLooking: () => void = () => {};
  readonly #stopping = new Promise<void>((resolve) => {
    this.#stopLooking = resolve;
  });
  /** How many shards were waiting that it may not take. */
  #waiting = 0;
  /** Looks for new shards while its lease is valid. */
  #discoverer: { readonly epoch: number; readonly until: number } | undefined;

  constructor(ports: Ports, settings: WorkerSettings) {
    this.#ports = ports;
    this.#settings = settings;
  }

  /**
   * Runs until stop() is called; then what is under way has ended, and the leases are given up. A worker of which a part
   * fails has none of its leases any more: nobody would renew them, or look what becomes of them.
   */
  async run(): Promise<void> {
    const parts = [this.#renewals(), this.#looks()];
    try {
      await Promise.all(parts);
    } catch (error) {
      this.abandon();
      await Promise.allSettled(parts);
      throw error;
    }
  }

  /** By themselves, so that nothing else makes them late. They go on until the last handler has ended. */
  async #renewals(): Promise<void> {
    while (!this.#isStopping || this.#running.size > 0) {
      const next = this.#ports.clock.now() + this.#settings.lease / 3;
      await Promise.all([...this.#keepers.values()].map((keeper) => keeper.renew()));
      await Promise.race([this.#rest(next), ...(this.#isStopping ? this.#running : [this.#stopping])]);
    }
  }

  /** Until a time, so that slow calls make nothing late; but a moment in any case. */
  async #rest(until: number): Promise<void> {
    const { clock } = this.#ports;
    await clock.sleep(Math.max(soon / 2, until - clock.now()));
  }

  /** What fails is tried again. Leases that can't be renewed meanwhile end by themselves, on both sides. */
  async #looks(): Promise<void> {
    const { clock, emit } = this.#ports;
    const { lease } = this.#settings;
    let pause = soon;
    for (let discoverAt = clock.now(); !this.#isStopping; ) {
      const begun = clock.now();
      const isDue = begun >= discoverAt;
      try {
        if (await this.#look(isDue)) pause = lease / 3;
      } catch (error) {
        emit("retry", { shardId: undefined, error });
      }
      if (isDue) {
        discoverAt = begun + pause;
        pause = Math.min(2 * pause, lease / 3);
      }
      const next = Math.min(discoverAt, this.#watch.nextLook(begun, lease));
      if (!this.#isStopping) await Promise.race([this.#rest(next), this.#stopping]);
    }
    // What was asked for may have come meanwhile, or be on its way.
    await this.#see().catch((error: unknown) => emit("retry", { shardId: undefined, error }));
    await this.#leaveDiscovery();
  }

  /** Begins to end: each handler that is under way may end, and nothing else is begun. */
  stop(): void {
    this.#isStopping = true;
    this.#stopLooking();
    for (const keeper of this.#keepers.values()) keeper.stop();
  }

  /** Ends at once: the leases are lost, and run by nobody until their time is over. */
  abandon(): void {
    this.stop();
    for (const keeper of this.#keepers.values()) keeper.lose();
  }

  /**
   * Others may be quicker: then what is there now is looked at, so that newcomers do not ask for the same leases. Returns
   * whether the group had leases of shards.
   */
  async #look(isToDiscover: boolean): Promise<boolean> {
    let seen = await this.#see();
    for (let again = 3; !(await this.#balance(seen.rows)) && again > 0 && !this.#isStopping; again--)
      seen = await this.#see();
    if (isToDiscover) await this.#discover(seen);
    return [...seen.rows.leases.keys()].some((shardId) => shardId !== discovery);
  }

  /** Looks at all rows, and does what the others ask for. */
  async #see(): Promise<Seen> {
    const { store, clock } = this.#ports;
    const { worker } = this.#settings;
    const asOf = clock.time();
    const rows = await store.rows();
    this.#watch.note(rows, clock.now());
    for (const lease of rows.leases.values()) {
      const { shardId, owner, epoch, want: wanted } = lease;
      if (this.#isStopping && wanted === worker) await store.write(withdraw(lease, worker));
      if (owner !== worker || shardId === discovery) continue;
      const keeper = this.#keepers.get(shardId);
      const isWanted = wanted !== undefined && wanted !== worker;
      if (keeper !== undefined) {
        if (isWanted) keeper.yieldTo(wanted);
      } else if (isWanted || this.#isStopping) {
        await store.write(giveUp({ shardId, owner, epoch }, isWanted ? wanted : undefined));
      } else {
        // It was handed over, or taken by a write whose answer was lost, or was lost and is still ours. In an epoch of its
        // own: nothing that is still under way of one before may come between.
        await this.#acquire(lease);
      }
    }
    return { rows, asOf };
  }

  /** A lease that has another owner may be taken if it was not renewed for its time, on this worker's clock. */
  #isFree(lease: Lease): boolean {
    // A handler that does not end keeps its shard from being handled beside it.
    if (this.#keepers.has(lease.shardId)) return false;
    return lease.owner === undefined || this.#watch.age(lease, this.#ports.clock.now()) >= this.#settings.lease;
  }

  /** Whether all that it planned was done: nobody came first. */
  async #balance(rows: Rows): Promise<boolean> {
    const { store, emit } = this.#ports;
    const { worker, most, lease: time } = this.#settings;
    const { take, ask, waiting } = planShare({
      rows,
      worker,
      most,
      isFree: (lease) => this.#isFree(lease),
      isLeft: (lease) => this.#watch.age(lease, this.#ports.clock.now()) >= (lease.owner === undefined ? 1 : 2) * time,
    });
    let isDone = true;
    for (const lease of take) isDone = (await this.#acquire(lease)) && isDone;
    for (const lease of ask) isDone = (await store.write(want(lease, worker))) && isDone;
    if (waiting !== this.#waiting) emit("full", { shards: this.#keepers.size, waiting });
    this.#waiting = waiting;
    return isDone;
  }

  async #acquire(lease: Lease): Promise<boolean> {
    const { store, clock } = this.#ports;
    const { worker } = this.#settings;
    const asOf = clock.now();
    if (this.#isStopping || !(await store.write(acquire(lease, worker)))) return false;
    this.#begin({ shardId: lease.shardId, epoch: lease.epoch + 1, owner: worker }, asOf);
    return true;
  }

  #begin(held: Holding, asOf: number): void {
    const { shardId } = held;
    const keeper = new Keeper(this.#ports, this.#settings, { held, asOf });
    if (this.#isStopping) keeper.stop();
    this.#keepers.set(shardId, keeper);
    const running = keeper
      .run()
      .catch((error: unknown) => {
        keeper.lose();
        this.#ports.emit("retry", { shardId, error });
      })
      .finally(() => {
        if (this.#keepers.get(shardId) === keeper) this.#keepers.delete(shardId);
        this.#ports.source.forget(shardId);
        this.#running.delete(running);
      });
    this.#running.add(running);
  }

  /** One worker looks for shards. Two that think so do no harm: what they create is created once. */
  async #discover(seen: Seen): Promise<void> {
    const { store, clock } = this.#ports;
    const { worker, lease: time } = this.#settings;
    const asOf = clock.now();
    const lease = seen.rows.leases.get(discovery);
    if (lease === undefined) {
      const row: Lease = { shardId: discovery, owner: undefined, epoch: 0, beat: 0, want: undefined };
      await store.write([{ kind: "createLease", row }]);
      return;
    }
    if (lease.owner === worker) {
      const held = { shardId: discovery, owner: worker, epoch: lease.epoch };
      if (await store.write(renew(held))) this.#discoverer = { epoch: lease.epoch, until: asOf + time };
    } else if (this.#isFree(lease) && (await store.write(acquire(lease, worker)))) {
      this.#discoverer = { epoch: lease.epoch + 1, until: asOf + time };
    }
    if (this.#discoverer !== undefined && clock.now() < this.#discoverer.until) {
      await discover(this.#ports, seen, this.#settings.start);
    }
  }

  async #leaveDiscovery(): Promise<void> {
    const { store, emit } = this.#ports;
    if (this.#discoverer === undefined) return;
    const held = { shardId: discovery, owner: this.#settings.worker, epoch: this.#discoverer.epoch };
    await store.write(giveUp(held, undefined)).catch((error: unknown) => emit("retry", { shardId: undefined, error }));
  }
}
