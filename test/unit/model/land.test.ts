/** What a load puts onto an object that was changed since the load was called: both changes, if they go together. */

import { integer, map, model, set, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { imageOf } from "../../../src/model/object/image.js";
import { fillObject } from "../../../src/model/object/land.js";
import { snapshotOf } from "../../../src/model/object/snapshot.js";
import { metaOf } from "../../../src/model/registry.js";
import type { Item } from "../../../src/wire/attribute.js";
import { editsOf, loadedFrom } from "../../support/model.js";

const Thing = model("Thing", {
  id: string().hashKey(),
  a: integer(),
  tags: set(string()),
  place: map({ city: string().required(), zip: string(), seen: set(string()).storedAs("s") }),
});
type Thing = InstanceType<typeof Thing>;
const meta = metaOf(Thing);
const id = { id: { S: "1" } };
const oslo: Item = { place: { M: { city: { S: "Oslo" } } } };

const inOslo: Item = { place: { M: { city: { S: "Oslo" }, zip: { S: "0150" } } } };
const seen = (...SS: string[]): Item => ({ place: { M: { city: { S: "Oslo" }, s: { SS } } } });

/** An object that was `before`, was changed after a load was called, and gets what was loaded. */
function landed(before: Item, change: (thing: Thing) => unknown, loaded: Item): Thing {
  const thing = loadedFrom(Thing, { ...id, ...before });
  const called = imageOf(meta, thing, snapshotOf(thing), { onUnfit: "keep" });
  change(thing);
  fillObject(meta, thing, loadedFrom(Thing, { ...id, ...loaded }), called);
  return thing;
}

describe("a load", () => {
  test.each<[string, Thing, object, object[]]>([
    ["replaces what nobody changed", landed({ a: { N: "1" } }, () => {}, { a: { N: "2" } }), { a: 2 }, []],
    ["takes away what is not stored", landed({ a: { N: "1" } }, () => {}, {}), {}, []],
    [
      "leaves what was assigned meanwhile as a change",
      landed({ a: { N: "1" } }, (thing) => (thing.a = 3), { a: { N: "2" } }),
      { a: 3 },
      [{ at: "a", kind: "replace", value: { N: "3" } }],
    ],
    [
      "joins elements of both sides",
      landed({ tags: { SS: ["x"] } }, (thing) => thing.tags?.add("y"), { tags: { SS: ["x", "z"] } }),
      { tags: new Set(["x", "y", "z"]) },
      [{ at: "tags", kind: "elements", tag: "SS", added: [{ S: "y" }], removed: [] }],
    ],
    [
      "leaves an empty set, and no removal, if its last elements left on both sides",
      landed({ tags: { SS: ["x", "y"] } }, (thing) => thing.tags?.delete("x"), { tags: { SS: ["x"] } }),
      { tags: new Set() },
      [{ at: "tags", kind: "elements", tag: "SS", added: [], removed: [{ S: "x" }] }],
    ],
    [
      "leaves an empty set in a map, too",
      landed(seen("x", "y"), (thing) => thing.place?.seen?.delete("x"), seen("x")),
      { place: { city: "Oslo", seen: new Set() } },
      [{ at: "place.s", kind: "elements", tag: "SS", added: [], removed: [{ S: "x" }] }],
    ],
    [
      "takes a map away that is not stored any more, of which only a key was taken out",
      landed(inOslo, (thing) => delete thing.place?.zip, {}),
      {},
      [],
    ],
    [
      "leaves the object's own value if the two make none that its type takes",
      landed(oslo, (thing) => Object.assign(thing.place ?? {}, { zip: "0150" }), {}),
      { place: { city: "Oslo", zip: "0150" } },
      [{ at: "place", kind: "graft", value: { M: { city: { S: "Oslo" }, zip: { S: "0150" } } } }],
    ],
  ])("%s", (_, thing, values, edits) => {
    expect({ ...thing }).toEqual({ id: "1", ...values });
    expect(editsOf(thing)).toMatchObject(edits);
  });
});
