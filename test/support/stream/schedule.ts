/** What happens to a run, as data: made from a seed, played, and made smaller where it fails. */

import type { StreamCall } from "../../../src/session/stream-session.js";
import { pick, type Random, seededRandom } from "../random.js";
import { randomBehaviour, randomHabits } from "./behaviour.js";
import type { MakeConsumer } from "./consumer.js";
import { type Destination, Run, type RunOptions, type Start } from "./run.js";
import { hour, minute } from "./shards.js";

export type Action =
  | { readonly do: "write"; readonly key: number; readonly count: number }
  | { readonly do: "rotate"; readonly which: number; readonly children: number }
  | { readonly do: "disable" | "enable" | "plan" | "next" | "acknowledge" | "save" }
  | { readonly do: "advance"; readonly by: number }
  | { readonly do: "answer" | "settle"; readonly which: number }
  | { readonly do: "work"; readonly steps: number }
  | { readonly do: "crash"; readonly back: number }
  | { readonly do: "move"; readonly to: Destination }
  | { readonly do: "faults"; readonly on: boolean }
  | { readonly do: "merge"; readonly which: number }
  | { readonly do: "trouble"; readonly kind: StreamCall["kind"]; readonly for: number | "denied" }
  | { readonly do: "read"; readonly records: number; readonly pace: number };

export interface Schedule {
  readonly seed: number;
  /** Whether the service has the rarer habits too; false by default. */
  readonly habits?: boolean;
  readonly actions: readonly Action[];
}

const keys = 24;

const destinations: readonly Destination[] = [
  "trim_horizon",
  "latest",
  { at: 2 * minute },
  { at: hour },
  "saved",
  "broken",
  "foreign",
];

/** So often each kind of action comes up. */
const weights: readonly (readonly [number, (random: Random) => Action])[] = [
  [20, (random) => ({ do: "write", key: upTo(random, keys), count: 1 + upTo(random, 6) })],
  [5, (random) => ({ do: "rotate", which: upTo(random, 8), children: pick(random, [1, 1, 2, 2, 3]) })],
  [12, (random) => ({ do: "advance", by: advanceOf(random) })],
  [8, () => ({ do: "plan" })],
  [8, (random) => ({ do: "settle", which: upTo(random, 8) })],
  [4, (random) => ({ do: "answer", which: upTo(random, 8) })],
  [8, () => ({ do: "next" })],
  [3, () => ({ do: "acknowledge" })],
  [4, () => ({ do: "save" })],
  [22, (random) => ({ do: "work", steps: 1 + upTo(random, 40) })],
  [4, (random) => ({ do: "crash", back: random() < 0.8 ? 0 : upTo(random, 4) })],
  [3, (random) => ({ do: "faults", on: random() < 0.5 })],
  [2, (random) => ({ do: "move", to: pick(random, destinations) })],
  [0.4, () => ({ do: "disable" })],
  [0.4, () => ({ do: "enable" })],
  [1.5, (random) => ({ do: "merge", which: upTo(random, 8) })],
  [1, (random) => ({ do: "trouble", kind: pick(random, kinds), for: pick(random, [31_000, 70_000, "denied"]) })],
  [1, (random) => ({ do: "read", records: 1 + upTo(random, 20), pace: pick(random, [1_000, 90_000, 600_000]) })],
];

const kinds = ["describeStream", "getShardIterator", "getRecords"] as const;

const totalWeight = weights.reduce((sum, [weight]) => sum + weight, 0);

function upTo(random: Random, limit: number): number {
  return Math.floor(random() * limit);
}

/** Mostly seconds; now and then an iterator's life, a shard's, or more than anything is kept. */
function advanceOf(random: Random): number {
  const drawn = random();
  if (drawn < 0.85) return upTo(random, 60_000);
  if (drawn < 0.93) return 16 * minute;
  if (drawn < 0.97) return 4 * hour;
  return drawn < 0.985 ? 25 * hour : 30 * hour;
}

export function makeSchedule(seed: number): Schedule {
  const random = seededRandom(seed);
  const actions = Array.from({ length: 5 + upTo(random, random() < 0.1 ? 120 : 40) }, () => drawAction(random));
  return { seed, habits: true, actions };
}

function drawAction(random: Random): Action {
  let drawn = random() * totalWeight;
  for (const [weight, make] of weights) {
    drawn -= weight;
    if (drawn < 0) return make(random);
  }
  return { do: "plan" };
}

/** The service and the consumer of a seed. */
export function optionsOf(seed: number, make: MakeConsumer, habits = true): RunOptions {
  const random = seededRandom(seed ^ 0xbe4a);
  const starts: Start[] = ["trim_horizon", "trim_horizon", "latest", { at: 0 }, { at: 90_000 }, { at: -hour }];
  return {
    seed,
    make,
    behaviour: { ...randomBehaviour(random), ...(habits && randomHabits(seededRandom(seed ^ 0xab17))) },
    start: pick(random, starts),
    acknowledge: random() < 0.3 ? "manual" : "pull",
    maxBufferedRecords: pick(random, [1, 3, 10, 10_000]),
    concurrency: pick(random, [1, 2, 8]),
  };
}

