/** Turns a model or index, a key, a filter and a projection into the request of a query or scan. Pure. */

import { InvalidSearch } from "../errors.js";
import {
  allOf,
  assertOperators,
  assertOwner,
  type Condition,
  type ConditionNode,
  conditionNodeOf,
  isEqual,
  pathsOf,
} from "../expression/condition.js";
import { makeSlots, renderCondition, renderProjection } from "../expression/render.js";
import { type Column, makeProjection, type Projection } from "../model/column.js";
import { kindFilter, localFilter, tellsKind } from "../model/kinds/asked.js";
import type { ComposedKey, SearchedKey, SearchTarget } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import { keysOf, nameOf } from "../model/search-target.js";
import type { AnySearchOptions } from "../operation/options.js";
import type { QueryRequest } from "../session/session.js";
import { describeValue, didYouMean, print, printList } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { assertSearchable, plainCondition } from "./search-key.js";

export interface SearchPlan {
  readonly target: SearchTarget;
  readonly home: Home;
  /** Without page size, position and segment. */
  readonly request: QueryRequest;
  readonly countRequest: QueryRequest;
  /** The columns that the objects have. */
  readonly asked: Projection;
  /** The attributes that tell an item's position: the table's key, and the index's. */
  readonly positionColumns: readonly Column[];
  /** The composed keys of the index that is searched. */
  readonly indexKeys: readonly ComposedKey[] | undefined;
  readonly filtered: boolean;
  /** Undefined for a scan. */
  readonly key: SearchedKey | undefined;
  readonly filter: ConditionNode | undefined;
  /** Whether the search takes an item: the part of the filter that DynamoDB can't decide. */
  readonly holds: ((item: Item) => boolean) | undefined;
  /** The names of several models that are searched at once. */
  readonly models?: readonly string[];
  readonly parallel: { readonly segment: number; readonly total: number } | undefined;
}

/** Throws InvalidSearch for a search that DynamoDB would refuse. */
export function planSearch(target: SearchTarget, home: Home, settings: AnySearchOptions): SearchPlan {
  const { meta, index } = target;
  assertConsistency(target, settings);
  const positionColumns = [...new Set([...meta.keys, ...keysOf(target)])];
  const key = settings.key === undefined ? undefined : keyCondition(target, settings.key);
  const own = settings.filter === undefined ? undefined : filterNode(target, settings.filter, key !== undefined);
  const kind = kindFilter(meta, key === undefined ? [] : keysOf(target));
  const local = localFilter(meta, own);
  const filter = joinedFilter([local?.sent ?? own, key?.except, kind]);
  const { asked, requested } = projectionOf(target, settings.projection, [
    ...positionColumns,
    ...meta.columns.filter(({ storedName }) => local?.names.includes(storedName)),
  ]);
  const base = baseOf(target, home, settings);
  const everything = requested === undefined && index?.strict === false && { Select: "ALL_ATTRIBUTES" as const };
  return {
    target,
    home,
    request: { ...base, ...everything, ...expressionsOf(key, filter, requested) },
    // DynamoDB takes no projection in a request that only counts.
    countRequest: { ...base, Select: "COUNT", ...expressionsOf(key, filter, undefined) },
    asked,
    positionColumns,
    indexKeys: index && keysOf(target).flatMap((column) => meta.shared?.composed.get(column) ?? []),
    // If keys tell kinds apart, the filter of the kind leaves nothing out.
    filtered: joinedFilter([own, key?.except, tellsKind(target) && key !== undefined ? undefined : kind]) !== undefined,
    key,
    filter,
    holds: local?.holds,
    parallel: settings.parallel,
  };
}

export function assertConsistency(target: SearchTarget, { consistent }: AnySearchOptions): void {
  if (consistent === true && target.index?.kind === "global")
    throw new InvalidSearch(`${nameOf(target)} is a global index, which has no consistent reads.`);
}

/** A request without its expressions. */
export function baseOf(
  { index }: SearchTarget,
  { tableName }: Home,
  { consistent, forward }: AnySearchOptions,
): QueryRequest {
  return {
    TableName: tableName,
    ...(index !== undefined && { IndexName: index.storedName }),
    ...(consistent === true && { ConsistentRead: true }),
    ...(forward === false && { ScanIndexForward: false }),
  };
}

/** Most searches have no filter, or one. */
export function joinedFilter(nodes: readonly (ConditionNode | undefined)[]): ConditionNode | undefined {
  const some = nodes.flatMap((node) => (node === undefined || node.kind === "always" ? [] : [node]));
  return some.length === 0 ? undefined : assertOperators(allOf(some));
}

export function expressionsOf(
  key: SearchedKey | undefined,
  filter: ConditionNode | undefined,
  requested: readonly Column[] | undefined,
): Omit<QueryRequest, "TableName"> {
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

/** In DynamoDB's order, whatever the order given. Throws InvalidSearch for a condition that is not a key. */
function keyCondition(target: SearchTarget, condition: Condition): SearchedKey {
  const node = conditionNodeOf(condition);
  assertOwner(node, target.meta);
  const key = target.meta.shared?.does.keyCondition(target, node) ?? plainCondition(target, node);
  assertSearchable(target, key);
  return key;
}

function nodeOfKey({ held, range }: SearchedKey): ConditionNode {
  const parts = held.map(({ column, value }) => isEqual(column.path, value));
  return allOf(range === undefined ? parts : [...parts, range]);
}

export function filterNode(target: SearchTarget, filter: Condition, isQuery: boolean): ConditionNode {
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
  const outside = target.meta.columns.find((column) => used.includes(column.storedName) && !canFilter(target, column));
  if (outside === undefined) return node;
  throw new InvalidSearch(`The filter uses the column "${outside.property}", which ${nameOf(target)} does not hold.`);
}

function canSee({ index }: SearchTarget, column: Column): boolean {
  return index === undefined || index.columns.has(column);
}

/** A part that only the index's keys tell is not an attribute there. */
function canFilter(target: SearchTarget, column: Column): boolean {
  return target.index?.filterable?.has(column) ?? canSee(target, column);
}

/** `requested` is undefined if the request names no attributes, and so gets all. */
function projectionOf(
  target: SearchTarget,
  projection: AnySearchOptions["projection"],
  neededColumns: readonly Column[],
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
  const asked = makeProjection([...meta.identity, ...columns]);
  // A global index refuses requests for attributes that it does not project.
  const stored = asked.columns.filter((column) => index?.filterable?.has(column) !== false);
  return { asked, requested: [...new Set([...stored, ...neededColumns])] };
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
