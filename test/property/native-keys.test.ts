/**
 * Queries of indexes with keys of several attributes against an oracle that knows the objects alone: every condition that a
 * key takes, both directions, pages of every size, filters, tokens in the middle.
 */

import { binary, type Condition, Engine, integer, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import type { Attributes } from "../../src/wire/attribute.js";
import { effort } from "../support/effort.js";
import { answerQuery, type MemoryIndex } from "../support/memory-index.js";
import { pick, type Random, seededRandom } from "../support/random.js";
import { recordingClient } from "../support/recording-client.js";

const seed = Number(process.env.BLOOP_SEED ?? 17);

const Match = model(
  "Match",
  { id: integer().hashKey(), a: string(), b: integer(), r: string(), s: integer(), t: binary(), note: string() },
  {
    indexes: {
      two: { hashKey: ["a", "b"], rangeKey: ["r", "s", "t"], projection: "all" },
      one: { hashKey: "a", rangeKey: ["s", "r"], projection: "all" },
      bare: { hashKey: ["b", "a"], projection: "all" },
    },
  },
);
const types = { id: "N", a: "S", b: "N", r: "S", s: "N", t: "B" } as const;
const indexes: Readonly<Record<string, MemoryIndex>> = {
  two: { tableKeys: ["id"], hash: ["a", "b"], range: ["r", "s", "t"], types },
  one: { tableKeys: ["id"], hash: ["a"], range: ["s", "r"], types },
  bare: { tableKeys: ["id"], hash: ["b", "a"], range: [], types },
};

interface Row {
  readonly id: number;
  readonly a?: string;
  readonly b?: number;
  readonly r?: string;
  readonly s?: number;
  readonly t?: Uint8Array;
  readonly note?: string;
}

const texts = ["m", "ma", "maß", "n", "\u{1F600}", "z", "\uFFFD"];
const numbers = [-2, 0, 1, 3, 10, 9];
const bytes = [[0], [0, 1], [1], [255]].map((list) => Uint8Array.from(list));

function randomRow(random: Random, id: number): Row {
  const some = <T>(make: () => T) => (random() < 0.9 ? make() : undefined);
  const row = {
    id,
    a: some(() => pick(random, ["m", "n"])),
    b: some(() => pick(random, [1, 2])),
    r: some(() => pick(random, texts)),
    s: some(() => pick(random, numbers)),
    t: some(() => pick(random, bytes)),
    note: some(() => pick(random, ["x", "y"])),
  };
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as unknown as Row;
}

type Value = string | number | Uint8Array;

/** UTF-8 sorts as code points do, and bytes as unsigned numbers. */
function order(left: Value, right: Value): number {
  if (typeof left === "number") return left - Number(right);
  return Buffer.compare(Buffer.from(left as string), Buffer.from(right as string));
}

interface Wanted {
  readonly condition: Condition;
  holds(row: Row): boolean;
}

const valuesOf = { a: ["m", "n"], b: [1, 2], r: texts, s: numbers, t: bytes } as const;
type Name = keyof typeof valuesOf;

function equalTo(random: Random, name: Name): Wanted {
  const value: Value = pick<Value>(random, valuesOf[name]);
  return { condition: Match[name].eq(value as never), holds: (row) => isSame(row[name], value) };
}

function isSame(left: Value | undefined, right: Value): boolean {
  return left !== undefined && order(left, right) === 0;
}

function ranged(random: Random, name: Name): Wanted {
  const place = Match[name];
  const [low, high] = [pick<Value>(random, valuesOf[name]), pick<Value>(random, valuesOf[name])].sort(order) as [
    Value,
    Value,
  ];
  const held = (test: (value: Value) => boolean) => (row: Row) => row[name] !== undefined && test(row[name] as Value);
  const all: Wanted[] = [
    { condition: place.lt(low as never), holds: held((value) => order(value, low) < 0) },
    { condition: place.le(low as never), holds: held((value) => order(value, low) <= 0) },
    { condition: place.gt(low as never), holds: held((value) => order(value, low) > 0) },
    { condition: place.ge(low as never), holds: held((value) => order(value, low) >= 0) },
    {
      condition: place.between(low as never, high as never),
      holds: held((value) => order(value, low) >= 0 && order(value, high) <= 0),
    },
  ];
  if (name === "r")
    all.push({ condition: Match.r.beginsWith("ma"), holds: held((value) => String(value).startsWith("ma")) });
  return pick(random, all);
}

/** A condition of an index's key, its parts in any order. */
function randomKey(random: Random, { hash, range }: MemoryIndex): Wanted {
  const count = Math.floor(random() * (range.length + 1));
  const spoken = range.slice(0, count) as Name[];
  const parts = [
    ...(hash as Name[]).map((name) => equalTo(random, name)),
    ...spoken.map((name, place) =>
      place < count - 1 || random() < 0.3 ? equalTo(random, name) : ranged(random, name),
    ),
  ];
  const [first, ...others] = random() < 0.3 ? [...parts].reverse() : parts;
  if (first === undefined) throw new Error("a key has a part");
  return {
    condition: others.reduce((all, { condition }) => all.and(condition), first.condition),
    holds: (row) => parts.every(({ holds }) => holds(row)),
  };
}

const runs = effort(100, 6000);

test(`a query of a key of several attributes finds what its condition says, in order: ${runs} runs from seed ${seed}`, async () => {
  for (let run = 0; run < runs; run++) {
    const random = seededRandom(seed + run);
    const rows = Array.from({ length: 5 + Math.floor(random() * 25) }, (_, id) => randomRow(random, id));
    const name = pick(random, ["two", "one", "bare"] as const);
    const index = indexes[name] as MemoryIndex;
    const key = randomKey(random, index);
    const forward = random() < 0.5;
    const isFiltered = random() < 0.3;
    const expected = rows
      .filter((row) => [...index.hash, ...index.range].every((column) => row[column as Name] !== undefined))
      .filter((row) => key.holds(row) && (!isFiltered || row.note === "x"))
      .sort((left, right) => (forward ? 1 : -1) * compareRows(index, left, right))
      .map(({ id }) => id);
    const items = rows.map((row) => itemOf(row));
    const engine = new Engine({
      dynamodb: recordingClient(({ input }) => answerQuery(index, items, input)),
    });
    const options = {
      key: key.condition as never,
      forward,
      pageSize: 1 + Math.floor(random() * 4),
      ...(isFiltered && { filter: Match.note.eq("x") as never }),
    };
    const place = `seed ${seed + run}`;
    // To the compiler, each index has a key of its own.
    const on = Match[name] as typeof Match.two;
    const search = engine.query(on, options);
    expect(
      (await search.all()).map(({ id }) => id),
      place,
    ).toEqual(expected);
    const cut = Math.floor(random() * (expected.length + 1));
    const first = engine.query(on, options);
    const found: number[] = [];
    for await (const { id } of first) {
      if (found.length === cut) break;
      found.push(id);
    }
    // One more was taken before the break: the token stands behind it.
    const rest = engine.query(on, options);
    rest.moveTo(JSON.parse(JSON.stringify(first.token)));
    const after = (await rest.all()).map(({ id }) => id);
    expect([...found, ...expected.slice(cut, cut + 1), ...after], `${place}, cut at ${cut}`).toEqual(expected);
  }
});

function compareRows(index: MemoryIndex, left: Row, right: Row): number {
  for (const name of [...index.range, "id"] as (Name | "id")[]) {
    const found = order(left[name] as Value, right[name] as Value);
    if (found !== 0) return found;
  }
  return 0;
}

function itemOf(row: Row): Attributes {
  const tagged = (value: Value) =>
    typeof value === "string" ? { S: value } : typeof value === "number" ? { N: String(value) } : { B: value };
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, tagged(value)]));
}
