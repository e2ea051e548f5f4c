/** `binary()`. */

import { type Binary, copyBytes, isStoredAs } from "../wire/binary.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "./type.js";

/** Bytes, stored as B. Copied both ways: a later change to your buffer changes nothing that was dumped. */
export function binary(): Type<Uint8Array, "B", Plain> {
  return makeType(
    scalarCodec("binary", "B", copyBytes, (value: Uint8Array) => ({ B: copyBytes(assertBytes(value)) }), isBytes),
  );
}

function isBytes(value: unknown, stored: Binary): boolean {
  return value instanceof Uint8Array && isStoredAs(value, stored);
}

function assertBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw expected("a Uint8Array", value);
  return value;
}
