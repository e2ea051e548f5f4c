/** How often a consumer may call: counts the calls of each second. */

import type { StreamCall } from "../../../src/session/stream-session.js";
import { Broken } from "./ledger.js";

const readsASecond = 4;
const describesASecond = 5;

export class Rates {
  readonly #times = new Map<string, number[]>();

  /** Throws where a call comes too soon behind the ones before it. */
  call(call: StreamCall, now: number): void {
    if (call.kind === "getRecords") this.#count(call.shardId, readsASecond, now);
    if (call.kind === "describeStream") this.#count("describeStream", describesASecond, now);
  }

  #count(what: string, most: number, now: number): void {
    const times = this.#times.get(what) ?? [];
    this.#times.set(what, times);
    times.push(now);
    if (times.length <= most) return;
    const first = times.shift() ?? 0;
    if (now - first < 1000) throw new Broken(`${most + 1} calls within ${now - first} ms: ${what}`);
  }
}
