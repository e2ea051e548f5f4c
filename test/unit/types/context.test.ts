import { expect, test } from "vitest";
import { describeAttribute, Misfit, misfitOf, printPath, within, wrongTag } from "../../../src/types/codec/context.js";
import type { Attribute } from "../../../src/wire/attribute.js";

test.each([
  [["items", 0, "price"], "items[0].price"],
  [[0, "a b", "c"], `[0]["a b"].c`],
  [["__proto__", "été", "$x", "1a"], `__proto__.été.$x["1a"]`],
  [[""], `[""]`],
  [[], ""],
])("the path %j prints as %s", (path, text) => {
  expect(printPath(path)).toBe(text);
});

test("each container puts its step in front, and keeps message and cause", () => {
  const cause = new TypeError("inner");
  const error = within("a", within(0, new Misfit("no", { path: ["b"], cause })));
  expect(error).toMatchObject({ name: "Misfit", message: "no", path: ["a", 0, "b"], cause });
});

test("anything thrown becomes a misfit with its cause", () => {
  const error = new RangeError("too far");
  expect(misfitOf(error)).toMatchObject({ message: "too far", path: [], cause: error });
  expect(misfitOf("a text")).toMatchObject({ message: "a text", cause: "a text" });
  const own = new Misfit("mine");
  expect(misfitOf(own)).toBe(own);
  expect("cause" in own).toBe(false);
});

test("a wrong tag names both types, and the kind and size of what is stored", () => {
  expect(wrongTag("S", { BS: [new Uint8Array(3)] }).message).toBe(
    "the stored value has DynamoDB's type BS, not S: a set of 1",
  );
});

test.each<[attribute: Attribute, description: string]>([
  [{ S: "secret" }, "a text of 6 characters"],
  [{ S: "" }, "an empty text"],
  [{ N: "42" }, "a number"],
  [{ B: new Uint8Array(3) }, "3 bytes"],
  [{ B: "AAAA" }, "3 bytes"],
  [{ BOOL: true }, "a boolean"],
  [{ L: [{ S: "secret" }] }, "a list of 1"],
  [{ M: { secret: { S: "secret" } } }, "a map"],
  [{ SS: ["a", "b"] }, "a set of 2"],
])("%j is described by its kind and size", (attribute, description) => {
  expect(describeAttribute(attribute)).toBe(description);
});
