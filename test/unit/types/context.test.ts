import { expect, test } from "vitest";
import { Misfit, misfitOf, printAttribute, printPath, within, wrongTag } from "../../../src/types/context.js";

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

test("a wrong tag names both types and shows the value, shortened", () => {
  expect(wrongTag("S", { BS: [new Uint8Array(3)] }).message).toBe(
    `the stored value has DynamoDB's type BS, not S: {"BS":["3 bytes"]}`,
  );
  expect(printAttribute({ S: "x".repeat(1000) })).toHaveLength(80);
  expect(printAttribute({ L: [{ B: new Uint8Array(2) }] })).toBe(`{"L":[{"B":"2 bytes"}]}`);
});