/** Plays all, then lets the run come to rest. Throws where an invariant does not hold. */
export function play({ seed, actions, habits = false }: Schedule, make: MakeConsumer): Run {
  const run = new Run(optionsOf(seed, make, habits));
  for (const action of actions) perform(run, action);
  run.setFaults(false);
  run.drain(4000 + 600 * run.simulator.table.streams.reduce((sum, { shards }) => sum + shards.length, 0));
  if (seed % 4 === 0) run.idle(5 * minute);
  return run;
}

/** No more is written than this ahead of what is delivered. */
const backlog = 20_000;

/** One long history: writes, splits, faults and restarts go on until so many records were delivered. */
export function playLong(seed: number, records: number, make: MakeConsumer): Run {
  const options = optionsOf(seed, make);
  const run = new Run({ ...options, start: "trim_horizon", maxBufferedRecords: 5_000, concurrency: 8, kept: false });
  const random = seededRandom(seed ^ 0x10e6);
  // What is trimmed is never delivered: the count begins anew where time was left out.
  let written = 0;
  while (run.deliveries < records) {
    run.events.length = 0;
    const count = upTo(random, 1_000);
    if (written < run.deliveries + backlog) {
      perform(run, { do: "write", key: upTo(random, keys), count });
      written += count;
    }
    run.work(1 + upTo(random, 20), 500);
    if (random() < 0.05)
      run.simulator.table.rotate(upTo(random, 8), run.simulator.table.current.open.length < 8 ? 2 : 1, run.now);
    if (random() < 0.02) run.crash();
    if (random() < 0.02) run.setFaults(random() < 0.5);
    if (random() < 0.01) {
      run.now += advanceOf(random);
      written = run.deliveries;
    }
  }
  run.setFaults(false);
  run.drain(1_000_000);
  return run;
}

export function perform(run: Run, action: Action): void {
  switch (action.do) {
    case "write":
      for (let index = 0; index < action.count; index++) {
        run.simulator.table.write(`key-${(action.key + index) % keys}`, run.now);
      }
      return;
    case "rotate":
      run.simulator.table.rotate(action.which, action.children, run.now);
      return;
    case "disable":
      run.simulator.table.disable(run.now);
      return;
    case "enable":
      run.simulator.table.enable(run.now);
      return;
    case "advance":
      run.now += action.by;
      return;
    case "answer":
      run.answer(action.which);
      return;
    case "settle":
      run.settle(action.which);
      return;
    case "next":
      run.next();
      return;
    case "work":
      run.work(action.steps);
      return;
    case "crash":
      run.crash(action.back);
      return;
    case "move":
      run.moveTo(action.to);
      return;
    case "merge":
      run.simulator.table.merge(action.which, run.now);
      return;
    case "trouble":
      run.trouble(action.kind, action.for);
      return;
    case "read":
      run.read(action.records, action.pace);
      return;
    case "faults":
      run.setFaults(action.on);
      return;
    default:
      run[action.do]();
      return;
  }
}

export interface Failure {
  readonly schedule: Schedule;
  readonly error: unknown;
}

export function failureOf(schedule: Schedule, make: MakeConsumer): Failure | undefined {
  try {
    play(schedule, make);
    return undefined;
  } catch (error) {
    return { schedule, error };
  }
}

/** Leaves out whatever the failure does without: halves first, single actions last. */
function shrink(failure: Failure, make: MakeConsumer): Failure {
  let smallest = failure;
  for (let width = Math.ceil(failure.schedule.actions.length / 2); width >= 1; width = Math.floor(width / 2)) {
    for (let from = 0; from < smallest.schedule.actions.length; ) {
      const { actions } = smallest.schedule;
      const fewer = failureOf(
        { ...smallest.schedule, actions: [...actions.slice(0, from), ...actions.slice(from + width)] },
        make,
      );
      if (fewer === undefined) from += width;
      else smallest = fewer;
    }
  }
  return smallest;
}

/** Plays a seed's history. Throws with the smallest history that fails, to paste into a test. */
export function assertHolds(seed: number, make: MakeConsumer): void {
  const failure = failureOf(makeSchedule(seed), make);
  if (failure !== undefined) throw new Error(describeFailure(shrink(failure, make)));
}

/** Text to paste into a test, and the last steps before the end. */
function describeFailure({ schedule, error }: Failure): string {
  const { seed, actions } = schedule;
  const message = error instanceof Error ? `${error.name}: ${error.message}\n${error.stack ?? ""}` : String(error);
  return `Seed ${seed}: ${message}\nplay({ seed: ${seed}, habits: ${schedule.habits === true}, actions: ${JSON.stringify(actions)} })`;
}
