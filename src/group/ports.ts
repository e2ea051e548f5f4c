/** The surroundings of a worker: the table of leases, the stream, a clock, and listeners. */

import type { StreamShard, WireRecord } from "../session/stream-session.js";
import type { Holding, Rows, Write } from "./rows.js";

export interface GroupStore {
  /** All rows of the group, by consistent reads. */
  rows(): Promise<Rows>;
  /** Whether it was done: false if what it demands is not so. Rejects if that is not known. */
  write(write: Write): Promise<boolean>;
}

/** All shards of a stream, as one listing has them: it may lack some. */
export interface Listing {
  readonly shards: readonly StreamShard[];
  readonly isDisabled: boolean;
}

/** Where a shard is read. */
export interface ShardPlace {
  /** The number of the last record that was handled. Undefined: none. */
  readonly after: string | undefined;
  /** Milliseconds since the epoch: from when on there may be records that nobody has read. */
  readonly since: number;
  /** Milliseconds since the epoch: without `after`, records from before are passed over, up to the first that is not. */
  readonly from: number | undefined;
}

export interface ShardPage {
  readonly records: readonly WireRecord[];
  /** Whether the shard has surely nothing more, and never will. */
  readonly isEnd: boolean;
  /** Whether there is nothing at hand at the moment. */
  readonly isAtTip: boolean;
}

export interface GroupSource {
  /** All shards of the stream. Rejects if it can't list all of them. */
  list(): Promise<Listing>;
  /** A listing of the last second, or a new one: shards often end together, and listings are limited. */
  listRecent(): Promise<Listing>;
  /** What has become of a shard that is not listed: whether it is gone, or there and not listed for minutes. */
  lookFor(shardId: string): Promise<"gone" | "unlisted" | "unknown">;
  /** When a shard was made, if that is known at a time: both in milliseconds since the epoch. */
  madeAt(shardId: string, now: number): number | undefined;
  /** Whether all records of a shard's parents are older than a time, by when it was made. */
  follows(shardId: string, time: number, now: number): boolean;
  /** The next records behind a place. It waits for a moment if there are none. */
  read(shardId: string, place: ShardPlace): Promise<ShardPage>;
  /** A shard is not read any more. */
  forget(shardId: string): void;
}

export interface GroupClock {
  /** Milliseconds, of a clock that never goes back. */
  now(): number;
  /** Milliseconds since the epoch, as records have them. */
  time(): number;
  sleep(milliseconds: number): Promise<void>;
}

/** The events of a worker. */
export interface GroupSignals {
  /** Something failed, and is tried again. */
  readonly retry: { readonly shardId: string | undefined; readonly error: unknown };
  /** The worker begins to read a shard; or has stopped, since it could not renew its lease in time, or has it no more. */
  readonly leaseTaken: { readonly shardId: string; readonly epoch: number };
  readonly leaseLost: { readonly shardId: string; readonly epoch: number };
  /** The worker has given a shard up: to another worker that asked for it, or to whoever takes it. */
  readonly leaseGiven: { readonly shardId: string; readonly epoch: number; readonly to: string | undefined };
  /** All of a shard was handled. */
  readonly shardEnded: { readonly shardId: string; readonly epoch: number };
  /**
   * The worker reads as many shards as it may (`maxShards`), and so many others had no reader for the time of a lease:
   * their records wait. Told when their number changes.
   */
  readonly full: { readonly shards: number; readonly waiting: number };
  /** Records were trimmed before they were handled: those behind `after`, or from the beginning. Not certain: there may have been some. */
  readonly gap: { readonly shardId: string; readonly after: string | undefined; readonly certain: boolean };
  /** How far behind the handled records are, in milliseconds, and whether there are no more at the moment. */
  readonly lag: { readonly shardId: string; readonly lag: number; readonly isAtTip: boolean };
}

type EmitGroup = <Name extends keyof GroupSignals>(name: Name, event: GroupSignals[Name]) => void;

/** The part of a lease that the handler of its records sees. */
export interface Handling extends Holding {
  /** Is aborted when the lease is lost, or may be. */
  readonly signal: AbortSignal;
  /** To be called when a transaction has moved the place behind the record. */
  moved(): void;
  /** Whether the lease is to be left: nothing is tried again. */
  isLeaving(): boolean;
  /** Tells that the record failed, and is tried again. */
  failed(error: unknown): void;
  /** Ends early if the lease is to be left. */
  sleep(milliseconds: number): Promise<void>;
}

export interface Ports {
  readonly store: GroupStore;
  readonly source: GroupSource;
  readonly clock: GroupClock;
  readonly emit: EmitGroup;
  /** Handles a record, however often that takes. Rejects only if the lease is lost. */
  handle(record: WireRecord, handling: Handling): Promise<void>;
}

export interface WorkerSettings {
  /** Unlike that of any other process, also of an earlier one of the same name. */
  readonly worker: string;
  /** Milliseconds after which a lease that is not renewed may be taken. */
  readonly lease: number;
  /** Milliseconds between two reads of a shard that has nothing more. */
  readonly idle: number;
  /** How many records are handled between two checkpoints, at most. */
  readonly every: number;
  /** How many shards are read at the same time, at most. */
  readonly most: number;
  /** Milliseconds since the epoch: where the group begins if it is new. Undefined: at the oldest record. */
  readonly start: number | undefined;
}
