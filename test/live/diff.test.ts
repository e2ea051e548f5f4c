/** Any object, loaded, changed in any way and saved, leaves in DynamoDB what it says, and the rest as it was. */

import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { changes, dynamicMap, type Item, list, map, model, number, record, set, string } from "bloop-dynamodb";
import fc, { type Arbitrary } from "fast-check";
import { beforeAll, expect, test } from "vitest";
import type { Attribute, Attributes } from "../../src/wire/attribute.js";
import { sameAttributes } from "../../src/wire/same.js";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("diff");
const inner = map({ x: number(), y: string().storedAs("why") });
const Doc = model("Doc", {
  id: string().hashKey(),
  n: number(),
  s: string().storedAs("text"),
  tags: set(string()),
  deep: map({ inner, tags: set(string()), list: list(inner) }),
  items: list(inner),
  scores: record(number()),
  any: dynamicMap(),
});
type Doc = Item<typeof Doc>;

beforeAll(() => engine.bind(Doc));

const unknown: Arbitrary<Attributes> = fc.dictionary(
  fc.constantFrom("u1", "u2"),
  fc.constantFrom<Attribute>(
    { N: "1.2345678901234567890123" },
    { NULL: true },
    { M: { u3: { S: "" } } },
    { L: [{ BOOL: true }] },
  ),
  { maxKeys: 2 },
);
/** Declared attributes, some of them, and others that no model declares. */
const mixed = (declared: Record<string, Arbitrary<Attribute>>): Arbitrary<Attributes> =>
  fc
    .tuple(fc.record(declared, { requiredKeys: [] }), unknown)
    .map(([known, other]) => ({ ...other, ...known }) as Attributes);
const N = fc.integer({ min: 0, max: 3 }).map((value): Attribute => ({ N: String(value) }));
const S = fc.constantFrom<Attribute>({ S: "" }, { S: "a" }, { S: "b" });
const SS = fc.subarray(["a", "b", "c"], { minLength: 1 }).map((all): Attribute => ({ SS: all }));
const asMap = (attributes: Arbitrary<Attributes>) => attributes.map((M): Attribute => ({ M }));
const storedInner = asMap(mixed({ x: N, why: S }));
const storedList = fc.array(storedInner, { maxLength: 3 }).map((L): Attribute => ({ L }));
const stored: Arbitrary<Attributes> = mixed({
  n: N,
  text: S,
  tags: SS,
  deep: asMap(mixed({ inner: storedInner, tags: SS, list: storedList })),
  items: storedList,
  scores: asMap(fc.dictionary(fc.constantFrom("a", "b"), N) as Arbitrary<Attributes>),
  any: asMap(unknown),
});

/** A change of an object, and what it means for the item, said apart. */
interface Step {
  readonly name: string;
  change(doc: Doc): void;
  mean(item: Attributes): Attributes;
}

const attributes = (item: Attributes, name: string): Attributes => {
  const found = item[name];
  return found !== undefined && "M" in found ? found.M : {};
};
const without = (item: Attributes, name: string): Attributes =>
  Object.fromEntries(Object.entries(item).filter(([key]) => key !== name));
const elements = (item: Attributes, name: string): readonly string[] => {
  const found = item[name];
  return found !== undefined && "SS" in found ? found.SS : [];
};
const withSet = (item: Attributes, name: string, all: readonly string[]): Attributes =>
  all.length === 0 ? without(item, name) : { ...item, [name]: { SS: all } };
const listOf = (item: Attributes, name: string): readonly Attribute[] => {
  const found = item[name];
  return found !== undefined && "L" in found ? found.L : [];
};
const withDeep = (item: Attributes, mean: (deep: Attributes) => Attributes): Attributes => ({
  ...item,
  deep: { M: mean(attributes(item, "deep")) },
});

