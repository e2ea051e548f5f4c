/** Errors as the SDK throws them, and which of them a call meets by chance. */

import type { StreamCall } from "../../../src/session/stream-session.js";
import { pick, type Random } from "../random.js";

/** Chances, from 0 to 1. A call that hangs ends as the SDK's time-out; the driver lets time pass before. */
interface FaultRates {
  readonly throttle: number;
  readonly failure: number;
  readonly hang: number;
}

export type Faults = { readonly [Kind in StreamCall["kind"]]?: FaultRates };

const throttles = ["LimitExceededException", "ThrottlingException", "ProvisionedThroughputExceededException"] as const;

export function awsError(name: string, message: string, httpStatusCode = 400): Error {
  const fault = httpStatusCode >= 500 ? "server" : "client";
  return Object.assign(new Error(message), { name, $fault: fault, $metadata: { httpStatusCode } });
}

export function drawFault(faults: Faults, kind: StreamCall["kind"], random: Random): Error | undefined {
  const rates = faults[kind];
  if (rates === undefined) return undefined;
  const drawn = random();
  if (drawn < rates.throttle) return awsError(pick(random, throttles), "Rate exceeded");
  if (drawn < rates.throttle + rates.failure) return failure(random);
  if (drawn < rates.throttle + rates.failure + rates.hang) {
    return Object.assign(new Error("Connection timed out"), { name: "TimeoutError" });
  }
  return undefined;
}

function failure(random: Random): Error {
  if (random() < 0.5) return awsError("InternalServerError", "The request processing has failed", 500);
  return Object.assign(new Error("read ECONNRESET"), { code: "ECONNRESET" });
}

export function randomFaults(random: Random): Faults {
  const rates = (): FaultRates => ({ throttle: random() * 0.2, failure: random() * 0.2, hang: random() * 0.1 });
  return { listStreams: rates(), describeStream: rates(), getShardIterator: rates(), getRecords: rates() };
}
