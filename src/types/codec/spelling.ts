/**
 * Spellings of a stored key. A loaded object must be found again by its key, and DynamoDB compares keys as stored. So a
 * key column loads only the text that it would write itself.
 */

import type { Attribute } from "../../wire/attribute.js";
import { sameAttribute } from "../../wire/same.js";
import type { Codec } from "./codec.js";
import { Misfit } from "./context.js";

/** A codec's load for a key column: throws if dump would write the loaded value differently. */
export function keyLoad(codec: Codec): Codec["load"] {
  if (codec.loadKey !== undefined) return codec.loadKey;
  return (attribute) => {
    const value = codec.load(attribute);
    if (codec.isStored?.(value, attribute) === true || isDumpedAs(codec, value, attribute)) return value;
    throw otherSpelling(undefined);
  };
}

/** Whether a value is dumped as exactly this attribute. */
export function isDumpedAs(codec: Codec, value: unknown, attribute: Attribute): boolean {
  try {
    return sameAttribute(codec.dump(value, 1), attribute);
  } catch {
    return false;
  }
}

/**
 * The error for a key in another spelling. `declaration`, if known, is the type that writes the key as it is stored.
 */
export function otherSpelling(declaration: string | undefined): Misfit {
  const hint = declaration ?? "a type that writes it as it is stored, such as string() for text";
  return new Misfit(
    `the key is stored in another spelling than the column writes, and could not be found by the value that it loads as; declare the column with ${hint}`,
  );
}
