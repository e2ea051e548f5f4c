/** Edits become an update of the item as it is, whatever others have made of it meanwhile. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Change } from "../../../src/expression/update.js";
import { applyEdits, type Edit, valueAt } from "../../../src/model/change/edit.js";
import { guardsHold, planUpdate } from "../../../src/model/change/plan.js";
import { type Attribute, type Item, newAttributes } from "../../../src/wire/attribute.js";
import { sameAttributes } from "../../../src/wire/same.js";

const s = (text: string): Attribute => ({ S: text });
const m = (inner: Item) => ({ M: inner });

const set = (path: string[], value: Attribute): Edit => ({ kind: "replace", path, value });
const remove = (path: string[]): Edit => ({ kind: "replace", path, value: undefined });
const graft = (path: string[], value: { M: Item }): Edit => ({
  kind: "graft",
  path,
  value,
  inside: keysOf(path, value),
});
const keysOf = (path: string[], { M }: { M: Item }): Edit[] =>
  Object.entries(M).map(([key, value]) => ("M" in value ? graft([...path, key], value) : set([...path, key], value)));
const elements = (path: string[], added: string[], removed: string[] = []): Edit => ({
  kind: "elements",
  path,
  tag: "SS",
  added: added.map(s),
  removed: removed.map(s),
});

interface Case {
  readonly name: string;
  readonly base: Item;
  readonly edits: readonly Edit[];
  readonly whole?: readonly string[];
  readonly changes: readonly unknown[];
  readonly guards?: readonly unknown[];
}

const cases: Case[] = [
  {
    name: "values are set and removed at their own paths, without a guard",
    base: { a: s("1"), b: m({ c: s("2") }) },
    edits: [set(["a"], s("3")), set(["b", "c"], s("4")), remove(["d"])],
    changes: [set(["a"], s("3")), set(["b", "c"], s("4")), remove(["d"])].map(asChange),
  },
  {
    name: "where the parent is gone, it is put there with the change alone",
    base: {},
    edits: [set(["b", "c"], s("4")), set(["b", "d", "e"], s("5"))],
    changes: [{ kind: "set", path: ["b"], value: m({ c: s("4"), d: m({ e: s("5") }) }) }],
    guards: [{ path: ["b"], value: undefined }],
  },
  {
    name: "where the parent is no map any more, it becomes one",
    base: { b: { NULL: true } },
    edits: [set(["b", "c"], s("4"))],
    changes: [{ kind: "set", path: ["b"], value: m({ c: s("4") }) }],
    guards: [{ path: ["b"], value: { NULL: true } }],
  },
  {
    name: "nothing is removed from a parent that is gone",
    base: {},
    edits: [remove(["b", "c"]), elements(["b", "s"], [], ["x"])],
    changes: [],
    guards: [{ path: ["b"], value: undefined }],
  },
  {
    name: "a graft is put where nothing is",
    base: {},
    edits: [graft(["b"], m({ c: s("1") }))],
    changes: [{ kind: "set", path: ["b"], value: m({ c: s("1") }) }],
    guards: [{ path: ["b"], value: undefined }],
  },
  {
    name: "a graft goes into the map that is there by now, key by key",
    base: { b: m({ x: s("theirs"), d: m({ y: s("theirs") }) }) },
    edits: [graft(["b"], m({ c: s("1"), d: m({ e: s("2") }) }))],
    changes: [
      { kind: "set", path: ["b", "c"], value: s("1") },
      { kind: "set", path: ["b", "d", "e"], value: s("2") },
    ],
  },
  {
    name: "elements only added, or only taken, need no guard",
    base: { t: { SS: ["a"] } },
    edits: [elements(["t"], ["b"]), elements(["u"], [], ["c"])],
    changes: [
      { kind: "add", path: ["t"], value: { SS: ["b"] } },
      { kind: "delete", path: ["u"], value: { SS: ["c"] } },
    ],
  },
  {
    name: "elements added and taken are merged with what is there, under a guard",
    base: { t: { SS: ["a", "theirs"] } },
    edits: [elements(["t"], ["b"], ["a"])],
    changes: [{ kind: "set", path: ["t"], value: { SS: ["theirs", "b"] } }],
    guards: [{ path: ["t"], value: { SS: ["a", "theirs"] } }],
  },
  {
    name: "a nested set is merged under a guard",
    base: { b: m({ t: { SS: ["a"] } }) },
    edits: [elements(["b", "t"], ["b"])],
    changes: [{ kind: "set", path: ["b", "t"], value: { SS: ["a", "b"] } }],
    guards: [{ path: ["b", "t"], value: { SS: ["a"] } }],
  },
  {
    name: "the last element of a nested set takes the set along",
    base: { b: m({ t: { SS: ["a"] } }) },
    edits: [elements(["b", "t"], [], ["a"])],
    changes: [{ kind: "remove", path: ["b", "t"] }],
    guards: [{ path: ["b", "t"], value: { SS: ["a"] } }],
  },
  {
    name: "a set that is another type by now is replaced under a guard",
    base: { t: s("text") },
    edits: [elements(["t"], ["b"])],
    changes: [{ kind: "set", path: ["t"], value: { SS: ["b"] } }],
    guards: [{ path: ["t"], value: s("text") }],
  },
  {
    name: "a whole column is merged with what is there, under a guard",
    base: { b: m({ x: s("theirs"), c: s("1"), d: s("2") }) },
    edits: [set(["b", "c"], s("3")), remove(["b", "d"])],
    whole: ["b"],
    changes: [{ kind: "set", path: ["b"], value: m({ x: s("theirs"), c: s("3") }) }],
    guards: [{ path: ["b"], value: m({ x: s("theirs"), c: s("1"), d: s("2") }) }],
  },
];

function asChange(edit: Edit): Change | undefined {
  if (edit.kind !== "replace") return undefined;
  return edit.value === undefined
    ? { kind: "remove", path: edit.path }
    : { kind: "set", path: edit.path, value: edit.value };
}

describe("planUpdate", () => {
  test.each(cases)("$name", ({ base, edits, whole, changes, guards }) => {
    const plan = planUpdate(edits, base, new Set(whole ?? []));
    expect(plain(plan.changes)).toEqual(plain(changes));
    expect(plain(plan.guards)).toEqual(plain(guards ?? []));
    expect(guardsHold(plan.guards, base)).toBe(true);
  });
});

/** Maps are made without a prototype, which toEqual would hold against them. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (_, inner) => (inner === undefined ? null : inner)));
}

const names = ["a", "b", "c"];
const leaf: fc.Arbitrary<Attribute> = fc.oneof(
  fc.constantFrom(s("1"), s("2"), { NULL: true as const }),
  fc.subarray(["p", "q", "r"], { minLength: 1 }).map((SS) => ({ SS })),
);
const { item } = fc.letrec<{ item: Item; attribute: Attribute }>((tie) => ({
  attribute: fc.oneof({ depthSize: "small" }, leaf, tie("item").map(m)),
  item: fc.dictionary(fc.constantFrom(...names), tie("attribute"), { maxKeys: 3 }),
}));
const path = fc.array(fc.constantFrom(...names), { minLength: 1, maxLength: 3 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc
    .tuple(path, fc.option(leaf, { nil: undefined }))
    .map(([at, value]): Edit => ({ kind: "replace", path: at, value })),
  fc.tuple(path, item).map(([at, value]) => graft(at, m(value))),
  fc
    .tuple(path, fc.subarray(["p", "q", "r", "x"]), fc.subarray(["p", "q", "r"]))
    .filter(([, added, removed]) => added.length + removed.length > 0 && !added.some((one) => removed.includes(one)))
    .map(([at, added, removed]) => elements(at, added, removed)),
);
/** Edits of one object never overlap. */
const edits = fc
  .array(edit, { maxLength: 4 })
  .map((all) => all.filter(({ path: at }, index) => !all.slice(0, index).some((other) => overlap(at, other.path))));

