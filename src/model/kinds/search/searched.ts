/** The key condition of a query whose keys are composed: spoken of in their parts, it becomes conditions on the keys. Pure. */

import { InvalidSearch } from "../../../errors.js";
import { type ConditionNode, pathsOf } from "../../../expression/condition.js";
import { encodeKey, type KeyRange, type PartRange, selectKeys } from "../../../key/key.js";
import { printList } from "../../../util/print.js";
import type { Attribute } from "../../../wire/attribute.js";
import type { Column } from "../../column.js";
import { invalidInput } from "../../invalid.js";
import type { HeldKey, Meta, SearchedKey, SearchTarget } from "../../meta.js";
import { hashKeysOf, nameOf, rangeKeysOf, usesSize } from "../../search-target.js";
import { partAtFault } from "../key/compose.js";

type Comparison = ConditionNode & { readonly kind: "compare" | "between" | "beginsWith" };

/** The comparisons of a key condition. Each has to be used. */
interface Comparisons {
  readonly target: SearchTarget;
  readonly all: readonly Comparison[];
  readonly used: Set<Comparison>;
}

/** A key attribute with the values of its parts, all by eq(). */
interface SpokenKey extends HeldKey {
  readonly equal: readonly Attribute[];
}

/** A key condition as values: of the hash key, and of the parts of the range key from left to right. */
export interface Spoken {
  readonly hash: readonly SpokenKey[];
  /** The attributes of the range key ahead of the last one of the condition. */
  readonly before: readonly SpokenKey[];
  /** The last one. */
  readonly rangeColumn: Column | undefined;
  /** The parts of it that are compared by eq(). */
  readonly equal: readonly Attribute[];
  /** The comparison of the next part, if there is one. */
  readonly range: PartRange | undefined;
  readonly next: Column | undefined;
  /** The condition on a range key that is not composed. */
  readonly plain: ConditionNode | undefined;
}

/** The parts of the hash key by eq(), and those of the range key from left to right, the last one by any comparison. */
export function composedCondition(target: SearchTarget, node: ConditionNode): SearchedKey {
  const spoken = spokenOf(target, node);
  return searchedKey(spoken, selectedOf(target, spoken));
}

/** The key of a query that selects some range keys. */
export function searchedKey(
  { hash, before, equal, rangeColumn }: Spoken,
  found: Pick<SearchedKey, "range" | "except">,
): SearchedKey {
  const held = [...hash, ...before];
  return { held, equal: [...held.flatMap((key) => key.equal), ...equal], ...found, rangeColumn };
}

function selectedOf(target: SearchTarget, spoken: Spoken): Pick<SearchedKey, "range" | "except"> {
  const { rangeColumn, equal, range, next, plain } = spoken;
  const key = rangeColumn && target.meta.shared?.composed.get(rangeColumn);
  if (rangeColumn === undefined || key?.format === undefined) return { range: plain, except: undefined };
  const { format } = key;
  const selected = checked({ meta: target.meta, column: rangeColumn }, () => selectKeys(format, equal, range), next);
  const isLeftOut = next !== undefined && selected.except !== undefined;
  const except = isLeftOut ? unequal(target, next, selected.except) : undefined;
  return { range: nodeOf(rangeColumn, selected.range), except };
}

/** Throws InvalidSearch for a condition that is not one of the key. */
export function spokenOf(target: SearchTarget, node: ConditionNode): Spoken {
  const parts = node.kind === "always" ? [] : node.kind === "and" ? node.parts : [node];
  if (!parts.every(isComparison)) throw refused(target);
  const comparisons: Comparisons = { target, all: parts, used: new Set() };
  const hash = hashKeysOf(target).map((column) => hashOf(comparisons, column));
  const range = lastOf(comparisons, rangeKeysOf(target));
  if (parts.some((part) => !comparisons.used.has(part))) throw refused(target);
  return { hash, ...range };
}

/** The last attribute of a range key that a condition is on, and those ahead of it. */
function lastOf(comparisons: Comparisons, columns: readonly Column[]): Omit<Spoken, "hash"> {
  const { target, all, used } = comparisons;
  const before: SpokenKey[] = [];
  for (const [place, column] of columns.entries()) {
    const found = rangeOf(comparisons, column);
    const value = place < columns.length - 1 && used.size < all.length ? wholeValue(target, column, found) : undefined;
    if (value === undefined) return { before, rangeColumn: column, ...found };
    before.push({ column, value, equal: found.equal });
  }
  return { before, rangeColumn: undefined, ...nothing };
}

/** The value of a key attribute, if the condition says all of it. */
function wholeValue({ meta }: SearchTarget, column: Column, { equal, next }: Found): Attribute | undefined {
  const format = meta.shared?.composed.get(column)?.format;
  if (format === undefined) return equal[0];
  return next === undefined ? { S: checked({ meta, column }, () => encodeKey(format, equal)) } : undefined;
}

const nothing: Found = { equal: [], range: undefined, next: undefined, plain: undefined };

function hashOf({ target, all, used }: Comparisons, column: Column): SpokenKey {
  const key = target.meta.shared?.composed.get(column);
  const equal: Attribute[] = [];
  for (const part of key?.parts ?? [column]) {
    const found = all.find((node) => isOn(node, part) && equalValue(node) !== undefined);
    const value = found && equalValue(found);
    if (found === undefined || value === undefined) throw refused(target);
    used.add(found);
    equal.push(value);
  }
  const value = wholeValue(target, column, { ...nothing, equal });
  if (value === undefined) throw refused(target);
  return { column, equal, value };
}

