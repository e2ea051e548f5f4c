/** What a condition holds is its own: bytes are copied, and an index is one that a list can have (T8). */

import { binary, InvalidCondition, list, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { type Condition, conditionNodeOf } from "../../../src/expression/condition.js";

const Entry = model("Entry", { id: string().hashKey(), b: binary(), l: list(string()), bytes: list(binary()) });

/** Without its paths, which lead to the model. */
const argumentsOf = (condition: Condition) =>
  JSON.stringify(conditionNodeOf(condition), (name, value) => (name === "path" ? undefined : value));

test.each([
  ["beginsWith", (bytes: Uint8Array) => Entry.b.beginsWith(bytes)],
  ["contains", (bytes: Uint8Array) => Entry.b.contains(bytes)],
  ["contains, of a list", (bytes: Uint8Array) => Entry.bytes.contains(bytes)],
  ["eq", (bytes: Uint8Array) => Entry.b.eq(bytes)],
  ["in", (bytes: Uint8Array) => Entry.b.in([bytes])],
  ["between", (bytes: Uint8Array) => Entry.b.between(bytes, Uint8Array.of(9))],
  ["a Buffer", (bytes: Uint8Array) => Entry.b.beginsWith(Buffer.from(bytes.buffer))],
])("a buffer that changes later changes no condition: %s", (_, condition) => {
  const bytes = Uint8Array.of(1, 2);
  const built = condition(bytes);
  const before = argumentsOf(built);
  bytes[0] = 7;
  expect(argumentsOf(built)).toBe(before);
});

test.each([1e21, 2 ** 31, 2 ** 53, 409_600])("an index that no list has is refused: %d", (index) => {
  expect(() => Entry.l.at(index)).toThrow(InvalidCondition);
});

test("the largest index is none of bloop's business", () => {
  expect(() => Entry.l.at(409_599)).not.toThrow();
  expect(() => Entry.l.at(0)).not.toThrow();
});
