/** `binary()`. */

import { sameBytes } from "../wire/same.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "./type.js";

/** Bytes, stored as B. Copied both ways: a later change to your buffer changes nothing that was dumped. */
export function binary(): Type<Uint8Array, "B", Plain> {
  return makeType(scalarCodec("binary", "B", copyBytes, (value: Uint8Array) => ({ B: copyBytes(value) }), isBytes));
}

/**
 * Whether a value is these bytes.
 *
 * @internal
 */
function isBytes(value: unknown, stored: Uint8Array): boolean {
  return value instanceof Uint8Array && sameBytes(value, stored);
}

/** A plain Uint8Array, whatever kind of it came in (a Buffer, say). */
export function copyBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw expected("a Uint8Array", value);
  return new Uint8Array(value);
}
