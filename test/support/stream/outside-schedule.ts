/** What happens to a stream that is seen from outside, as data: made from a seed, played, and made smaller where it fails. */

import type { StreamCall } from "../../../src/session/stream-session.js";
import { pick, type Random, seededRandom } from "../random.js";
import { type Behaviour, randomBehaviour, randomHabits } from "./behaviour.js";
import { longestPull, Outside, type OutsideOptions, type Package, type PulledBy } from "./outside.js";
import type { Start } from "./run.js";
import { hour, minute } from "./shards.js";

export type OutsideAction =
  | { readonly do: "write"; readonly key: number; readonly count: number }
  | { readonly do: "rotate"; readonly which: number; readonly children: number }
  | { readonly do: "merge"; readonly which: number }
  | { readonly do: "disable" | "enable" | "acknowledge" | "acknowledgeSome" | "save" | "leave" | "close" | "heal" }
  /** Time passes; the process is awake, or not. */
  | { readonly do: "wait" | "sleep"; readonly for: number }
  | { readonly do: "pull"; readonly by: PulledBy; readonly count: number; readonly pace: number }
  | { readonly do: "crash"; readonly back: number }
  | { readonly do: "move"; readonly to: Start }
  | { readonly do: "faults" }
  /** A shard is left out of listings, not found, or names no next page, for so long. */
  | { readonly do: "hide" | "vanish" | "hiccup"; readonly shard: number; readonly for: number }
  | { readonly do: "trouble"; readonly kind: StreamCall["kind"]; readonly for: number | "denied" };

export interface OutsideSchedule {
  readonly seed: number;
  /** Instead of what is drawn from the seed. */
  readonly options?: Omit<OutsideOptions, "seed">;
  readonly actions: readonly OutsideAction[];
}

const keys = 24;
const kinds = ["describeStream", "getShardIterator", "getRecords"] as const;
const upTo = (random: Random, limit: number): number => Math.floor(random() * limit);

/** So often each kind of action comes up. */
const weights: readonly (readonly [number, (random: Random) => OutsideAction])[] = [
  [20, (random) => ({ do: "write", key: upTo(random, keys), count: 1 + upTo(random, 6) })],
  [6, (random) => ({ do: "rotate", which: upTo(random, 8), children: pick(random, [1, 1, 2, 2, 3]) })],
  [1.5, (random) => ({ do: "merge", which: upTo(random, 8) })],
  [12, (random) => ({ do: "wait", for: upTo(random, pick(random, [500, 5_000, 30_000])) })],
  [5, (random) => ({ do: "sleep", for: pick(random, [minute, 16 * minute, 4 * hour, 25 * hour, 30 * hour]) })],
  [
    20,
    (random) => ({
      do: "pull",
      by: pick(random, ["poll", "poll", "loop", "batch"]),
      count: 1 + upTo(random, 8),
      pace: pick(random, [0, 0, 1_000, 90_000]),
    }),
  ],
  [3, () => ({ do: "acknowledge" })],
  [3, () => ({ do: "acknowledgeSome" })],
  [6, () => ({ do: "save" })],
  [1, () => ({ do: "leave" })],
  [4, (random) => ({ do: "crash", back: random() < 0.8 ? 0 : upTo(random, 4) })],
  [1, () => ({ do: "close" })],
  [1, (random) => ({ do: "move", to: pick(random, ["trim_horizon", "latest", { at: 2 * minute }]) })],
  [1, () => ({ do: "faults" })],
  [2, (random) => ({ do: "trouble", kind: pick(random, kinds), for: pick(random, [31_000, 70_000, "denied"]) })],
  [2, () => ({ do: "heal" })],
  [0.6, () => ({ do: "disable" })],
  [0.4, () => ({ do: "enable" })],
];

const totalWeight = weights.reduce((sum, [weight]) => sum + weight, 0);

export function makeOutsideSchedule(seed: number): OutsideSchedule {
  const random = seededRandom(seed ^ 0x0dd5);
  const draw = (): OutsideAction => {
    let drawn = random() * totalWeight;
    for (const [weight, make] of weights) {
      drawn -= weight;
      if (drawn < 0) return make(random);
    }
    return { do: "save" };
  };
  return { seed, actions: Array.from({ length: 5 + upTo(random, 30) }, draw) };
}

