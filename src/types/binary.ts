/** `binary()`. */

import { type Binary, copyBytes, countBytes, isStoredAs } from "../wire/binary.js";
import { brokenForm, expected } from "./codec/context.js";
import type { JsonForm } from "./codec/outline.js";
import { scalarCodec } from "./codec/scalar.js";
import { makeType, type Type } from "./type.js";

/** Bytes, stored as B. They are copied both ways: a later change to your buffer does not change a dumped value. */
export function binary(): Type<Uint8Array, "B"> {
  return makeType(
    scalarCodec("binary", "B", loadBytes, (value: Uint8Array) => ({ B: copyBytes(assertBytes(value)) }), {
      isStored: isBytes,
      outline: { form: base64Form },
    }),
  );
}

/**
 * Canonical base64 with padding: the only spelling that is accepted for given bytes.
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
  // The decoder skips characters that are not base64. The result is then shorter than the text's length implies.
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
