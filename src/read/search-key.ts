/** The key condition of a query, as the request has it. Pure. */

import { InvalidSearch } from "../errors.js";
import { type ConditionNode, type Operand, pathsOf } from "../expression/condition.js";
import type { Column } from "../model/column.js";
import { invalidInput } from "../model/invalid.js";
import { keyProblem } from "../model/key.js";
import type { Meta, SearchedKey, SearchTarget } from "../model/meta.js";
import { keysOf, nameOf, usesSize } from "../model/search-target.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../wire/limits.js";

/** A key condition as it was given, of a model whose keys are columns: the hash key by eq(), and at most one condition on the range key. */
export function plainCondition(target: SearchTarget, node: ConditionNode): SearchedKey {
  const [hashKey, rangeKey] = keysOf(target);
  const parts = node.kind === "and" ? node.parts : [node];
  const hash = parts.filter(isEqual).find((part) => isOn(part, hashKey));
  const rest = parts.filter((part) => part !== hash);
  const [range] = rest;
  const fits = range === undefined || (rest.length === 1 && isOn(range, rangeKey) && isRangeCondition(range));
  if (hash !== undefined && fits) {
    const { right } = hash;
    const value = right.kind === "value" ? right.value : undefined;
    return { hash, value, range, rangeColumn: rangeKey, equal: [], except: undefined };
  }
  const more =
    rangeKey === undefined
      ? ""
      : `, and at most one condition on "${rangeKey.property}" (eq, lt, le, gt, ge, between, beginsWith)`;
  throw new InvalidSearch(
    `The key of a query of ${nameOf(target)} is "${hashKey?.property}" by eq()${more}, joined by and(), with values and no columns.`,
  );
}

/** Refuses a search by values that no key has. */
export function assertSearchable(target: SearchTarget, { hash, range }: SearchedKey): void {
  const [hashKey, rangeKey] = keysOf(target);
  assertKeyValues(target.meta, hashKey, hash, maxHashKeyBytes);
  assertKeyValues(target.meta, rangeKey, range, maxRangeKeyBytes);
}

/** Refuses values that no key has, as DynamoDB would: empty ones, and longer ones than it takes. */
function assertKeyValues(
  meta: Meta,
  column: Column | undefined,
  node: ConditionNode | undefined,
  maxBytes: number,
): void {
  if (column === undefined || node === undefined) return;
  for (const operand of valuesOf(node)) {
    const problem = operand.kind === "value" ? keyProblem(operand.value, maxBytes) : undefined;
    if (problem !== undefined) throw invalidInput(meta, column, new Error(`the key of a search ${problem}`), {});
  }
}

/** The values that a condition on a key column compares it with. */
function valuesOf(node: ConditionNode): readonly Operand[] {
  if (node.kind === "compare") return [node.right];
  if (node.kind === "between") return [node.low, node.high];
  return node.kind === "beginsWith" ? [node.argument] : [];
}

function isEqual(node: ConditionNode): node is ConditionNode & { readonly kind: "compare" } {
  return node.kind === "compare" && node.comparator === "=";
}

function isOn(node: ConditionNode, column: Column | undefined): boolean {
  const paths = pathsOf(node);
  return (
    column !== undefined &&
    paths.length === 1 &&
    paths[0]?.stored.length === 1 &&
    paths[0].stored[0] === column.storedName &&
    !usesSize(node)
  );
}

function isRangeCondition(node: ConditionNode): boolean {
  return (node.kind === "compare" && node.comparator !== "<>") || node.kind === "between" || node.kind === "beginsWith";
}
