/** Tells of all streams of a process, on "bloop-dynamodb:stream:gap" and "bloop-dynamodb:stream:lag". */

import { channel } from "node:diagnostics_channel";
import { reasonOf } from "../session/failure.js";
import type { RecordsPage, StreamAnswer, StreamCall, StreamSession } from "../session/stream-session.js";
import { isRetryHeard, tellRetry } from "../session/watch.js";
import type { StreamSignals } from "./signals.js";

/** The message of "bloop-dynamodb:stream:gap". */
export type GapMessage = StreamSignals["gap"] & { readonly table: string };

/** The message of "bloop-dynamodb:stream:lag": a page of records was read. */
export interface LagMessage {
  readonly table: string;
  readonly shardId: string;
  /** How many records are on the page: 1 or more. */
  readonly records: number;
  /** Milliseconds from the writing of its last record until now. */
  readonly lag: number;
}

const gaps = /* @__PURE__ */ channel("bloop-dynamodb:stream:gap");
const lags = /* @__PURE__ */ channel("bloop-dynamodb:stream:lag");

export function tellGap(table: string, gap: StreamSignals["gap"]): void {
  if (!gaps.hasSubscribers) return;
  const message: GapMessage = { ...gap, table };
  gaps.publish(message);
}

/** A call that failed, until it is answered. */
interface Failed {
  readonly attempts: number;
  readonly at: number;
  readonly reason: string;
}

/** The same session, but each page of records is told, and each call that is made again after it has failed. */
export function telling(session: StreamSession, table: string): StreamSession {
  const failures = new Map<string, Failed>();
  return {
    async send<Call extends StreamCall>(call: Call, signal: AbortSignal | undefined): Promise<StreamAnswer<Call>> {
      const id = `${call.kind} ${"shardId" in call ? call.shardId : ""}`;
      const failed = failures.get(id);
      if (failed !== undefined) tellAgain(call, table, failed);
      const answer = await session.send(call, signal).catch((error) => {
        if (isRetryHeard() && signal?.aborted !== true)
          failures.set(id, { attempts: (failed?.attempts ?? 0) + 1, at: performance.now(), reason: reasonOf(error) });
        throw error;
      });
      failures.delete(id);
      if (call.kind === "getRecords" && lags.hasSubscribers) tellLag(table, call.shardId, answer as RecordsPage);
      return answer;
    },
  };
}

function tellAgain({ kind }: StreamCall, table: string, { attempts, at, reason }: Failed): void {
  const operation = kind.slice(0, 1).toUpperCase() + kind.slice(1);
  tellRetry({ operation, table, attempt: attempts + 1, delay: performance.now() - at, reason });
}

function tellLag(table: string, shardId: string, { records }: RecordsPage): void {
  const last = records.at(-1);
  if (last === undefined) return;
  const message: LagMessage = {
    table,
    shardId,
    records: records.length,
    lag: Math.max(0, Date.now() - last.createdAt),
  };
  lags.publish(message);
}
