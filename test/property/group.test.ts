/**
 * The protocol of groups of workers: 1 to 4 workers that come, go, pause and are killed at any step, over shards with
 * children, with lost answers. Every record is handled, those of a shard in order, no child before its parent, each once if
 * the place moves in its transaction; and two workers are on one shard only if one of them was paused.
 *
 * BLOOP_GROUP_RUNS says how many schedules, BLOOP_SEED which.
 */

import { expect, test, vi } from "vitest";
import { Keeper } from "../../src/group/keeper.js";
import type { Part } from "../../src/group/rows.js";
import { Watch } from "../../src/group/share.js";
import { seededRandom } from "../../src/testing/random.js";
import { effort } from "../support/effort.js";
import { type Member, type Shard, World } from "../support/group/world.js";
import { pick } from "../support/random.js";

const runs = Number(process.env["BLOOP_GROUP_RUNS"] ?? effort(150, 10_000));
const seed = Number(process.env["BLOOP_SEED"] ?? 20_263);

const settings = { lease: 1000, idle: 100, every: 2 };

/** A tree of shards, each with some records, whose numbers grow from parent to child. */
function shardsOf(random: () => number): Shard[] {
  const shards: Shard[] = [];
  const add = (shardId: string, parentShardId: string | undefined, from: number, depth: number) => {
    const count = Math.floor(random() * 20);
    shards.push({ shardId, parentShardId, records: Array.from({ length: count }, (_, index) => from + index) });
    const children = depth > 2 ? 0 : Math.floor(random() * 3);
    for (let child = 0; child < children; child++)
      add(`${shardId}.${child}`, shardId, from * 10 + 100 * (child + 1), depth + 1);
  };
  const roots = 1 + Math.floor(random() * 3);
  for (let root = 0; root < roots; root++) add(`s${root}`, undefined, 1_000_000 * (root + 1), 0);
  return shards;
}

/** A lease that somebody deletes by hand. */
function deleteOne({ leases }: World, random: () => number): void {
  const [...ids] = leases.keys();
  leases.delete(ids[Math.floor(random() * ids.length)] ?? "");
}

/** The lease of a shard that has ended, which somebody makes again by hand, or from a backup. */
function restoreOne({ leases, places }: World, random: () => number): void {
  const ended = [...places.values()].filter(({ shardId, isEnded }) => isEnded && !shardId.startsWith("#"));
  const { shardId, epoch } = ended[Math.floor(random() * ended.length)] ?? {};
  if (shardId === undefined || epoch === undefined || leases.has(shardId)) return;
  leases.set(shardId, { shardId, owner: undefined, epoch, beat: 0, want: undefined });
}

interface Played {
  readonly problems: readonly string[];
  readonly events: number;
}

async function play(one: number, mutate?: (part: Part) => Part): Promise<Played> {
  const random = seededRandom(one);
  const shards = shardsOf(random);
  const losses = random() < 0.5 ? 0 : 0.05;
  const isExact = random() < 0.5;
  // Slow calls, so that a renewal may be under way when its time is over.
  const step = random() < 0.5 ? 20 : 400;
  const late = { share: random() < 0.3 ? 0 : 0.2, by: 4 * settings.lease };
  const world = new World({
    random,
    shards,
    settings,
    losses,
    late,
    step,
    ...(mutate === undefined ? {} : { mutate }),
  });
  const members: Member[] = [];
  const join = () => {
    const member = world.worker(`w${members.length}`);
    member.isExact = isExact;
    members.push(member);
  };
  join();
  let events = 0;
  for (const until = 3000 + random() * 5000; world.now < until; events++) {
    const member = members[Math.floor(random() * members.length)];
    const deed = random();
    if (deed < 0.25 && members.length < 4) join();
    else if (deed < 0.5) member?.pause(random() * 3000);
    else if (deed < 0.6) member?.kill();
    else if (deed < 0.7) member?.worker.stop();
    else if (deed < 0.74) deleteOne(world, random);
    else if (deed < 0.77) restoreOne(world, random);
    else if (deed < 0.8) world.listing = pick(random, ["empty", "partial", "failing"]);
    else world.listing = "all";
    await world.runUntil(world.now + random() * 800);
  }
  // Then there is peace, and somebody is there.
  world.listing = "all";
  world.step = 20;
  join();
  const all = shards.flatMap(({ records }) => records);
  const isDone = () => {
    if (world.problems.length > 0 || world.places.size <= shards.length) return false;
    if (![...world.places.values()].every(({ isEnded }) => isEnded)) return false;
    if (world.leases.size > 1) return false;
    const done = new Set([...world.handled.values()].flat());
    return all.every((record) => done.has(record));
  };
  await world.runUntil(world.now + 120_000, isDone);
  const problems = [...world.problems];
  if (!isDone()) problems.push("not all was handled");
  if (isExact)
    for (const record of all)
      if (world.counted.get(record) !== 1) problems.push(`${record} counted ${world.counted.get(record) ?? 0} times`);
  for (const [shardId, records] of world.handled) {
    // A record comes for the first time only after those before it.
    const first = [...new Set(records)];
    if (first.some((record, index) => index > 0 && record < (first[index - 1] ?? 0)))
      problems.push(`${shardId} out of order`);
  }
  return { problems, events };
}

