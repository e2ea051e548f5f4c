/** An image of an object differs from what was seen as the object itself does. */

import { InvalidValue, integer, map, model, set, string } from "bloop-dynamodb";
import fc from "fast-check";
import { expect, test } from "vitest";
import { diffObject } from "../../../src/model/change/diff.js";
import { diffImage, imageOf } from "../../../src/model/object/image.js";
import { snapshotOf } from "../../../src/model/object/snapshot.js";
import { metaOf } from "../../../src/model/registry.js";
import { loadedFrom } from "../../support/model.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  name: string().required(),
  a: integer(),
  tags: set(string()),
  place: map({ city: string(), zip: string() }),
});
const meta = metaOf(Thing);

const values = fc.record(
  {
    name: fc.constantFrom("x", "y"),
    a: fc.constantFrom(1, 2, undefined),
    tags: fc.subarray(["x", "y", "z"]).map((all) => new Set(all)),
    place: fc.record({ city: fc.constantFrom("Oslo", "Rome"), zip: fc.constantFrom("1", "2") }, { requiredKeys: [] }),
  },
  { requiredKeys: [] },
);
const stored = fc.record(
  {
    a: fc.constantFrom({ N: "1" }, { N: "2" }),
    tags: fc.subarray(["x", "y", "z"], { minLength: 1 }).map((SS) => ({ SS })),
    place: fc.constantFrom({ M: { city: { S: "Oslo" } } }, { M: { zip: { S: "1" }, other: { S: "?" } } }),
  },
  { requiredKeys: [] },
);

test("its differences are those of the object, then and after the object has changed", () => {
  fc.assert(
    fc.property(stored, values, values, fc.boolean(), (item, assigned, later, isLoaded) => {
      const loaded = loadedFrom(Thing, { id: { S: "1" }, name: { S: "x" }, ...item });
      const thing = isLoaded ? loaded : new Thing({ id: "1", name: "x" });
      Object.assign(thing, assigned);
      const seen = snapshotOf(thing);
      const image = imageOf(meta, thing, seen, { onUnfit: "throw" });
      const { edits } = diffObject(meta, thing, seen);
      expect(diffImage(meta, image, seen).edits).toEqual(edits);
      Object.assign(thing, later);
      expect(diffImage(meta, image, seen).edits).toEqual(edits);
    }),
  );
});

test("a missing required value is an error when it is written", () => {
  const thing = loadedFrom(Thing, { id: { S: "1" }, name: { S: "x" } });
  Reflect.deleteProperty(thing, "name");
  const seen = snapshotOf(thing);
  const image = imageOf(meta, thing, seen, { onUnfit: "keep" });
  expect(() => diffImage(meta, image, seen)).toThrow(InvalidValue);
  expect(() => diffImage(meta, image, seen)).toThrow(/Thing.*name.*required/);
});

test("a value that can't be stored is kept, or is an error", () => {
  const thing = Object.assign(new Thing({ id: "1", name: "x" }), { a: 1.5 });
  const image = imageOf(meta, thing, undefined, { onUnfit: "keep" });
  expect([...image.unfit].map(([{ property }, value]) => [property, value])).toEqual([["a", 1.5]]);
  expect(() => imageOf(meta, thing, undefined, { onUnfit: "throw" })).toThrow(InvalidValue);
});
