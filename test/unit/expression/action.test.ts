/** Actions as data, and how they are printed in messages. */

import { add, addTo, append, deleteFrom, merge, prepend, remove, setIfMissing } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { actionNodeOf } from "../../../src/expression/action.js";

test.each([
  [add(1), { kind: "add", value: 1 }, "add()"],
  [addTo("a", "b"), { kind: "addTo", elements: ["a", "b"] }, "addTo()"],
  [deleteFrom("a"), { kind: "deleteFrom", elements: ["a"] }, "deleteFrom()"],
  [append("a"), { kind: "append", elements: ["a"] }, "append()"],
  [prepend("a"), { kind: "prepend", elements: ["a"] }, "prepend()"],
  [setIfMissing("x"), { kind: "setIfMissing", value: "x" }, "setIfMissing()"],
  [remove(), { kind: "remove" }, "remove()"],
  [merge({ a: 1 } as never), { kind: "merge", changes: { a: 1 } }, "merge()"],
])("%#: %s", (action, node, text) => {
  expect(actionNodeOf(action)).toEqual(node);
  expect(String(action)).toContain(text);
  expect(Object.isFrozen(action)).toBe(true);
});

test.each([[undefined], [null], [1], ["add()"], [{ kind: "add" }]])("%j is no action", (value) => {
  expect(actionNodeOf(value)).toBeUndefined();
});
