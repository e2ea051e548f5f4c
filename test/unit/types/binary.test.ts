import { expect, test } from "vitest";
import { binary } from "../../../src/types/binary.js";
import { dump, load, table } from "../codec.js";

table("binary", binary(), {
  both: [
    [new Uint8Array([0, 1, 255]), { B: new Uint8Array([0, 1, 255]) }],
    [new Uint8Array(), { B: new Uint8Array() }],
  ],
  dumps: [[Buffer.from("hi"), { B: new Uint8Array([104, 105]) }]],
  refusesToLoad: [
    [{ S: "hi" }, "the stored value has DynamoDB's type S, not B: a text of 2 characters"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    ["aGk=", "expected a Uint8Array, got a text of 4 characters"],
    [new ArrayBuffer(2), "expected a Uint8Array, got an object of ArrayBuffer"],
    [new Uint16Array(1), "expected a Uint8Array, got an object of Uint16Array"],
    [[1, 2], "expected a Uint8Array, got an array of 2"],
  ],
});

test("bytes are copied both ways, as a plain Uint8Array", () => {
  const own = Buffer.from("hello").subarray(1, 3);
  const dumped = dump(binary(), own);
  own[0] = 0;
  expect(dumped).toEqual({ B: new Uint8Array([101, 108]) });

  const stored = { B: Buffer.from([1, 2]) };
  const loaded = load(binary(), stored);
  stored.B[0] = 9;
  expect(loaded).toStrictEqual(new Uint8Array([1, 2]));
});
