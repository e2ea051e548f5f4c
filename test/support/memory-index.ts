/**
 * A global index in memory that answers queries by DynamoDB's rules for keys of several attributes, and refuses what
 * DynamoDB refuses: no engine on one's own machine can query such an index.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
 */

import type { ConditionNode } from "../../src/expression/condition.js";
import { pathsOf } from "../../src/expression/condition.js";
import type { Attribute, Attributes } from "../../src/wire/attribute.js";
import { compareScalars } from "../../src/wire/order.js";
import { evaluate } from "./evaluate.js";
import { conditionOf, type Request } from "./memory-dynamodb.js";
import { sdkError } from "./recording-client.js";

export interface MemoryIndex {
  readonly tableKeys: readonly string[];
  readonly hash: readonly string[];
  readonly range: readonly string[];
  readonly types: Readonly<Record<string, "S" | "N" | "B">>;
}

/** The answer to a query of some items. Throws ValidationException for a request that DynamoDB would refuse. */
export function answerQuery(index: MemoryIndex, items: readonly Attributes[], request: Request): object {
  const key = conditionOf(String(request["KeyConditionExpression"]), request);
  assertKey(index, key);
  const text = request["FilterExpression"];
  const filter = typeof text === "string" ? conditionOf(text, request) : undefined;
  const names = [...index.hash, ...index.range];
  if (filter !== undefined && pathsOf(filter).some(({ stored }) => names.includes(String(stored[0]))))
    throw refused("Filter Expression can only contain non-primary key attributes");
  const forward = request["ScanIndexForward"] !== false;
  const found = sorted(
    index,
    items.filter((item) => isIndexed(index, item) && evaluate(key, item)),
    forward,
  );
  const start = startOf(index, key, request["ExclusiveStartKey"] as Attributes | undefined);
  const left = start === undefined ? found : found.filter((item) => isAfter(index, item, start, forward));
  const limit = (request["Limit"] as number | undefined) ?? left.length + 1;
  const page = left.slice(0, limit);
  const last = page.at(-1);
  return {
    Items: page.filter((item) => filter === undefined || evaluate(filter, item)),
    ScannedCount: page.length,
    // As DynamoDB does: a page that is full has a key to go on, whether there is more or not.
    ...(last !== undefined &&
      page.length === limit &&
      limit < left.length + 1 && { LastEvaluatedKey: startKey(index, last) }),
  };
}

function refused(message: string): Error {
  return sdkError("ValidationException", message);
}

/** All of the hash key by =, and of the range key some from left to right: by =, the last one by any comparison. */
function assertKey(index: MemoryIndex, key: ConditionNode): void {
  const parts = key.kind === "and" ? key.parts : [key];
  const byName = new Map(parts.map((part) => [nameOf(part), part]));
  if (byName.size !== parts.length) throw refused("KeyConditionExpressions must only contain one condition per key");
  for (const name of index.hash)
    if (!isEqual(byName.get(name))) throw refused(`Query key condition not supported: ${name}`);
  const spoken = index.range.filter((name) => byName.has(name));
  if (spoken.length + index.hash.length !== parts.length) throw refused("Query condition missed key schema element");
  for (const [place, name] of spoken.entries()) {
    if (index.range[place] !== name) throw refused(`Query condition missed key schema element: ${index.range[place]}`);
    if (place < spoken.length - 1 && !isEqual(byName.get(name)))
      throw refused(`Query key condition not supported: ${name}`);
    const node = byName.get(name);
    if (node?.kind === "beginsWith" && index.types[name] === "N") throw refused("begins_with of a number");
  }
}

function nameOf(node: ConditionNode): string {
  const [path] = pathsOf(node);
  if (!["compare", "between", "beginsWith"].includes(node.kind)) throw refused("Invalid operator in a key condition");
  if (node.kind === "compare" && node.comparator === "<>") throw refused("Invalid operator in a key condition");
  return String(path?.stored[0]);
}

function isEqual(node: ConditionNode | undefined): boolean {
  return node?.kind === "compare" && node.comparator === "=";
}

/** Sparse: an item that lacks any of the attributes is not there. */
function isIndexed({ hash, range, types }: MemoryIndex, item: Attributes): boolean {
  return [...hash, ...range].every((name) => Object.keys(item[name] ?? {})[0] === types[name]);
}

function compare(index: MemoryIndex, left: Attributes, right: Attributes): number {
  for (const name of [...index.range, ...index.tableKeys]) {
    const order = compareScalars(left[name] as Attribute, right[name] as Attribute);
    if (order !== 0) return order;
  }
  return 0;
}

function sorted(index: MemoryIndex, items: readonly Attributes[], forward: boolean): Attributes[] {
  return [...items].sort((left, right) => (forward ? 1 : -1) * compare(index, left, right));
}

function isAfter(index: MemoryIndex, item: Attributes, start: Attributes, forward: boolean): boolean {
  const order = compare(index, item, start);
  return forward ? order > 0 : order < 0;
}

function startKey({ tableKeys, hash, range }: MemoryIndex, item: Attributes): Attributes {
  return Object.fromEntries(
    [...new Set([...tableKeys, ...hash, ...range])].map((name) => [name, item[name] as Attribute]),
  );
}

/** A position has the table's key and all attributes of the index, and is one of the condition's. */
function startOf(index: MemoryIndex, key: ConditionNode, start: Attributes | undefined): Attributes | undefined {
  if (start === undefined) return undefined;
  const wanted = Object.keys(startKey(index, start)).sort();
  if (JSON.stringify(Object.keys(start).sort()) !== JSON.stringify(wanted) || !isIndexed(index, start))
    throw refused("The provided starting key is invalid");
  if (!evaluate(key, start))
    throw refused("The provided starting key is outside query boundaries based on provided conditions");
  return start;
}
