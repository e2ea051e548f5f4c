/** What the driver asks of a consumer: StreamCore, or a mutant of it. */

import type { StreamAnswer, StreamCall, WireRecord } from "../../../src/session/stream-session.js";

export type Position = "trim_horizon" | "latest" | Date | object;

export interface ConsumerOptions {
  readonly tableName: string;
  readonly position: Position;
  readonly acknowledge?: "pull" | "manual";
  readonly maxBufferedRecords?: number;
  readonly concurrency?: number;
  readonly random: () => number;
  readonly now: number;
  emit(name: string, event: object): void;
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
  readonly token: object;
}

export type MakeConsumer = (options: ConsumerOptions) => Consumer;
