/**
 * Spellings of a stored key. What loads has to be found by its own value, and DynamoDB compares keys as they are stored:
 * a key column loads only what it would write itself.
 */

import type { Attribute } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";
import { Misfit } from "./context.js";
import type { Codec } from "./type.js";

/** A codec's load for a key column: throws where dump would write the loaded value otherwise. */
export function keyLoad(codec: Codec): Codec["load"] {
  if (codec.loadKey !== undefined) return codec.loadKey;
  return (attribute) => {
    const value = codec.load(attribute);
    if (codec.isStored?.(value, attribute) === true || isDumpedAs(codec, value, attribute)) return value;
    throw otherSpelling(undefined);
  };
}

/** Whether a value is stored as just this attribute. */
export function isDumpedAs(codec: Codec, value: unknown, attribute: Attribute): boolean {
  try {
    return sameAttribute(codec.dump(value, 1), attribute);
  } catch {
    return false;
  }
}

/** The error for a key in another spelling; `declaration` writes it as it is stored, where a type is known that does. */
export function otherSpelling(declaration: string | undefined): Misfit {
  const hint = declaration ?? "a type that writes it as it is stored, such as string() for text";
  return new Misfit(
    `the key is stored in another spelling than the column writes, and could not be found by the value that it loads as; declare the column with ${hint}`,
  );
}
