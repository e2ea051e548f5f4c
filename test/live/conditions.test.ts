/** Random conditions select on a real DynamoDB what they mean. */

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  always,
  and,
  binary,
  boolean,
  type Condition,
  list,
  map,
  model,
  number,
  or,
  set,
  string,
} from "bloop-dynamodb";
import fc, { type Arbitrary } from "fast-check";
import { beforeAll, expect, test } from "vitest";
import { conditionNodeOf } from "../../src/expression/condition.js";
import { holdsFor } from "../../src/model/kinds/search/holds.js";
import type { Attribute, Item } from "../../src/wire/attribute.js";
import { effort } from "../support/effort.js";
import { evaluate } from "../support/evaluate.js";
import { live } from "../support/live.js";

const { client, engine, tableName } = live("conditions");
const place = map({ in: number(), "t.e.x.t": string() });
const Thing = model("Thing", {
  id: string().hashKey(),
  text: string().storedAs("a.b"),
  other: string().storedAs("SELECT"),
  count: number().storedAs("#count"),
  size: number().storedAs("size"),
  flag: boolean().storedAs("with space"),
  bytes: binary().storedAs("[0]"),
  texts: set(string()).storedAs(":texts"),
  numbers: set(number()).storedAs("🦜"),
  parts: set(binary()),
  items: list(number()).storedAs("list"),
  place: place.storedAs("map"),
  places: list(place),
});

const texts = ["", "a", "ab", "b", "é", "SELECT"];
const numbers = [-1, 0, 1, 2, 10];
const contents = [[], [0], [0, 1], [1]].map((content) => new Uint8Array(content));
const text = fc.constantFrom(...texts);
const count = fc.constantFrom(...numbers);
const bytes = fc.constantFrom(...contents);
const some = <Element>(all: readonly Element[]) => fc.subarray([...all], { minLength: 1 });

const S = text.map((value): Attribute => ({ S: value }));
const N = count.map((value): Attribute => ({ N: String(value) }));
const M = fc.record({ in: N, "t.e.x.t": S }, { requiredKeys: [] }).map((value): Attribute => ({ M: value }));
const wrong: Arbitrary<Attribute> = fc.constantFrom(
  { NULL: true },
  { BOOL: true },
  { S: "a" },
  { N: "1" },
  { L: [] },
  { M: {} },
  { SS: ["a"] },
);
const mostly = (right: Arbitrary<Attribute>) =>
  fc.oneof({ weight: 5, arbitrary: right }, { weight: 1, arbitrary: wrong });

/** Items whose attributes are mostly of their column's type, sometimes of another, sometimes not there. */
const item: Arbitrary<Item> = fc.record(
  {
    "a.b": mostly(S),
    SELECT: mostly(S),
    "#count": mostly(N),
    size: mostly(N),
    "with space": mostly(fc.boolean().map((BOOL) => ({ BOOL }))),
    "[0]": mostly(bytes.map((B) => ({ B }))),
    ":texts": mostly(some(texts).map((SS) => ({ SS }))),
    "🦜": mostly(some(numbers).map((all) => ({ NS: all.map(String) }))),
    parts: mostly(some(contents).map((BS) => ({ BS }))),
    list: mostly(fc.array(mostly(N), { maxLength: 3 }).map((L) => ({ L }))),
    map: mostly(M),
    places: mostly(fc.array(mostly(M), { maxLength: 2 }).map((L) => ({ L }))),
  },
  { requiredKeys: [] },
);

/** One or two values of each type, for pairs of attributes. */
const ofEachType: readonly Attribute[] = [
  ...[{ S: "a" }, { S: "b" }, { N: "1" }, { N: "2" }, { B: new Uint8Array([1]) }, { B: new Uint8Array([2]) }],
  ...[{ BOOL: true }, { BOOL: false }, { NULL: true as const }, { L: [] }, { M: {} }, { SS: ["a"] }, { NS: ["1"] }],
  { BS: [new Uint8Array([1])] },
];
const pairs = ofEachType.flatMap((left) => ofEachType.map((right): Item => ({ "#count": left, size: right })));

const items = [...fc.sample(item, { numRuns: 120, seed: 7 }), ...pairs].map(
  (attributes, index): Item => ({ id: { S: `${index}` }, ...attributes }),
);
const idsOf = (found: readonly Item[]) => found.map(({ id }) => (id !== undefined && "S" in id ? id.S : "")).sort();

beforeAll(async () => {
  await engine.bind(Thing);
  const put = (Item: Item) => client.send(new PutItemCommand({ TableName: tableName("Thing"), Item: Item as never }));
  await Promise.all(items.map(put));
}, 60_000);

interface Ordered<Value> {
  eq(value: Value): Condition;
  ne(value: Value): Condition;
  in(values: Value[]): Condition;
  lt(value: Value): Condition;
  le(value: Value): Condition;
  gt(value: Value): Condition;
  ge(value: Value): Condition;
  between(low: Value, high: Value): Condition;
}
interface AnyPlace {
  exists(): Condition;
  notExists(): Condition;
  hasType(type: "S" | "N" | "NULL" | "M"): Condition;
}

function ordered<Value>(on: Ordered<Value>, values: readonly Value[]): Arbitrary<Condition> {
  const value = fc.constantFrom(...values);
  const operators = fc.constantFrom("eq", "ne", "lt", "le", "gt", "ge");
  const ends = fc.subarray([...values.keys()], { minLength: 2, maxLength: 2 });
  return fc.oneof(
    fc.tuple(operators, value).map(([operator, against]) => on[operator](against)),
    some(values).map((all) => on.in(all)),
    ends.map(([low = 0, high = 0]) => on.between(values[low] as Value, values[high] as Value)),
  );
}

