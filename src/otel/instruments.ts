/** The metrics: their names, units and attributes, as OpenTelemetry's conventions for database clients have them. */

import type { Attributes, Meter } from "@opentelemetry/api";
import type { GapMessage, LagMessage, LeaseMessage, RetryMessage } from "./contexts.js";

export const system = { "db.system.name": "aws.dynamodb" } as const;

export interface Instruments {
  /** In seconds. */
  measureDuration(seconds: number, attributes: Attributes): void;
  countRetry(message: unknown): void;
  countGap(message: unknown): void;
  measureLag(message: unknown): void;
  countLease(message: unknown): void;
}

export function makeInstruments(meter: Meter): Instruments {
  const duration = meter.createHistogram("db.client.operation.duration", {
    description: "Duration of database client operations.",
    unit: "s",
    advice: { explicitBucketBoundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] },
  });
  const retries = meter.createCounter("bloop_dynamodb.request.retries", {
    description: "Requests that were sent again.",
    unit: "{request}",
  });
  const gaps = meter.createCounter("bloop_dynamodb.stream.gaps", {
    description: "Times that records of a stream were lost, or may have been, before they could be read.",
    unit: "{gap}",
  });
  const leases = meter.createCounter("bloop_dynamodb.stream.leases", {
    description: "Times that a worker of a group took, lost, gave up or finished a shard.",
    unit: "{event}",
  });
  const lag = meter.createHistogram("bloop_dynamodb.stream.lag", {
    description: "Time from the writing of a stream's record until it was read.",
    unit: "s",
    advice: { explicitBucketBoundaries: [0.1, 0.5, 1, 2, 5, 10, 60, 600, 3600, 86400] },
  });
  return {
    measureDuration: (seconds, attributes) => duration.record(seconds, attributes),
    countRetry(message) {
      const { operation, table, reason } = message as RetryMessage;
      retries.add(1, { ...system, "db.operation.name": operation, ...collection(table), "error.type": reason });
    },
    countGap(message) {
      const { table, certain } = message as GapMessage;
      gaps.add(1, { ...system, ...collection(table), "bloop_dynamodb.stream.gap.certain": certain });
    },
    countLease(message) {
      const { table, group, event } = message as LeaseMessage;
      const attributes = { "bloop_dynamodb.stream.group": group, "bloop_dynamodb.stream.lease.event": event };
      leases.add(1, { ...system, ...collection(table), ...attributes });
    },
    measureLag(message) {
      const { table, lag: milliseconds } = message as LagMessage;
      lag.record(milliseconds / 1000, { ...system, ...collection(table) });
    },
  };
}

export function collection(table: string | undefined): Attributes {
  return table === undefined ? {} : { "db.collection.name": table };
}
