/** What the driver asks of a consumer: StreamCore, or a mutant of it. */

import type { StreamAnswer, StreamCall, WireRecord } from "../../../src/session/stream-session.js";
import type { StreamPosition, StreamToken } from "../../../src/stream/token.js";

interface ConsumerOptions {
  readonly tableName: string;
  readonly position: StreamPosition;
  readonly acknowledge?: "pull" | "manual";
  readonly maxBufferedRecords?: number;
  readonly concurrency?: number;
  readonly random: () => number;
  readonly now: number;
  /** `isCurrent`: whether it is told of the position that the consumer has, rather than of one that it moves to. */
  emit(name: string, event: object, isCurrent?: () => boolean): void;
}

export interface Delivery {
  readonly shardId: string;
  readonly record: WireRecord;
}

export interface Consumer {
  plan(now: number): readonly StreamCall[];
  readonly wakeAt: number | undefined;
  settle(call: StreamCall, outcome: { answer: StreamAnswer } | { error: unknown }, now: number): void;
  next(now: number): Delivery | undefined;
  acknowledge(): void;
  readonly isReady: boolean;
  readonly isEnded: boolean;
  readonly buffered: { readonly records: number; readonly bytes: number };
  readonly token: StreamToken;
  moveTo(position: StreamPosition, now: number): Move;
}

/** Under way until the new position is taken, or given up: then the old one goes on. */
export interface Move {
  readonly state: "pending" | "done" | "failed";
  readonly error: unknown;
}

export type MakeConsumer = (options: ConsumerOptions) => Consumer;
