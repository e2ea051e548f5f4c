/**
 * Keys that do not tell all of their parts, such as those in lower case. Two values may have one key, so a write is held to
 * the part that is stored: it never changes the item of another value. Pure.
 */

import { type ConditionNode, isEqual, isMissing } from "../../../expression/condition.js";
import { attributeOf, type Item } from "../../../wire/attribute.js";
import type { Column } from "../../column.js";
import type { Meta } from "../../meta.js";

/** The columns of which the table's key does not tell the letters. */
function untoldParts(meta: Meta): readonly Column[] {
  const keys = meta.shared?.tableKeys ?? [];
  return keys.flatMap(({ format, parts }) => parts.filter((_, index) => format?.parts[index]?.letters !== undefined));
}

/** Whether a write to a model's items has to be held so. */
export function needsHold(meta: Meta): boolean {
  return meta.shared?.tableKeys.some(({ format }) => format?.isLossy === true) === true;
}

/** No item, or one whose parts are those that the write takes for granted or stores. */
export function holdOf(meta: Meta, written: Item): readonly ConditionNode[] {
  return untoldParts(meta).flatMap(({ path, storedName }): ConditionNode[] => {
    const value = attributeOf(written, storedName);
    if (value === undefined) return [];
    return [{ kind: "or", parts: [isMissing(meta.hashKey.path), isEqual(path, value)] }];
  });
}
