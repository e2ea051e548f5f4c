/** Items become objects, and objects are filled: what they hold, know and remember. */

import { InvalidValue, map, model, number, set, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { loadValues, makeValues } from "../../../src/model/hydrate.js";
import { imageOf } from "../../../src/model/object/image.js";
import { dropColumns, fillColumns, fillObject } from "../../../src/model/object/land.js";
import { snapshotOf } from "../../../src/model/object/snapshot.js";
import { metaOf } from "../../../src/model/registry.js";
import { editsOf, homeOf, knownBy, loadedFrom, loadedLeniently, readingOf } from "../../support/model.js";

const Thing = model(
  "Thing",
  {
    id: string().hashKey(),
    name: string().required().default("nobody"),
    count: number().storedAs("n"),
    place: map({ city: string() }),
    tags: set(string()),
    sort: number(),
    sortText: string().nullable(),
  },
  {
    indexes: {
      bySort: { hashKey: "sort", projection: "keys" },
      byText: { hashKey: "id", rangeKey: "sortText", projection: "keys" },
    },
  },
);
const meta = metaOf(Thing);
const item = { id: { S: "1" }, name: { S: "Ada" }, n: { N: "7" }, other: { S: "kept" } };
const home = homeOf(Thing);
const reading = readingOf(Thing);

describe("an object of an item", () => {
  test("has what is stored, by property, and no default", () => {
    const thing = loadedFrom(Thing, item);
    expect(thing).toBeInstanceOf(Thing);
    expect({ ...thing }).toEqual({ id: "1", name: "Ada", count: 7 });
    expect(editsOf(thing)).toEqual([]);
  });

  test("of a projection has and knows its columns", () => {
    const thing = loadedFrom(Thing, item, ["id", "count"]);
    expect([{ ...thing }, knownBy(thing)]).toEqual([{ id: "1", count: 7 }, ["id", "count"]]);
  });

  test("with a value that does not fit is an error with the model, the key and the item", () => {
    const attempt = () => loadedFrom(Thing, { ...item, n: { S: "many" } });
    expect(attempt).toThrow(InvalidValue);
    expect(attempt).toThrow('Thing.count (id "1"): the stored value has DynamoDB\'s type S, not N');
    const { name: _, ...without } = item;
    expect(() => loadedFrom(Thing, without)).toThrow('Thing.name (id "1"): a required value is missing');
  });

  test("leaves off a value that does not fit, and does not count it as known", () => {
    const { object, errors } = loadedLeniently(Thing, { id: { S: "1" }, n: { S: "many" }, tags: { SS: ["a"] } });
    expect({ ...object }).toEqual({ id: "1", tags: new Set(["a"]) });
    expect(errors.map(({ path }) => path)).toEqual([["name"], ["count"]]);
    expect(knownBy(object)).not.toContain("count");
    expect(editsOf(object)).toEqual([]);
  });

  test("as plain values remembers nothing", () => {
    const values = makeValues(item, reading);
    expect(values).toEqual({ id: "1", name: "Ada", count: 7 });
    expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
    expect(() => makeValues({ ...item, n: { S: "many" } }, reading)).toThrow(InvalidValue);
    const lenient = { ...reading, onInvalid: () => {} };
    expect(makeValues({ ...item, n: { S: "many" } }, lenient)).toEqual({ id: "1", name: "Ada" });
  });
});

/** What an object holds when an operation is called that fills it later. */
const heldBy = (object: object) => imageOf(meta, object, snapshotOf(object), { onUnfit: "keep" });

describe("filling", () => {
  test("an object gives it the stored values, and no others", () => {
    const thing = new Thing({ id: "1", tags: new Set(["mine"]) });
    fillObject(meta, thing, loadValues(item, reading), heldBy(thing));
    expect({ ...thing }).toEqual({ id: "1", name: "Ada", count: 7 });
    expect(editsOf(thing)).toEqual([]);
  });

  test("an object keeps its later changes, as changes of the stored values", () => {
    const thing = loadedFrom(Thing, { ...item, tags: { SS: ["a"] } });
    thing.count = 1;
    const from = heldBy(thing);
    thing.name = "Grace";
    thing.tags?.add("mine");
    fillObject(meta, thing, loadValues({ ...item, tags: { SS: ["a", "theirs"] } }, reading), from);
    expect({ ...thing }).toEqual({ id: "1", name: "Grace", count: 7, tags: new Set(["a", "theirs", "mine"]) });
    expect(editsOf(thing)).toMatchObject([{ at: "name" }, { at: "tags" }]);
  });

  test("some columns leaves the others, and their changes, alone", () => {
    const thing = loadedFrom(Thing, item);
    thing.name = "Grace";
    thing.count = 1;
    const columns = meta.columns.filter(({ property }) => ["count", "tags"].includes(property));
    const theirs = loadValues({ ...item, n: { N: "9" }, name: { S: "theirs" } }, reading);
    fillColumns(meta, thing, theirs, { columns, from: heldBy(thing) });
    expect({ ...thing }).toEqual({ id: "1", name: "Grace", count: 9 });
    expect(editsOf(thing)).toEqual([{ at: "name", kind: "replace", value: { S: "Grace" } }]);
  });

  test("dropped columns are as if they had not been loaded", () => {
    const thing = loadedFrom(Thing, item);
    const columns = meta.columns.filter(({ property }) => property === "count");
    dropColumns(home, thing, { columns, from: heldBy(thing) });
    expect({ ...thing }).toEqual({ id: "1", name: "Ada" });
    expect(knownBy(thing)).not.toContain("count");
    expect(editsOf(thing)).toEqual([]);
  });

  test("nothing is dropped of an object that was never loaded, or of no columns", () => {
    const made = new Thing({ id: "1" });
    dropColumns(home, made, { columns: meta.columns, from: heldBy(made) });
    expect(made.name).toBe("nobody");
    const thing = loadedFrom(Thing, item);
    dropColumns(home, thing, { columns: [], from: heldBy(thing) });
    expect(knownBy(thing)).toHaveLength(meta.columns.length);
  });
});
