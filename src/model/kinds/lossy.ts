/** Keys that do not tell all of their parts, such as those in lower case: a write is held to the part that is stored. Pure. */

import { type ConditionNode, isEqual, isMissing } from "../../expression/condition.js";
import { attributeOf, type Item } from "../../wire/attribute.js";
import type { Column } from "../column.js";
import { invalidInput } from "../invalid.js";
import type { ComposedKey, Meta } from "../meta.js";

/** The columns of which the table's key does not tell the letters. */
function untoldParts(meta: Meta): readonly Column[] {
  const keys = meta.shared?.tableKeys ?? [];
  return keys.flatMap(({ format, parts }) => parts.filter((_, index) => format?.parts[index]?.letters !== undefined));
}

/** Whether a write to a model's items has to be held so. */
export function needsHold(meta: Meta): boolean {
  return meta.shared?.tableKeys.some(({ format }) => format?.isLossy === true) === true;
}

/**
 * Refuses a value in other letters than the key has it: two values would have one key. Throws InvalidValue. What is
 * loaded may have any letters: its stored key says which item it is.
 */
export function assertLetters(meta: Meta, { format, parts }: ComposedKey, item: Item): void {
  for (const [index, part] of parts.entries()) {
    const letters = format?.parts[index]?.letters;
    const value = attributeOf(item, part.storedName);
    if (letters === undefined || value === undefined || !("S" in value)) continue;
    const written = letters === "lower" ? value.S.toLowerCase() : value.S.toUpperCase();
    if (written === value.S) continue;
    const problem = new Error(
      `the table's key has it in ${letters} case, so that two values would have one key; give it so`,
    );
    throw invalidInput(meta, part, problem, {});
  }
}

/** No item, or one whose parts are those that the write takes for granted or stores. */
export function holdOf(meta: Meta, written: Item): readonly ConditionNode[] {
  return untoldParts(meta).flatMap(({ path, storedName }): ConditionNode[] => {
    const value = attributeOf(written, storedName);
    if (value === undefined) return [];
    return [{ kind: "or", parts: [isMissing(meta.hashKey.path), isEqual(path, value)] }];
  });
}
