/** DynamoDB's limits for the values of a write: keys of an index, and the size of an item. */

import { type Attribute, type Item, tagOf } from "../../wire/attribute.js";
import { maxHashKeyBytes, maxItemBytes, maxRangeKeyBytes } from "../../wire/limits.js";
import { sizeAtMost, sizeOfAttributes } from "../../wire/size.js";
import type { Column } from "../column.js";
import { invalidInput, refusal } from "../invalid.js";
import { keyProblem } from "../key.js";
import type { Meta } from "../meta.js";
import { applyEdits, type Edit } from "./edit.js";

/** Refuses a value that can't be stored in an index that has the column as a key. */
export function assertIndexKey(meta: Meta, column: Column, attribute: Attribute, item: Item): void {
  if (column.key !== undefined) return;
  for (const { property, keys, hashKeys } of meta.indexes) {
    if (!keys.includes(column)) continue;
    const problem =
      tagOf(attribute) === "NULL"
        ? "is NULL, which DynamoDB refuses for keys; leave it undefined"
        : keyProblem(attribute, hashKeys.includes(column) ? maxHashKeyBytes : maxRangeKeyBytes);
    if (problem === undefined) continue;
    const where = `it is a key of the index "${property}", and`;
    throw invalidInput(meta, column, new Error(`${where} ${problem}`), item);
  }
}

/** Refuses a write that alone is larger than an item may be. The exact size is counted only if it could be too much. */
export function assertSize(meta: Meta, key: Item, edits: readonly Edit[]): void {
  if (writtenAtMost(key, edits) <= maxItemBytes) return;
  const written = applyEdits(key, edits);
  const size = sizeOfAttributes(written);
  if (size <= maxItemBytes) return;
  throw refusal(meta, [], key, `what is to be stored has ${size} bytes; DynamoDB takes items of ${maxItemBytes}.`);
}

/** An upper bound for the bytes of a key with some edits applied. */
export function writtenAtMost(key: Item, edits: readonly Edit[]): number {
  let size = sizeAtMost({ M: key });
  for (const edit of edits) {
    // A map that is created on the path has three bytes, and one more for its key.
    for (const step of edit.path) size += 4 + 3 * String(step).length;
    for (const attribute of valuesOf(edit)) size += 1 + sizeAtMost(attribute);
  }
  return size;
}

const longestKey = "k".repeat(maxHashKeyBytes);

/** The values that an edit can put into an item. */
function valuesOf(edit: Edit): readonly Attribute[] {
  switch (edit.kind) {
    case "elements":
      return edit.added;
    case "increase":
      return [edit.amount];
    case "compose":
      // No key takes more.
      return [{ S: longestKey }];
    case "append":
    case "prepend":
      return [{ L: edit.elements }];
    default:
      return edit.value === undefined ? [] : [edit.value];
  }
}
