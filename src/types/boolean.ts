/** `boolean()`. */

import { expected } from "./codec/context.js";
import { scalarCodec } from "./codec/scalar.js";
import { makeType, type Type } from "./type.js";

/** true or false, stored as BOOL. */
export function boolean(): Type<boolean, "BOOL"> {
  return makeType(
    scalarCodec("boolean", "BOOL", assertBoolean, (value: boolean) => ({ BOOL: assertBoolean(value) }), {
      isStored: (value, stored) => value === stored,
      outline: { form: { type: "boolean" } },
    }),
  );
}

function assertBoolean(value: unknown): boolean {
  if (typeof value !== "boolean") throw expected("true or false", value);
  return value;
}
