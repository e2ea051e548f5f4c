/** Histories that broke a promise once, each with what goes wrong in it. Another simulator found them. */

import type { StreamCall } from "../../../src/session/stream-session.js";
import { dynoxide, plain } from "./behaviour.js";
import type { OutsideAction, OutsideSchedule } from "./outside-schedule.js";
import { hour, minute } from "./shards.js";

const write = (count = 1, key = 0): OutsideAction => ({ do: "write", key, count });
const rotate: OutsideAction = { do: "rotate", which: 0, children: 1 };
const wait = (milliseconds: number): OutsideAction => ({ do: "wait", for: milliseconds });
const sleep = (milliseconds: number): OutsideAction => ({ do: "sleep", for: milliseconds });
const poll = (count: number, pace = 0): OutsideAction => ({ do: "pull", by: "poll", count, pace });
const times = (count: number, actions: readonly OutsideAction[]): OutsideAction[] =>
  Array.from({ length: count }, () => actions).flat();

const save: OutsideAction = { do: "save" };
const restore: OutsideAction = { do: "crash", back: 0 };
const disable: OutsideAction = { do: "disable" };
const heal: OutsideAction = { do: "heal" };
const hide = (shard: number, milliseconds: number): OutsideAction => ({ do: "hide", shard, for: milliseconds });
const hiccup = (shard: number, milliseconds: number): OutsideAction => ({ do: "hiccup", shard, for: milliseconds });
const vanish = (shard: number, milliseconds: number): OutsideAction => ({ do: "vanish", shard, for: milliseconds });
const trouble = (kind: StreamCall["kind"], milliseconds: number | "denied"): OutsideAction => ({
  do: "trouble",
  kind,
  for: milliseconds,
});

const good = { behaviour: plain, network: "good" } as const;

/** A start at a time that shards of several generations are written to at once. */
const early = (seed: number): OutsideSchedule => ({
  seed,
  options: {
    ...good,
    start: { at: 12 * minute },
    behaviour: { ...plain, childEarly: 600_000, earlyIds: true },
  },
  actions: [
    ...[sleep(5 * minute), ...times(4, [rotate, sleep(3 * minute), write(3)])],
    ...[hide(0, 20_000), restore, wait(5000), write(3)],
  ],
});