const steps: readonly Step[] = [
  { name: "a value", change: (doc) => Object.assign(doc, { n: 9 }), mean: (item) => ({ ...item, n: { N: "9" } }) },
  { name: "undefined", change: (doc) => Object.assign(doc, { s: undefined }), mean: (item) => without(item, "text") },
  { name: "a column deleted", change: (doc) => void delete doc.n, mean: (item) => without(item, "n") },
  {
    name: "an element more",
    change: (doc) => Object.assign(doc, { tags: new Set([...(doc.tags ?? []), "z"]) }),
    mean: (item) => withSet(item, "tags", [...new Set([...elements(item, "tags"), "z"])]),
  },
  {
    name: "an element less",
    change: (doc) => void doc.tags?.delete("a"),
    mean: (item) =>
      withSet(
        item,
        "tags",
        elements(item, "tags").filter((one) => one !== "a"),
      ),
  },
  { name: "a set cleared", change: (doc) => doc.tags?.clear(), mean: (item) => without(item, "tags") },
  {
    name: "a nested key, by a new map around it",
    change: (doc) => Object.assign(doc, { deep: { ...doc.deep, inner: { ...doc.deep?.inner, x: 8 } } }),
    mean: (item) =>
      withDeep(item, (deep) => ({ ...deep, inner: { M: { ...attributes(deep, "inner"), x: { N: "8" } } } })),
  },
  {
    name: "a map replaced by one of its declared keys",
    change: (doc) => Object.assign(doc, { deep: { ...doc.deep, inner: { y: "new" } } }),
    mean: (item) =>
      withDeep(item, (deep) => ({
        ...deep,
        inner: { M: { ...without(attributes(deep, "inner"), "x"), why: { S: "new" } } },
      })),
  },
  {
    name: "a nested key deleted",
    change: (doc) => void delete doc.deep?.inner?.x,
    mean: (item) =>
      "deep" in item && "inner" in attributes(item, "deep")
        ? withDeep(item, (deep) => ({ ...deep, inner: { M: without(attributes(deep, "inner"), "x") } }))
        : item,
  },
  {
    name: "a nested set",
    change: (doc) => Object.assign(doc, { deep: { ...doc.deep, tags: new Set(["q", ...(doc.deep?.tags ?? [])]) } }),
    mean: (item) => withDeep(item, (deep) => withSet(deep, "tags", [...new Set(["q", ...elements(deep, "tags")])])),
  },
  {
    name: "elements of a list, copied and turned around",
    change: (doc) => Object.assign(doc, { items: (doc.items ?? []).map((one) => ({ ...one, x: 7 })).reverse() }),
    mean: (item) => ({
      ...item,
      items: {
        L: listOf(item, "items")
          .map((one): Attribute => ({ M: { ...("M" in one ? one.M : {}), x: { N: "7" } } }))
          .reverse(),
      },
    }),
  },
  {
    name: "an element of a nested list taken out",
    change: (doc) => doc.deep?.list?.shift(),
    mean: (item) =>
      "list" in attributes(item, "deep")
        ? withDeep(item, (deep) => ({ ...deep, list: { L: listOf(deep, "list").slice(1) } }))
        : item,
  },
  {
    name: "a key of a record",
    change: (doc) => Object.assign(doc, { scores: { ...doc.scores, a: 6 } }),
    mean: (item) => ({ ...item, scores: { M: { ...attributes(item, "scores"), a: { N: "6" } } } }),
  },
  {
    name: "a record emptied",
    change: (doc) => Object.assign(doc, { scores: {} }),
    mean: (item) => ({ ...item, scores: { M: {} } }),
  },
  {
    name: "a dynamic key",
    change: (doc) => Object.assign(doc, { any: { ...doc.any, u1: [1] } }),
    mean: (item) => ({ ...item, any: { M: { ...attributes(item, "any"), u1: { L: [{ N: "1" }] } } } }),
  },
];

/** Only at the end: a map that is removed and made anew before the save is a map that changed, and keeps the rest. */
const removed: Step = {
  name: "a whole map removed",
  change: (doc) => void delete doc.deep,
  mean: (item) => without(item, "deep"),
};

let runs = 0;

test("what is declared is as the object says, what is not stays, and a second save sends nothing", async () => {
  const named = (one: Step) => Object.assign(one, { [fc.toStringMethod]: () => one.name });
  const several = fc.array(fc.constantFrom(...steps.map(named)), { maxLength: 6 });
  const chosen = fc.tuple(several, fc.boolean()).map(([all, last]) => (last ? [...all, named(removed)] : all));
  await fc.assert(
    fc.asyncProperty(stored, chosen, async (start, all) => {
      const Key = { id: { S: `d${runs++}` } };
      const raw = async () =>
        (await client.send(new GetItemCommand({ TableName: tableName("Doc"), Key, ConsistentRead: true })))
          .Item as Attributes;
      await client.send(new PutItemCommand({ TableName: tableName("Doc"), Item: { ...Key, ...start } as never }));
      const doc = await engine.get(Doc, { id: Key.id.S }, { consistent: true });
      if (doc === undefined) throw new Error("gone");
      for (const one of all) one.change(doc);
      await engine.save(doc);
      const expected = all.reduce((now: Attributes, one) => one.mean(now), { ...Key, ...start });
      const found = await raw();
      if (!sameAttributes(found, expected)) expect(found).toEqual(expected);
      sent();
      expect(changes(doc)).toEqual([]);
      await engine.save(doc);
      expect(sent()).toEqual([]);
      const again = await engine.get(Doc, { id: Key.id.S }, { consistent: true });
      if (again === undefined) throw new Error("gone");
      expect(changes(again)).toEqual([]);
      await engine.save(again, { atomic: true });
      await engine.save(doc, { atomic: true });
    }),
    { numRuns: effort(80, 400) },
  );
}, 120_000);

test("many sets of one map, each with elements that came and elements that left, fit into one save", async () => {
  const Sets = model("Sets", { id: string().hashKey(), sets: record(set(number())) });
  await engine.bind(Sets);
  const of = (...numbers: number[]) =>
    Object.fromEntries(Array.from({ length: 200 }, (_, index) => [`k${index}`, new Set(numbers)]));
  await engine.save(new Sets({ id: "1", sets: of(1, 2) }));
  const [mine, other] = [await engine.get(Sets, { id: "1" }), await engine.get(Sets, { id: "1" })];
  if (mine === undefined || other === undefined) throw new Error("gone");
  other.sets = { ...other.sets, more: new Set([9]) };
  await engine.save(other);
  mine.sets = of(2, 3);
  await engine.save(mine);
  expect(await engine.get(Sets, { id: "1" })).toEqual(new Sets({ id: "1", sets: { ...of(2, 3), more: new Set([9]) } }));
});

test("a column that did not fit can be repaired while somebody listens to changes", async () => {
  const Fit = model("Fit", { id: string().hashKey(), n: number() });
  await engine.bind(Fit);
  const Item = { id: { S: "1" }, n: { S: "text" } };
  await client.send(new PutItemCommand({ TableName: tableName("Fit"), Item }));
  const found = await engine.get(Fit, { id: "1" }, { onInvalid: "omit" });
  if (found === undefined) throw new Error("gone");
  const heard: unknown[] = [];
  const remove = engine.on("objectModified", ({ changes: written }) => heard.push(...written));
  found.n = 4;
  await engine.save(found);
  remove();
  expect(heard).toEqual([{ path: ["n"], before: undefined, after: 4 }]);
});
