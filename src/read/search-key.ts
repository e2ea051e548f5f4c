/** The key condition of a query, as the request has it. Pure. */

import { InvalidSearch } from "../errors.js";
import { type ConditionNode, type Operand, pathsOf } from "../expression/condition.js";
import type { Column } from "../model/column.js";
import { invalidInput } from "../model/invalid.js";
import { keyProblem } from "../model/key.js";
import type { HeldKey, Meta, SearchedKey, SearchTarget } from "../model/meta.js";
import { hashKeysOf, nameOf, rangeKeysOf, usesSize } from "../model/search-target.js";
import { printList } from "../util/print.js";
import type { Attribute } from "../wire/attribute.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../wire/limits.js";

/**
 * A key condition as it was given, of a model whose keys are columns: each attribute of the hash key by eq(); of those of
 * the range key, some from left to right, all but the last one by eq().
 */
export function plainCondition(target: SearchTarget, node: ConditionNode): SearchedKey {
  const left = new Set(node.kind === "and" ? node.parts : [node]);
  const held: HeldKey[] = [];
  const hold = (column: Column) => {
    const value = taken(left, column, equalOn);
    if (value === undefined) throw refused(target);
    held.push({ column, value });
  };
  for (const column of hashKeysOf(target)) hold(column);
  const found = { held, equal: [], except: undefined };
  for (const column of rangeKeysOf(target)) {
    if (left.size === 0) break;
    // The last condition is one of a range, even by eq().
    const range = left.size === 1 ? taken(left, column, rangeOn) : undefined;
    if (range !== undefined) return { ...found, range, rangeColumn: column };
    hold(column);
  }
  if (left.size > 0) throw refused(target);
  return { ...found, range: undefined, rangeColumn: undefined };
}

/** What the first of some conditions on a column says. It is not left any more. */
function taken<Result>(
  left: Set<ConditionNode>,
  column: Column,
  read: (node: ConditionNode) => Result | undefined,
): Result | undefined {
  for (const node of left) {
    const found = isOn(node, column) ? read(node) : undefined;
    if (found === undefined) continue;
    left.delete(node);
    return found;
  }
  return undefined;
}

function equalOn(node: ConditionNode): Attribute | undefined {
  return node.kind === "compare" && node.comparator === "=" && node.right.kind === "value"
    ? node.right.value
    : undefined;
}

function rangeOn(node: ConditionNode): ConditionNode | undefined {
  const fits =
    (node.kind === "compare" && node.comparator !== "<>") || node.kind === "between" || node.kind === "beginsWith";
  return fits ? node : undefined;
}

function refused(target: SearchTarget): InvalidSearch {
  const printed = (columns: readonly Column[]) => printList(columns.map(({ property }) => property));
  const rangeKeys = rangeKeysOf(target);
  const names = printed(rangeKeys);
  const more = [
    ",",
    `, and at most one condition on ${names} (eq, lt, le, gt, ge, between, beginsWith),`,
    `, and from left to right ${names}: without a gap, by eq(), the last one by any comparison;`,
  ][Math.min(rangeKeys.length, 2)];
  return new InvalidSearch(
    `The key of a query of ${nameOf(target)} is ${printed(hashKeysOf(target))} by eq()${more} joined by and(), with values and no columns.`,
  );
}

/** Refuses a search by values that no key has. */
export function assertSearchable(target: SearchTarget, { held, range, rangeColumn }: SearchedKey): void {
  const hashKeys = hashKeysOf(target);
  for (const { column, value } of held) {
    assertKeyValue(target.meta, column, value, hashKeys.includes(column) ? maxHashKeyBytes : maxRangeKeyBytes);
  }
  if (rangeColumn === undefined || range === undefined) return;
  for (const operand of valuesOf(range))
    if (operand.kind === "value") assertKeyValue(target.meta, rangeColumn, operand.value, maxRangeKeyBytes);
}

/** Refuses a value that no key has, as DynamoDB would: an empty one, and a longer one than it takes. */
function assertKeyValue(meta: Meta, column: Column, value: Attribute, maxBytes: number): void {
  const problem = keyProblem(value, maxBytes);
  if (problem === undefined) return;
  meta.shared?.does.refuseKey(meta, column, problem);
  throw invalidInput(meta, column, new Error(`the key of a search ${problem}`), {});
}

/** The values that a condition on a key column compares it with. */
function valuesOf(node: ConditionNode): readonly Operand[] {
  if (node.kind === "compare") return [node.right];
  if (node.kind === "between") return [node.low, node.high];
  return node.kind === "beginsWith" ? [node.argument] : [];
}

function isOn(node: ConditionNode, column: Column): boolean {
  const paths = pathsOf(node);
  return (
    paths.length === 1 && paths[0]?.stored.length === 1 && paths[0].stored[0] === column.storedName && !usesSize(node)
  );
}