export const histories: { readonly [name: string]: OutsideSchedule } = {
  "a token says that a child has ended, and records of the shard before it are not acknowledged (S1)": {
    seed: 1,
    options: good,
    actions: [...[write(), write(), rotate, rotate, write()], ...[poll(2), wait(5000), save, restore, wait(5000)]],
  },
  "a permission to list shards goes and comes while no shard is read (S2)": {
    seed: 1,
    options: good,
    actions: [
      ...[write(), poll(1), wait(1000), rotate, hide(1, minute), wait(2000)],
      ...[trouble("describeStream", "denied"), wait(31_000), poll(1), heal],
      ...[write(3), wait(1000), poll(1)],
    ],
  },
  "a parent is listed after its child was read to its end, and delivered in part (S3)": {
    seed: 1,
    options: { ...good, start: { at: 30 * minute }, maxBufferedRecords: 100 },
    actions: [
      ...[sleep(10_000), rotate, sleep(31 * minute), write(3), rotate, write(2), rotate, write(2)],
      ...[hide(0, 30_000), restore, wait(90_000)],
    ],
  },
  "shards that were there at the start are trimmed before their turn (S4)": {
    seed: 1,
    options: { ...good, maxBufferedRecords: 10 },
    actions: [...times(5, [write(20), sleep(4 * hour), rotate]), ...[restore, poll(15), wait(5000), sleep(11 * hour)]],
  },
  "a child is gone before any listing had it (S5)": {
    seed: 1,
    options: good,
    actions: [
      ...[write(3), poll(4), rotate, hide(1, 60 * hour), wait(20_000), poll(1), save],
      ...[write(5), disable, sleep(30 * hour), restore],
    ],
  },
  "pages of a listing have no shards, and are not the last (S6)": {
    seed: 1,
    options: { ...good, behaviour: { ...plain, roots: 4, shardsAPage: 1, emptyListings: 1 } },
    actions: [write(20), poll(5)],
  },
  "an open shard is missing in a listing, and names no next page for ten seconds (S7)": {
    seed: 1,
    options: { ...good, behaviour: { ...plain, roots: 2 } },
    actions: [
      ...[write(20), poll(21), wait(1000)],
      ...[hide(0, 9000), hiccup(0, 10_000), wait(minute)],
      ...[write(20), wait(2 * minute)],
    ],
  },
  "an iterator at the end is granted when the position was taken without it (S8)": {
    seed: 1,
    options: { ...good, start: "latest" },
    actions: [
      ...[sleep(10_000), rotate, sleep(20 * minute), hide(0, 30_000)],
      ...[restore, trouble("getShardIterator", 70_000)],
      ...[wait(40_000), ...times(25, [write(), wait(2000)]), wait(2 * minute)],
    ],
  },
  "the clock of the process is two minutes ahead (S9)": {
    seed: 1,
    options: { ...good, start: "latest", clockAhead: 120_000 },
    actions: [
      ...[wait(5000), write(), wait(2000), rotate, write(), wait(2000), rotate, write()],
      ...times(12, [write(), wait(10_000), poll(1)]),
      ...[rotate, write(), wait(10_000), rotate, write(), wait(10_000)],
    ],
  },
  "a young shard is not found for eight seconds (S10)": {
    seed: 1,
    options: good,
    actions: [write(3), vanish(0, 8000), poll(1), wait(10_000), write(3)],
  },
  "children are made ten minutes before their parents are closed (S11: passed over)": early(4),
  "children are made ten minutes before their parents are closed, which are not listed (S11: looked for)": early(1),
  "an open shard is listed with an end (S12)": {
    seed: 1,
    options: { ...good, behaviour: dynoxide },
    actions: [write(3), poll(4), ...times(6, [write(), poll(2)])],
  },
  "records are lost twice in a row, with nothing read in between": {
    seed: 1,
    options: good,
    actions: [
      ...[write(3), poll(4), write(2), sleep(25 * hour), poll(1), wait(5000)],
      ...[write(2), sleep(25 * hour), poll(1), write(1), poll(1)],
    ],
  },
  "a process sleeps between two hiccups of a shard that has a child already": {
    seed: 2,
    options: { ...good, behaviour: { ...plain, childEarly: 600_000 } },
    actions: [
      ...[write(3), poll(4), rotate, wait(65_000)],
      ...[hiccup(0, 9000), wait(9000), sleep(80_000), hiccup(0, 9000), wait(9000), write(2), poll(3)],
    ],
  },
  "a stream is disabled before its first shard is listed": {
    seed: 1,
    options: { ...good, behaviour: { ...plain, enablingFor: 3 * hour } },
    actions: [
      ...[write(2), sleep(2 * hour), write(), disable, restore],
      ...[wait(2000), save, sleep(23 * hour), restore, wait(5000)],
    ],
  },
  "a young shard is not found for more than two minutes": {
    seed: 1,
    options: good,
    actions: [write(3), poll(4), vanish(0, 140_000), poll(1), write(3), wait(30_000)],
  },
  "a shard ends while the stream moves": {
    seed: 101117,
    actions: [
      ...[write(6, 17), restore, write(2, 2), poll(6), sleep(25 * hour), write(2, 19)],
      ...[
        { do: "move", to: "trim_horizon" },
        write(3, 16),
        { do: "faults" },
        write(4, 16),
        wait(322),
        poll(4),
        poll(8),
      ],
      ...[{ do: "rotate", which: 0, children: 2 }, poll(3, 1000), wait(942), { do: "move", to: "trim_horizon" }],
    ] as OutsideAction[],
  },
  "the records of a shard begin with empty pages, a day after it was made": {
    seed: 1,
    options: { ...good, behaviour: { ...plain, emptyPages: 0.9 } },
    actions: [
      ...[trouble("getRecords", "denied"), wait(1000), sleep(20 * minute), write(3), rotate, wait(70_000)],
      ...[sleep(24 * hour - 15 * minute), heal, poll(1), wait(5000)],
    ],
  },
  "a young shard is not found each time that a process wakes": {
    seed: 1,
    options: good,
    actions: [write(3), poll(4), ...times(5, [vanish(0, 2000), wait(1200), sleep(54_000)]), write(2), poll(3)],
  },
  "a shard ends whose last record is in a batch": {
    seed: 1,
    options: good,
    actions: [...times(4, [write(3), rotate]), ...times(4, [{ do: "pull", by: "batch", count: 2, pace: 0 }])],
  },
  "a process is killed while a batch is gathered": {
    seed: 1,
    options: good,
    actions: [
      ...[write(20), wait(1000)],
      ...times(6, [{ do: "pull", by: "batch", count: 1, pace: 0 }, save, restore, wait(3000)]),
    ],
  },
  "records are acknowledged in any order, and the process is killed": {
    seed: 1,
    options: { ...good, acknowledge: "manual", behaviour: { ...plain, roots: 2 } },
    actions: [write(24), poll(20), ...times(5, [{ do: "acknowledgeSome" }, save, restore, poll(12)])],
  },
  "checkpoints are refused, or their answers lost, and the process is killed": {
    seed: 3,
    options: { ...good, checkpoints: true, behaviour: { ...plain, roots: 2 } },
    actions: times(12, [write(6), wait(500), poll(7), ...times(3, [{ do: "acknowledgeSome" }]), restore]),
  },
  "a stream with checkpoints is killed before its first one, and goes on where it began": {
    seed: 1,
    options: { ...good, checkpoints: true, start: "latest" },
    actions: [write(3), wait(2000), ...times(4, [write(2), poll(1), restore, wait(1000)]), { do: "acknowledgeSome" }],
  },
  "a stream with checkpoints is idle while its shards are replaced, and starts again after a day": {
    seed: 1,
    options: { ...good, checkpoints: true },
    actions: [
      ...[write(3), poll(3), ...times(5, [{ do: "acknowledgeSome" }] as const), poll(1)],
      ...times(3, [sleep(4 * hour), rotate, wait(2 * minute)]),
      ...[sleep(14 * hour), restore, wait(minute), write(2), poll(3)],
    ],
  },
  "pages begin with records of the page before (E10)": {
    seed: 1,
    options: { ...good, behaviour: { ...plain, repeats: 0.7 }, maxBufferedRecords: 3 },
    actions: [write(6), write(6), poll(5), write(6)],
  },
};
