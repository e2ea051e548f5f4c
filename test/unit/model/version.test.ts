/** The version of an object: what a write of it demands, and what it makes of it. */

import { InvalidValue, integer, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import {
  raiseVersion,
  unchecked,
  versionConditions,
  versionHolds,
  versionOf,
} from "../../../src/model/change/version.js";
import { seenIn } from "../../../src/model/object/taken.js";
import { metaOf } from "../../../src/model/registry.js";
import { homeOf, loadedFrom, plainEdit } from "../../support/model.js";

const Versioned = model("Versioned", {
  id: string().hashKey(),
  v: integer().version().storedAs("ver"),
  name: string(),
});
const Plain = model("Plain", { id: string().hashKey() });
const meta = metaOf(Versioned);
const checkOf = (object: { readonly v?: unknown }, home = homeOf(Versioned)) =>
  versionOf(seenIn(home, object), object.v);
const key = { id: { S: "1" } };
const item = (version: string) => ({ ...key, ver: { N: version } });

const cases = [
  {
    name: "a new object: there is to be no item",
    object: new Versioned({ id: "1" }),
    demands: ["notExists"],
    holds: [true, false, false],
    next: 1,
  },
  {
    name: "a new object that brings a version along",
    object: new Versioned({ id: "1", v: 4 }),
    demands: ["compare"],
    holds: [false, false, true],
    next: 5,
  },
  {
    name: "a loaded object",
    object: loadedFrom(Versioned, item("4")),
    demands: ["compare"],
    holds: [false, false, true],
    next: 5,
  },
  {
    name: "a loaded object of an item without a version: there is to be an item, without one",
    object: loadedFrom(Versioned, key),
    demands: ["exists", "notExists"],
    holds: [false, true, false],
    next: 1,
  },
  {
    name: "a loaded object whose version was set by hand",
    object: Object.assign(loadedFrom(Versioned, item("9")), { v: 4 }),
    demands: ["compare"],
    holds: [false, false, true],
    next: 5,
  },
];

test.each(cases)("$name", ({ object, demands, holds, next }) => {
  const check = checkOf(object);
  if (check === undefined) throw new Error("no version");
  expect(versionConditions(meta, check).map(({ kind }) => kind)).toEqual(demands);
  // No item, an item without a version, and one with version 4, however it is written.
  for (const four of ["4", "4.0"]) {
    expect([undefined, key, item(four)].map((now) => versionHolds(check, now))).toEqual(holds);
  }
  expect(versionHolds(check, item("5"))).toBe(false);
  expect(raiseVersion(check).map(plainEdit)).toEqual([{ at: "ver", kind: "replace", value: { N: String(next) } }]);
});

test("the object's own number is compared", () => {
  const check = checkOf(new Versioned({ id: "1", v: 4 }));
  expect(check && versionConditions(meta, check)).toMatchObject([
    { comparator: "=", left: { path: { stored: ["ver"] } }, right: { value: { N: "4" } } },
  ]);
});

test("an object that was loaded without its version can't be checked", () => {
  expect(() => checkOf(loadedFrom(Versioned, item("4"), ["id", "name"]))).toThrow(
    'Versioned.v (id "1"): the object was loaded without its version',
  );
});

test("a version that is no whole number is refused", () => {
  const object = Object.assign(loadedFrom(Versioned, item("4")), { v: "5" });
  expect(() => checkOf(object)).toThrow(InvalidValue);
});

test("a model without a version adds no condition", () => {
  const plain = new Plain({ id: "1" });
  expect(versionOf(seenIn(homeOf(Plain), plain), undefined)).toBeUndefined();
});

test("a copy into another table keeps its number, and is stored if there is no item or an older one", () => {
  const other = { ...homeOf(Versioned), tableName: "other-table" };
  const check = checkOf(loadedFrom(Versioned, item("4")), other);
  if (check === undefined) throw new Error("no version");
  expect([undefined, key, item("3"), item("4"), item("5")].map((now) => versionHolds(check, now))).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(versionConditions(meta, check)).toMatchObject([
    { kind: "or", parts: [{ kind: "notExists" }, { comparator: "<=", right: { value: { N: "4" } } }] },
  ]);
  expect(raiseVersion(check).map(plainEdit)).toEqual([{ at: "ver", kind: "replace", value: { N: "4" } }]);
  expect(unchecked(check)).toBe(check);
});

test("a write without a check gets a number that no other write can have given", () => {
  const check = checkOf(loadedFrom(Versioned, item("4")));
  if (check === undefined) throw new Error("no version");
  const before = Date.now();
  const numbers = Array.from({ length: 20 }, () => unchecked(check).next ?? 0);
  expect(Math.min(...numbers)).toBeGreaterThan(before * 2048);
  expect(numbers.every(Number.isSafeInteger)).toBe(true);
});

test("a copy of an object without a version goes onto nothing, or onto an item without one", () => {
  const other = { ...homeOf(Versioned), tableName: "other-table" };
  const check = checkOf(loadedFrom(Versioned, key), other);
  if (check === undefined) throw new Error("no version");
  expect(versionConditions(meta, check)).toMatchObject([{ kind: "notExists", path: { stored: ["ver"] } }]);
  expect([undefined, key, item("1")].map((now) => versionHolds(check, now))).toEqual([true, true, false]);
  expect(raiseVersion(check)).toEqual([]);
});
