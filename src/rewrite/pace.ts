/** The limit of capacity: how long to wait, by the units that requests have consumed. Pure, but for the pause. */

import { pause } from "../util/async.js";
import type { ConsumedCapacity } from "../wire/capacity.js";

/** Units per second; undefined: no limit. */
export interface PaceLimits {
  readonly readUnits?: number | undefined;
  readonly writeUnits?: number | undefined;
}

export interface Pace {
  /** Notes what a request of DynamoDB's name has consumed. */
  note(operation: string, consumed: readonly ConsumedCapacity[]): void;
  /** Resolves when the average is within the limit again. Rejects with the signal's reason. */
  reads(signal: AbortSignal | undefined): Promise<void>;
  writes(signal: AbortSignal | undefined): Promise<void>;
}

const readers = ["GetItem", "BatchGetItem", "Query", "Scan", "TransactGetItems"];

/** `now` is in milliseconds. */
export function makePace({ readUnits, writeUnits }: PaceLimits, now: () => number = () => performance.now()): Pace {
  const reads = makeBudget(readUnits, now);
  const writes = makeBudget(writeUnits, now);
  return {
    note(operation, consumed) {
      const units = consumed.reduce((total, one) => total + one.units, 0);
      (readers.includes(operation) ? reads : writes).spend(units);
    },
    reads: (signal) => reads.wait(signal),
    writes: (signal) => writes.wait(signal),
  };
}

function makeBudget(perSecond: number | undefined, now: () => number) {
  // The time at which all units so far are within the limit.
  let free = 0;
  return {
    spend(units: number): void {
      if (perSecond !== undefined) free = Math.max(free, now()) + (units / perSecond) * 1000;
    },
    async wait(signal: AbortSignal | undefined): Promise<void> {
      for (let left = free - now(); left > 0; left = free - now()) await pause(left, signal);
    },
  };
}