function overlap(left: readonly unknown[], right: readonly unknown[]): boolean {
  return left.slice(0, right.length).every((step, index) => step === right[index]);
}

/** What DynamoDB makes of an item by a list of changes; throws where a path leads nowhere, as DynamoDB does. */
function perform(base: Item, changes: readonly Change[]): Item {
  return changes.reduce((now: Item, change) => {
    const parent = valueAt(base, change.path.slice(0, -1)) ?? { M: base };
    if (change.path.length > 1 && (valueAt(base, change.path.slice(0, -1)) === undefined || !("M" in parent))) {
      throw new Error(`the document path ${change.path.join(".")} is invalid`);
    }
    if (change.kind === "remove") return applyEdits(now, [{ kind: "replace", path: change.path, value: undefined }]);
    if (change.kind === "set") return applyEdits(now, [{ kind: "replace", path: change.path, value: change.value }]);
    const stored = valueAt(now, change.path);
    if (stored !== undefined && !("SS" in stored)) throw new Error("an operand has an incorrect data type");
    const given = "SS" in change.value ? [...change.value.SS] : [];
    return applyEdits(now, [
      change.kind === "add"
        ? elements([...change.path].map(String), given)
        : elements([...change.path].map(String), [], given),
    ]);
  }, base);
}

test("a plan does what its edits mean, on any base, with whole columns or without", () => {
  fc.assert(
    fc.property(item, edits, fc.subarray(names), (base, all, whole) => {
      const { changes } = planUpdate(all, base, new Set(whole));
      expect(sameAttributes(perform(base, changes), applyEdits(base, all))).toBe(true);
      const paths = changes.map((change) => change.path);
      expect(paths.some((one, index) => paths.some((other, at) => at !== index && overlap(one, other)))).toBe(false);
    }),
    { numRuns: 3000 },
  );
});

test("on any item on which the guards hold, a plan made onto another does what its edits mean", () => {
  let applied = 0;
  fc.assert(
    fc.property(item, item, edits, fc.subarray(names), (base, other, all, whole) => {
      const { changes, guards } = planUpdate(all, base, new Set(whole));
      if (!guardsHold(guards, other)) return;
      let written: Item;
      try {
        written = perform(other, changes);
      } catch {
        // DynamoDB refuses it, and it is planned again.
        return;
      }
      applied++;
      expect(sameAttributes(written, applyEdits(other, all))).toBe(true);
    }),
    { numRuns: 5000 },
  );
  expect(applied).toBeGreaterThan(1000);
});

test("applying edits leaves the item as it was", () => {
  fc.assert(
    fc.property(item, edits, (base, all) => {
      const before = JSON.stringify(base);
      applyEdits(base, all);
      expect(JSON.stringify(base)).toBe(before);
    }),
  );
  expect(Object.keys(applyEdits(newAttributes(), [set(["__proto__"], s("1"))]))).toEqual(["__proto__"]);
});