type Found = Pick<Spoken, "equal" | "range" | "next" | "plain">;

function rangeOf(comparisons: Comparisons, column: Column): Found {
  const { target, all, used } = comparisons;
  const key = target.meta.shared?.composed.get(column);
  if (key?.format === undefined) return plainRange(comparisons, column, key?.parts[0] ?? column);
  const { parts } = key;
  const equal: Attribute[] = [];
  for (const part of parts) {
    const found = all.find((node) => isOn(node, part) && equalValue(node) !== undefined);
    const value = found && equalValue(found);
    if (found === undefined || value === undefined) break;
    used.add(found);
    equal.push(value);
  }
  const next = parts[equal.length];
  const last = next === undefined ? undefined : all.find((node) => isOn(node, next) && !used.has(node));
  if (last === undefined) return { equal, range: undefined, next, plain: undefined };
  used.add(last);
  const range = rangeOfNode(last);
  if (range === undefined) throw refused(target);
  return { equal, range, next, plain: undefined };
}

/** A key that is a column, or a copy of one: compared as it is. */
function plainRange({ target, all, used }: Comparisons, column: Column, part: Column): Found {
  const node = all.find((one) => isOn(one, part) && !used.has(one));
  if (node === undefined) return nothing;
  used.add(node);
  const value = equalValue(node);
  if (node.kind === "compare" && node.comparator === "<>") throw refused(target);
  const subject = { kind: "path", path: column.path } as const;
  const range: ConditionNode =
    node.kind === "compare"
      ? { ...node, left: subject }
      : node.kind === "between"
        ? { ...node, subject }
        : { ...node, path: column.path };
  return { equal: value === undefined ? [] : [value], range: undefined, next: undefined, plain: range };
}

function isComparison(node: ConditionNode): node is Comparison {
  return (
    (node.kind === "compare" || node.kind === "between" || node.kind === "beginsWith") &&
    pathsOf(node).length === 1 &&
    !usesSize(node)
  );
}

function isOn(node: Comparison, { storedName }: Column): boolean {
  const [path] = pathsOf(node);
  return path?.stored.length === 1 && path.stored[0] === storedName;
}

/** The value that a part is equal to. */
function equalValue(node: Comparison): Attribute | undefined {
  return node.kind === "compare" && node.comparator === "=" && node.right.kind === "value"
    ? node.right.value
    : undefined;
}

const comparators = { "<": "lt", "<=": "le", ">": "gt", ">=": "ge" } as const;

/** Undefined for a comparison that is no range: ne(), and those with a column. */
function rangeOfNode(node: Comparison): PartRange | undefined {
  if (node.kind === "between") {
    const { low, high } = node;
    return low.kind === "value" && high.kind === "value"
      ? { kind: "between", low: low.value, high: high.value }
      : undefined;
  }
  if (node.kind === "beginsWith")
    return node.argument.kind === "value" ? { kind: "beginsWith", value: node.argument.value } : undefined;
  const { comparator, right } = node;
  if (comparator === "=" || comparator === "<>" || right.kind !== "value") return undefined;
  return { kind: comparators[comparator], value: right.value };
}

export function nodeOf(column: Column, range: KeyRange): ConditionNode | undefined {
  const subject = { kind: "path", path: column.path } as const;
  const value = (S: string) => ({ kind: "value", value: { S } }) as const;
  switch (range.kind) {
    case "all":
      return undefined;
    case "beginsWith":
      return { kind: "beginsWith", path: column.path, argument: value(range.text) };
    case "between":
      return { kind: "between", subject, low: value(range.low), high: value(range.high) };
    default:
      return { kind: "compare", comparator: range.comparator, left: subject, right: value(range.text) };
  }
}

/** A range of an existing table's key holds its own end, which a filter leaves out. */
function unequal(target: SearchTarget, part: Column, value: Attribute): ConditionNode {
  const { index } = target;
  if (index === undefined || index.filterable?.has(part) !== false)
    return {
      kind: "compare",
      comparator: "<>",
      left: { kind: "path", path: part.path },
      right: { kind: "value", value },
    };
  throw new InvalidSearch(
    `${nameOf(target)} does not project "${part.storedName}", which lt() and gt() on it need here; use le(), ge() or between().`,
  );
}

/** A value that the key can't have is the part's fault. `part` is the one that is compared by no eq(). */
export function checked<Result>(
  { meta, column }: { readonly meta: Meta; readonly column: Column },
  run: () => Result,
  part?: Column,
): Result {
  try {
    return run();
  } catch (error) {
    const parts = meta.shared?.composed.get(column)?.parts ?? [];
    throw invalidInput(meta, partAtFault(parts, error) ?? part ?? parts[0] ?? column, error, {});
  }
}

function refused(target: SearchTarget): InvalidSearch {
  const partsOf = (column: Column) => target.meta.shared?.composed.get(column)?.parts ?? [column];
  const [hash, all] = [hashKeysOf(target).flatMap(partsOf), rangeKeysOf(target).flatMap(partsOf)];
  const range = all.filter((part) => !hash.includes(part));
  const names = (columns: readonly Column[]) => printList(columns.map(({ property }) => property));
  const first = hash.length === 0 ? "always()" : `${names(hash)} by eq()`;
  const rest =
    range.length === 0
      ? ""
      : `, and from left to right, without a gap, ${names(range)}: by eq(), and the last one by eq, lt, le, gt, ge, between or beginsWith`;
  return new InvalidSearch(
    `The key of a query of ${nameOf(target)} is ${first}${rest}; joined by and(), with values and no columns.`,
  );
}
