/** `binary()`. */

import { type Binary, copyBytes, countBytes, isStoredAs } from "../wire/binary.js";
import { brokenForm } from "./context.js";
import type { JsonForm } from "./outline.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "./type.js";

/** Bytes, stored as B. Copied both ways: a later change to your buffer changes nothing that was dumped. */
export function binary(): Type<Uint8Array, "B", Plain> {
  return makeType(
    scalarCodec("binary", "B", loadBytes, (value: Uint8Array) => ({ B: copyBytes(assertBytes(value)) }), {
      isStored: isBytes,
      outline: { form: base64Form },
    }),
  );
}

/**
 * Base64 with its padding, in the one way in which it is written for some bytes.
 *
 * @internal
 */
export const base64Form: JsonForm = {
  type: "string",
  contentEncoding: "base64",
  pattern: "^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/][AQgw]==|[A-Za-z0-9+/]{2}[AEIMQUYcgkosw048]=)?$",
};

/**
 * The bytes of a stored value, as a copy.
 *
 * @internal
 */
export function loadBytes(stored: Binary): Uint8Array {
  const bytes = copyBytes(stored);
  // What is no base64 is skipped in silence, and leaves fewer bytes than the text has room for.
  if (typeof stored === "string" && (stored.length % 4 !== 0 || bytes.length !== countBytes(stored)))
    throw brokenForm("B");
  return bytes;
}

function isBytes(value: unknown, stored: Binary): boolean {
  return value instanceof Uint8Array && isStoredAs(value, stored);
}

function assertBytes(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw expected("a Uint8Array", value);
  return value;
}