test(`${runs} schedules from the seed ${seed} on lose nothing`, { timeout: 3_600_000 }, async () => {
  let events = 0;
  for (let run = 0; run < runs; run++) {
    const played = await play(seed + run);
    events += played.events;
    expect({ seed: seed + run, problems: played.problems }).toEqual({ seed: seed + run, problems: [] });
  }
  if (runs > 1000) console.log({ seed, runs, events });
});

/** The writes that there are, each with what it demands. */
const writes = {
  renewal: (part: Part) => part.kind === "setLease" && Object.keys(part.set).length === 0,
  acquisition: (part: Part) => part.kind === "setLease" && part.demand.beat !== undefined,
  gift: (part: Part) => part.kind === "setLease" && part.set.epoch !== undefined && part.demand.owner !== undefined,
  wish: (part: Part) => part.kind === "setLease" && typeof part.set.want === "string",
  "acquired place": (part: Part) => part.kind === "setPlace" && Object.keys(part.set).join() === "epoch",
  checkpoint: (part: Part) => part.kind === "setPlace" && part.demand.atMost !== undefined,
  "checkpoint in a transaction": (part: Part) => part.kind === "setPlace" && part.demand.below !== undefined,
  "end of a lease": (part: Part) => part.kind === "deleteLease" && part.demand.owner !== undefined,
  "end of a place": (part: Part) => part.kind === "setPlace" && part.set.isEnded === true,
};

type Writes = keyof typeof writes;
type Demanded = readonly [Writes, string];

/**
 * Each is caught by itself, or with those that imply it: no two owners have one epoch, and each write to a lease raises its
 * beat, unless somebody deletes rows by hand; test/unit/group/rows.test.ts has what is demanded for that.
 */
const conditions: readonly (readonly Demanded[])[] = [
  [["renewal", "owner"]],
  [
    ["acquisition", "epoch"],
    ["acquisition", "beat"],
  ],
  [["acquired place", "isEnded"]],
  [
    ["gift", "owner"],
    ["gift", "epoch"],
  ],
  [
    ["wish", "owner"],
    ["wish", "epoch"],
  ],
  [["wish", "want"]],
  [["checkpoint", "epoch"]],
  [["checkpoint", "atMost"]],
  [["checkpoint", "isEnded"]],
  [["checkpoint in a transaction", "epoch"]],
  [["checkpoint in a transaction", "below"]],
  [
    ["end of a lease", "owner"],
    ["end of a lease", "epoch"],
    ["end of a place", "epoch"],
  ],
];

function withoutConditions(demanded: readonly Demanded[]): (part: Part) => Part {
  return (part) => {
    const names = demanded.flatMap(([write, name]) => (writes[write](part) ? [name] : []));
    if (!("demand" in part) || names.length === 0) return part;
    const left = Object.entries(part.demand).filter(([name]) => !names.includes(name));
    return { ...part, demand: Object.fromEntries(left) };
  };
}

/** Each takes one thing out of the protocol. */
const mutants: { readonly [name: string]: (part: Part) => Part } = {
  ...Object.fromEntries(
    conditions.map((demanded) => [
      `not demanded: ${demanded.map(([write, name]) => `${name} of the ${write}`).join(", ")}`,
      withoutConditions(demanded),
    ]),
  ),
  "a place keeps its epoch when the lease is taken": (part) =>
    part.kind === "setPlace" && part.set.epoch !== undefined ? { ...part, set: without(part.set, "epoch") } : part,
  "an owner does not change the epoch": (part) =>
    part.kind === "setLease" ? { ...part, set: without(part.set, "epoch") } : part,
  "a renewal changes nothing": (part) =>
    part.kind === "setLease" && Object.keys(part.set).length === 0
      ? { ...part, kind: "createLease", row: never }
      : part,
};

const never = { shardId: "never", owner: undefined, epoch: 0, beat: 0, want: undefined };

function without<T extends object, K extends keyof T>(object: T, name: K): Omit<T, K> {
  const { [name]: _, ...rest } = object;
  return rest;
}

/** Up to so many schedules until one is wrong. */
async function catches(mutate?: (part: Part) => Part): Promise<boolean> {
  for (let run = 0; run < 400; run++) if ((await play(seed + run, mutate)).problems.length > 0) return true;
  return false;
}

test.each(Object.entries(mutants))("is caught: %s", { timeout: 120_000 }, async (_, mutate) => {
  expect(await catches(mutate)).toBe(true);
});

test.each([
  ["a worker does not watch its own time", () => vi.spyOn(Keeper.prototype, "isValid", "get").mockReturnValue(true)],
  ["rows are made over those that are there", () => vi.spyOn(World.prototype, "isCreatable").mockReturnValue(true)],
  ["a worker takes leases that are renewed", () => vi.spyOn(Watch.prototype, "age").mockReturnValue(1e9)],
])("is caught: %s", { timeout: 120_000 }, async (_, spoil) => {
  const spoiled = spoil();
  expect(await catches().finally(() => spoiled.mockRestore())).toBe(true);
});