/** The service and the user of a seed. */
function outsideOptionsOf(seed: number): OutsideOptions {
  const random = seededRandom(seed ^ 0xbead);
  const behaviour: Partial<Behaviour> = { ...randomBehaviour(random), ...randomHabits(random) };
  const { createdAtUnit = 1000 } = behaviour;
  const starts: Start[] = ["trim_horizon", "trim_horizon", "latest", { at: 0 }, { at: 90_000 }, { at: -hour }];
  return {
    seed,
    behaviour,
    start: pick(random, starts),
    acknowledge: random() < 0.3 ? "manual" : "pull",
    maxBufferedRecords: pick(random, [1, 3, 10, 10_000]),
    concurrency: pick(random, [1, 2, 8]),
    network: random() < 0.5 ? "good" : "bad",
    // What a time may be wrong by is a minute: for its unit, the clock of the service and that of the process.
    clockAhead: createdAtUnit > 1000 ? 0 : pick(random, [0, 0, 50_000, -120_000]),
    checkpoints: random() < 0.3,
  };
}

/** Plays all, then lets it come to rest. Throws where an invariant does not hold. */
export async function playOutside(schedule: OutsideSchedule, thePackage: Package, isTraced = false): Promise<Outside> {
  const { seed, options = outsideOptionsOf(seed), actions } = schedule;
  // One with checkpoints can't be moved.
  const checkpoints = options.checkpoints === true && !actions.some((action) => action.do === "move");
  const outside = new Outside(thePackage, { ...options, checkpoints, seed, traced: isTraced });
  try {
    for (const action of actions) await performOutside(outside, action);
    outside.setFaults(false);
    const shards = outside.simulator.table.streams.reduce((sum, stream) => sum + stream.shards.length, 0);
    await outside.drain((10 + 3 * shards) * minute);
    return outside;
  } catch (error) {
    if (isTraced) Object.assign(error as object, { trace: outside.trace });
    throw error;
  } finally {
    await outside.end();
  }
}

async function performOutside(outside: Outside, action: OutsideAction): Promise<void> {
  const { table } = outside.simulator;
  switch (action.do) {
    case "write":
      for (let index = 0; index < action.count; index++) {
        table.write(`key-${(action.key + index) % keys}`, outside.now);
      }
      return;
    case "rotate":
      table.rotate(action.which, action.children, outside.now);
      return;
    case "merge":
      table.merge(action.which, outside.now);
      return;
    case "disable":
    case "enable":
      table[action.do](outside.now);
      return;
    case "wait":
      return outside.pass(action.for);
    case "sleep":
      await outside.pass(0);
      outside.time.sleep(action.for);
      return outside.pass(0);
    case "pull":
      for (let index = 0; index < action.count; index++) {
        await outside.pull(action.by, action.by === "poll" && outside.isCalm ? longestPull : 5_000);
        if (action.pace > 0) outside.time.sleep(action.pace);
        if (outside.random() < 0.3 && outside.options.acknowledge === "manual") outside.acknowledge();
      }
      return;
    case "hide":
    case "vanish":
    case "hiccup": {
      const field = { hide: "hiddenUntil", vanish: "missingUntil", hiccup: "endlessUntil" } as const;
      const shard = table.current.shards[action.shard];
      if (shard !== undefined) shard[field[action.do]] = outside.now + action.for;
      return;
    }
    case "crash":
      return outside.crash(action.back);
    case "move":
      return outside.moveTo(action.to);
    case "faults":
      return outside.setFaults(true);
    case "heal":
      return outside.setFaults(false);
    case "trouble":
      return outside.trouble(action.kind, action.for);
    default:
      return outside[action.do]();
  }
}

export interface OutsideFailure {
  readonly schedule: OutsideSchedule;
  readonly error: unknown;
}

export async function outsideFailureOf(
  schedule: OutsideSchedule,
  thePackage: Package,
): Promise<OutsideFailure | undefined> {
  try {
    await playOutside(schedule, thePackage);
    return undefined;
  } catch (error) {
    return { schedule, error };
  }
}

/** Leaves out whatever the failure does without: halves first, single actions last. */
async function shrinkOutside(failure: OutsideFailure, thePackage: Package): Promise<OutsideFailure> {
  let smallest = failure;
  for (let width = Math.ceil(failure.schedule.actions.length / 2); width >= 1; width = Math.floor(width / 2)) {
    for (let from = 0; from < smallest.schedule.actions.length; ) {
      const { actions } = smallest.schedule;
      const fewer = { ...smallest.schedule, actions: [...actions.slice(0, from), ...actions.slice(from + width)] };
      const failed = await outsideFailureOf(fewer, thePackage);
      if (failed === undefined) from += width;
      else smallest = failed;
    }
  }
  return smallest;
}

/** Plays a seed's history. Throws with the smallest history that fails, to paste into a test. */
export async function assertOutsideHolds(seed: number, thePackage: Package): Promise<void> {
  const failure = await outsideFailureOf(makeOutsideSchedule(seed), thePackage);
  if (failure === undefined) return;
  const { schedule, error } = await shrinkOutside(failure, thePackage);
  throw new Error(`Seed ${seed}: ${String(error)}\n${JSON.stringify(schedule)}`, { cause: error });
}
