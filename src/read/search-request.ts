/** Model or index, key, filter and projection become the request of a query or scan. Pure. */

import { InvalidSearch } from "../errors.js";
import {
  assertOwner,
  type Condition,
  type ConditionNode,
  conditionNodeOf,
  type Operand,
  pathsOf,
} from "../expression/condition.js";
import { renderCondition, renderProjection } from "../expression/render.js";
import { makeSlots } from "../expression/slots.js";
import { type Column, makeProjection, type Projection } from "../model/column.js";
import type { Home } from "../model/home.js";
import { invalidValue } from "../model/invalid.js";
import { keyProblem } from "../model/key.js";
import type { Meta, SearchTarget } from "../model/meta.js";
import type { AnySearchOptions } from "../operation/options.js";
import type { QueryRequest } from "../session/session.js";
import { describeValue, didYouMean, print, printList } from "../util/print.js";
import type { Attribute } from "../wire/attribute.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../wire/limits.js";

/** The key of a query. */
interface SearchedKey {
  readonly hash: ConditionNode;
  /** The hash key's. */
  readonly value: Attribute | undefined;
  readonly range: ConditionNode | undefined;
  readonly rangeColumn: Column | undefined;
}

export interface SearchPlan {
  readonly target: SearchTarget;
  readonly home: Home;
  /** Without page size, position and segment. */
  readonly request: QueryRequest;
  readonly countRequest: QueryRequest;
  /** The columns that the objects have. */
  readonly asked: Projection;
  /** The attributes that say where an item stands: the table's key, and the index's. */
  readonly positionColumns: readonly Column[];
  readonly filtered: boolean;
  /** Undefined for a scan. */
  readonly key: SearchedKey | undefined;
  readonly filter: ConditionNode | undefined;
  readonly parallel: { readonly segment: number; readonly total: number } | undefined;
}

/** Throws InvalidSearch for what DynamoDB would refuse. */
export function planSearch(target: SearchTarget, home: Home, settings: AnySearchOptions): SearchPlan {
  const { meta, index } = target;
  if (settings.consistent === true && index?.kind === "global") {
    throw new InvalidSearch(`${nameOf(target)} is a global index, which has no consistent reads.`);
  }
  const positionColumns = [...new Set([...meta.keys, ...keysOf(target)])];
  const { asked, requested } = projectionOf(target, settings.projection, positionColumns);
  const key = settings.key === undefined ? undefined : keyCondition(target, settings.key);
  const filter = settings.filter === undefined ? undefined : filterNode(target, settings.filter, key !== undefined);
  const base = {
    TableName: home.tableName,
    ...(index !== undefined && { IndexName: index.storedName }),
    ...(settings.consistent === true && { ConsistentRead: true }),
    ...(settings.forward === false && { ScanIndexForward: false }),
  };
  const everything = requested === undefined && index?.strict === false && { Select: "ALL_ATTRIBUTES" as const };
  return {
    target,
    home,
    request: { ...base, ...everything, ...expressionsOf(key, filter, requested) },
    // DynamoDB takes no projection where it only counts.
    countRequest: { ...base, Select: "COUNT", ...expressionsOf(key, filter, undefined) },
    asked,
    positionColumns,
    filtered: filter !== undefined && filter.kind !== "always",
    key,
    filter,
    parallel: settings.parallel,
  };
}

function expressionsOf(
  key: SearchedKey | undefined,
  filter: ConditionNode | undefined,
  requested: readonly Column[] | undefined,
) {
  const slots = makeSlots();
  const keyText = key && renderCondition(nodeOfKey(key), slots);
  const filterText = filter && renderCondition(filter, slots);
  const projection =
    requested &&
    renderProjection(
      requested.map(({ storedName }) => storedName),
      slots,
    );
  const { names, values } = slots.placeholders();
  return {
    ...(keyText !== undefined && { KeyConditionExpression: keyText }),
    ...(filterText !== undefined && { FilterExpression: filterText }),
    ...(projection !== undefined && { ProjectionExpression: projection }),
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: values }),
  };
}

function nodeOfKey({ hash, range }: SearchedKey): ConditionNode {
  return range === undefined ? hash : { kind: "and", parts: [hash, range] };
}

/** `Receipt` or `Receipt.byKind`. */
export function nameOf({ meta, index }: SearchTarget): string {
  return index === undefined ? meta.name : `${meta.name}.${index.property}`;
}