const existence = (on: AnyPlace): Arbitrary<Condition> =>
  fc.constantFrom(on.exists(), on.notExists(), on.hasType("S"), on.hasType("N"), on.hasType("NULL"), on.hasType("M"));
const sorted = [...texts].sort((left, right) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
const sizes = [0, 1, 2, 3];

const leaf: Arbitrary<Condition> = fc.oneof(
  ordered(Thing.text, sorted),
  ordered(Thing.count, numbers),
  ordered(Thing.bytes, contents),
  ordered(Thing.text.size, sizes),
  ordered(Thing.bytes.size, sizes),
  ordered(Thing.texts.size, sizes),
  ordered(Thing.items.size, sizes),
  ordered(Thing.place.size, sizes),
  ordered(Thing.items.at(0), numbers),
  ordered(Thing.place.at("in"), numbers),
  ordered(Thing.places.at(1).at("t.e.x.t"), sorted),
  ...[
    Thing.text,
    Thing.flag,
    Thing.parts,
    Thing.items.at(2),
    Thing.place.at("in"),
    Thing.places.at(0).at("t.e.x.t"),
  ].map(existence),
  text.map((value) => Thing.text.contains(value)),
  text.map((value) => Thing.text.beginsWith(value)),
  bytes.map((value) => Thing.bytes.contains(value)),
  bytes.map((value) => Thing.bytes.beginsWith(value)),
  text.map((value) => Thing.texts.contains(value)),
  count.map((value) => Thing.numbers.contains(value)),
  bytes.map((value) => Thing.parts.contains(value)),
  count.map((value) => Thing.items.contains(value)),
  fc.boolean().map((value) => Thing.flag.eq(value)),
  some(texts).map((all) => Thing.texts.eq(new Set(all))),
  some(numbers).map((all) => Thing.numbers.ne(new Set(all))),
  fc.array(count, { maxLength: 2 }).map((all) => Thing.items.eq(all)),
  fc.record({ in: count }).map((value) => Thing.place.eq(value)),
  fc.record({ in: count }).map((value) => Thing.places.contains(value)),
  fc.constantFrom(
    Thing.text.eq(Thing.other),
    Thing.text.lt(Thing.other),
    Thing.count.ge(Thing.size),
    Thing.count.ne(Thing.place.at("in")),
    Thing.count.eq(Thing.items.size),
    Thing.count.between(Thing.size, 2),
    Thing.text.size.le(Thing.texts.size),
    Thing.text.in([Thing.other, "a"]),
  ),
);

const { tree } = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((all) => and(...all)),
    fc.array(tie("tree"), { minLength: 2, maxLength: 3 }).map((all) => or(...all)),
    tie("tree").map((inner) => inner.not()),
  ),
}));

async function select(filter: Condition): Promise<string[]> {
  const found = await engine.scan(Thing, { filter, projection: ["id"], onInvalid: "omit" }).all();
  return found.map(({ id }) => id).sort();
}

/** As fast-check is to show it: without the model behind it. */
function shown(condition: Condition) {
  const node = conditionNodeOf(condition);
  const text = JSON.stringify(node, (key, value) => (key === "owner" || key === "local" ? undefined : value));
  return { condition, node, [fc.toStringMethod]: () => text };
}

test("a condition selects the items that it holds for, alone and joined with others", async () => {
  let selected = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(leaf, tree).map(shown), async ({ condition, node }) => {
      const expected = idsOf(items.filter((one) => evaluate(node, one)));
      expect(await select(condition)).toEqual(expected);
      expect(idsOf(items.filter((one) => holdsFor(node, one)))).toEqual(expected);
      selected += expected.length;
    }),
    { numRuns: effort(100, 600) },
  );
  expect(selected).toBeGreaterThan(effort(150, 1000));
}, 120_000);

test.each([
  ["always()", always()],
  ["=", Thing.count.eq(Thing.size)],
  ["<>", Thing.count.ne(Thing.size)],
  ["<", Thing.count.lt(Thing.size)],
  ["<=", Thing.count.le(Thing.size)],
  [">", Thing.count.gt(Thing.size)],
  [">=", Thing.count.ge(Thing.size)],
  ["between", Thing.count.between(Thing.size, Thing.size)],
  ["in", Thing.count.in([Thing.size])],
])("%s of two attributes of any types", async (_, condition) => {
  const node = conditionNodeOf(condition);
  const expected = idsOf(items.filter((one) => evaluate(node, one)));
  expect(await select(condition)).toEqual(expected);
  expect(idsOf(items.filter((one) => holdsFor(node, one)))).toEqual(expected);
});

test.each([
  ["a text", Thing.text.size],
  ["bytes", Thing.bytes.size],
  ["a list", Thing.items.size],
  ["a map", Thing.place.size],
  ["a set", Thing.texts.size],
] as const)("the size of what is stored as %s, or as another type", async (_, size) => {
  for (const condition of [0, 1, 2, 3].flatMap((count) => [size.eq(count), size.ge(count)])) {
    const node = conditionNodeOf(condition);
    const expected = idsOf(items.filter((one) => evaluate(node, one)));
    expect(await select(condition)).toEqual(expected);
    expect(idsOf(items.filter((one) => holdsFor(node, one)))).toEqual(expected);
  }
});
