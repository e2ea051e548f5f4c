import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { base64Of, copyBytes, countBytes, isStoredAs, sameBytes } from "../../../src/wire/binary.js";

const bytes = fc.uint8Array({ maxLength: 70 });

describe("both forms of the same bytes", () => {
  test("are the same, of one length, and give a copy", () => {
    fc.assert(
      fc.property(bytes, (value) => {
        const text = base64Of(value);
        expect(text).toBe(Buffer.from(value).toString("base64"));
        expect(countBytes(text)).toBe(value.length);
        expect(sameBytes(text, value) && sameBytes(value, text) && sameBytes(text, text)).toBe(true);
        expect(isStoredAs(value, text) && isStoredAs(value, copyBytes(value))).toBe(true);
        expect(copyBytes(text)).toEqual(value);
      }),
    );
  });

  test("a part of a larger buffer is only that part", () => {
    const part = Uint8Array.of(9, 1, 2, 3, 9).subarray(1, 4);
    expect(base64Of(part)).toBe("AQID");
    expect(isStoredAs(part, "AQID")).toBe(true);
  });

  test("a copy is a plain Uint8Array with a buffer of its own", () => {
    const copy = copyBytes("AQID");
    expect(Object.getPrototypeOf(copy)).toBe(Uint8Array.prototype);
    expect(copy.buffer.byteLength).toBe(3);
  });
});

test("other bytes are not the same, wherever they differ", () => {
  fc.assert(
    fc.property(bytes, fc.nat(), fc.integer({ min: 1, max: 255 }), (value, at, change) => {
      const other = new Uint8Array(value);
      if (other.length > 0) other[at % other.length] = (other[at % other.length] ?? 0) ^ change;
      const changed = other.length > 0 ? other : Uint8Array.of(change);
      expect(isStoredAs(changed, base64Of(value)) || sameBytes(changed, base64Of(value))).toBe(false);
      expect(isStoredAs(Uint8Array.of(...value, 0), base64Of(value))).toBe(false);
    }),
  );
});

test("base64 without its padding is the same bytes, and may count as stored otherwise", () => {
  expect(sameBytes("AQ", Uint8Array.of(1))).toBe(true);
  expect(isStoredAs(Uint8Array.of(1), "AQ")).toBe(false);
});