function keysOf({ meta, index }: SearchTarget): Column[] {
  const { hashKey, rangeKey } = index ?? meta;
  return rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
}

/** The hash key compared by eq, and at most one condition on the range key: in this order, whatever order they came in. */
function keyCondition(target: SearchTarget, condition: Condition): SearchedKey {
  const node = conditionNodeOf(condition);
  assertOwner(node, target.meta);
  const [hashKey, rangeKey] = keysOf(target);
  const parts = node.kind === "and" ? node.parts : [node];
  const hash = parts.filter(isEqual).find((part) => isOn(part, hashKey));
  const rest = parts.filter((part) => part !== hash);
  const [range] = rest;
  const fits = range === undefined || (rest.length === 1 && isOn(range, rangeKey) && isRangeCondition(range));
  if (hash !== undefined && fits) {
    assertKeyValues(target.meta, hashKey, hash, maxHashKeyBytes);
    assertKeyValues(target.meta, rangeKey, range, maxRangeKeyBytes);
    const { right } = hash;
    return { hash, value: right.kind === "value" ? right.value : undefined, range, rangeColumn: rangeKey };
  }
  const more =
    rangeKey === undefined
      ? ""
      : `, and at most one condition on "${rangeKey.property}" (eq, lt, le, gt, ge, between, beginsWith)`;
  throw new InvalidSearch(
    `The key of a query of ${nameOf(target)} is "${hashKey?.property}" by eq()${more}, joined by and(), with values and no columns.`,
  );
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
    if (problem !== undefined) throw invalidValue(meta, column, new Error(`the key of a search ${problem}`), {}, false);
  }
}

/** What a condition on a key column compares it with. */
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

function usesSize(node: ConditionNode): boolean {
  const operands: Operand[] = node.kind === "compare" ? [node.left] : node.kind === "between" ? [node.subject] : [];
  return operands.some(({ kind }) => kind === "size");
}

function isRangeCondition(node: ConditionNode): boolean {
  return (node.kind === "compare" && node.comparator !== "<>") || node.kind === "between" || node.kind === "beginsWith";
}

function filterNode(target: SearchTarget, filter: Condition, isQuery: boolean): ConditionNode {
  const node = conditionNodeOf(filter);
  assertOwner(node, target.meta);
  const used = pathsOf(node).map(({ stored }) => stored[0]);
  const keys = isQuery ? keysOf(target) : [];
  const onKey = keys.find(({ storedName }) => used.includes(storedName));
  if (onKey !== undefined) {
    throw new InvalidSearch(
      `The filter of a query of ${nameOf(target)} can't use its key column "${onKey.property}"; put it into the key condition.`,
    );
  }
  const outside = target.meta.columns.find((column) => used.includes(column.storedName) && !canSee(target, column));
  if (outside === undefined) return node;
  throw new InvalidSearch(`The filter uses the column "${outside.property}", which ${nameOf(target)} does not hold.`);
}

function canSee({ index }: SearchTarget, column: Column): boolean {
  return index === undefined || index.columns.has(column);
}

/** `requested` is undefined where the request names no attributes, and gets all that are there. */
function projectionOf(
  target: SearchTarget,
  projection: AnySearchOptions["projection"],
  positionColumns: readonly Column[],
) {
  const { meta, index } = target;
  if (projection === undefined || projection === "all") {
    return { asked: (index ?? meta).whole, requested: undefined };
  }
  if (projection !== "keys" && (!Array.isArray(projection) || projection.length === 0)) {
    throw new InvalidSearch(
      `The projection of a search of ${nameOf(target)} is "all", "keys" or an array of columns, got ${describeValue(projection)}.`,
    );
  }
  const columns = (projection === "keys" ? [] : projection).map((property) => projectedColumn(target, property));
  const asked = makeProjection([...meta.keys, ...columns]);
  return { asked, requested: [...new Set([...asked.columns, ...positionColumns])] };
}

function projectedColumn(target: SearchTarget, property: unknown): Column {
  const { meta } = target;
  const column = typeof property === "string" ? meta.byProperty.get(property) : undefined;
  if (column !== undefined && canSee(target, column)) return column;
  const visible = meta.columns.filter((candidate) => canSee(target, candidate)).map((candidate) => candidate.property);
  const hint = typeof property === "string" ? didYouMean(property, visible) : "";
  throw new InvalidSearch(
    `${nameOf(target)} does not hold a column ${typeof property === "string" ? print(property) : describeValue(property)}${hint || `; it holds ${printList(visible)}.`}`,
  );
}
