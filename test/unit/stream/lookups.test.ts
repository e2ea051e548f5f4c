/** How soon children are read when many shards are replaced at once, in virtual time: a listing serves them all. */

import { expect, test } from "vitest";
import type { StreamCall } from "../../../src/session/stream-session.js";
import { seededRandom } from "../../support/random.js";
import { plain } from "../../support/stream/behaviour.js";
import { SteppedCore } from "../../support/stream/core.js";
import { epoch } from "../../support/stream/run.js";
import { type Outcome, StreamSimulator } from "../../support/stream/simulator.js";

/** Milliseconds that a call takes, as within AWS. */
const latency = 10;

interface Answered {
  readonly at: number;
  readonly call: StreamCall;
  readonly outcome: Outcome;
}

/** A stream that is read by a core in virtual time. */
class Reading {
  now: number = epoch;
  /** When each shard was asked for records first, and how often each kind of call was made. */
  readonly begun = new Map<string, number>();
  readonly calls = new Map<StreamCall["kind"], number>();
  readonly simulator: StreamSimulator;
  readonly #core: SteppedCore;
  readonly #underWay: Answered[] = [];

  constructor(shards: number) {
    this.simulator = new StreamSimulator({ behaviour: { ...plain, roots: shards }, now: this.now });
    this.#core = new SteppedCore({
      tableName: "Account",
      position: "trim_horizon",
      random: seededRandom(1),
      now: this.now,
      emit() {},
    });
  }

  run(milliseconds: number): void {
    const end = this.now + milliseconds;
    for (;;) {
      this.#step();
      const next = Math.min(this.#core.wakeAt ?? end, this.#underWay[0]?.at ?? end);
      if (next >= end) break;
      this.now = Math.max(this.now, next);
    }
    this.now = end;
  }

  #step(): void {
    while ((this.#underWay[0]?.at ?? Number.POSITIVE_INFINITY) <= this.now) {
      const answered = this.#underWay.shift();
      if (answered !== undefined) this.#core.settle(answered.call, answered.outcome, this.now);
    }
    while (this.#core.next(this.now) !== undefined);
    for (const call of this.#core.plan(this.now)) {
      this.calls.set(call.kind, (this.calls.get(call.kind) ?? 0) + 1);
      if (call.kind === "getRecords" && !this.begun.has(call.shardId)) this.begun.set(call.shardId, this.now);
      this.#underWay.push({ at: this.now + latency, call, outcome: this.simulator.answer(call, this.now) });
    }
  }

  /** Replaces all shards. Returns the milliseconds until each child was read first, in order. */
  replaceAll(): readonly number[] {
    const { current } = this.simulator.table;
    const parents = current.shards.length;
    // What is replaced is taken out of the open ones, and its child comes to their end.
    for (let count = 0; count < parents; count++) this.simulator.table.rotate(0, 1, this.now);
    const at = this.now;
    const children = current.shards.slice(parents).map(({ id }) => id);
    for (let second = 0; second < 60 && children.some((id) => !this.begun.has(id)); second++) this.run(1000);
    return children.map((id) => (this.begun.get(id) ?? Number.POSITIVE_INFINITY) - at).sort((a, b) => a - b);
  }
}

test.each([
  { shards: 1, most: 2000, calls: 10 },
  { shards: 100, most: 2000, calls: 10 },
  { shards: 300, most: 2500, calls: 20 },
  { shards: 1000, most: 8000, calls: 50 },
])("children of $shards shards that are replaced at once are read within $most ms", ({ shards, most, calls }) => {
  const reading = new Reading(shards);
  reading.run(5000);
  const before = reading.calls.get("describeStream") ?? 0;
  const delays = reading.replaceAll();
  if (process.env.SHOW) console.log(shards, delays[0], delays[delays.length >> 1], delays.at(-1));
  expect(delays).toHaveLength(shards);
  expect(delays.at(-1)).toBeLessThan(most);
  expect((reading.calls.get("describeStream") ?? 0) - before).toBeLessThan(calls);
});
