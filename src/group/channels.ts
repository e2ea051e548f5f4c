/** Tells of the leases of all groups of a process, on "bloop-dynamodb:stream:lease", and of their gaps as streams do. */

import { channel } from "node:diagnostics_channel";
import { tellGap } from "../stream/channels.js";
import type { GroupSignals } from "./ports.js";

/** The message of "bloop-dynamodb:stream:lease": who reads a shard has changed. */
export interface LeaseMessage {
  readonly table: string;
  readonly group: string;
  /** Its id: its name, and a random part. */
  readonly worker: string;
  readonly shardId: string;
  readonly epoch: number;
  /** The worker begins to read the shard, has lost it, has given it up, or has handled all of it. */
  readonly event: "taken" | "lost" | "given" | "ended";
}

/** What a message has besides the event. */
export type LeaseTeller = Pick<LeaseMessage, "table" | "group" | "worker">;

const leases = /* @__PURE__ */ channel("bloop-dynamodb:stream:lease");
const events: { readonly [Name in keyof GroupSignals]?: LeaseMessage["event"] } = {
  leaseTaken: "taken",
  leaseLost: "lost",
  leaseGiven: "given",
  shardEnded: "ended",
};

/** Puts a signal of a worker on the channels, if it belongs there. */
export function tellSignal<Name extends keyof GroupSignals>(
  teller: LeaseTeller,
  name: Name,
  signal: GroupSignals[Name],
): void {
  if ("certain" in signal) tellGap(teller.table, signal);
  const event = events[name];
  if (event === undefined || !leases.hasSubscribers || !("epoch" in signal)) return;
  const { shardId, epoch } = signal;
  const message: LeaseMessage = { ...teller, shardId, epoch, event };
  leases.publish(message);
}
