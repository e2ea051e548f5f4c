/**
 * The position of a search as JSON, exact to the last object yielded. A token that comes back is checked like any
 * input.
 */

import { InvalidPosition } from "../errors.js";
import { keyOfItem, keyProblem } from "../model/key.js";
import { hashKeysOf, nameOf } from "../model/search-target.js";
import { ownValue } from "../util/object.js";
import { describeValue, print } from "../util/print.js";
import { type Attribute, attributeOf, type Item, newAttributes } from "../wire/attribute.js";
import { base64Of, copyBytes } from "../wire/binary.js";
import { canonical } from "../wire/canonical.js";
import { numberProblem, parseDecimal } from "../wire/decimal.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../wire/limits.js";
import { tokenOfCursor } from "./cursor.js";
import { placeInRange } from "./search-range.js";
import type { SearchPlan } from "./search-request.js";
import { shapeOf } from "./search-shape.js";

/** The position of one segment: at its start, after an item or its key, or at its end. */
export type Position = "start" | { readonly after: Item } | "end";

/** A key as JSON: bytes in base64. */
interface TokenKey {
  readonly [storedName: string]: { readonly S: string } | { readonly N: string } | { readonly B: string };
}

/**
 * The position of a search. Plain JSON, for storing; moveTo() of a search of the same kind takes it back. It shows keys
 * of items: of the last one that DynamoDB evaluated, which the filter may have left out.
 */
export interface SearchToken {
  readonly version: 1;
  readonly table: string;
  readonly index: string | null;
  readonly kind: "query" | "scan";
  readonly forward: boolean;
  /** The one segment that is read, while other processes read the others. */
  readonly parallel: { readonly segment: number; readonly total: number } | null;
  /** Equal for searches with the same conditions, whatever the values of the filter. */
  readonly shape: string;
  /** One for each segment; a query has one. */
  readonly positions: readonly ("start" | "end" | TokenKey)[];
}

/** The parts of a token that identify its search. */
function identityOf(plan: SearchPlan): Omit<SearchToken, "positions"> {
  const { request, parallel } = plan;
  return {
    version: 1,
    table: request.TableName,
    index: request.IndexName ?? null,
    kind: plan.key === undefined ? "scan" : "query",
    forward: request.ScanIndexForward ?? true,
    parallel: parallel === undefined ? null : { segment: parallel.segment, total: parallel.total },
    shape: shapeOf(plan),
  };
}

export function searchTokenOf(plan: SearchPlan, positions: readonly Position[]): SearchToken {
  return {
    ...identityOf(plan),
    positions: positions.map((position) => (typeof position === "string" ? position : tokenKey(plan, position.after))),
  };
}

function tokenKey({ positionColumns }: SearchPlan, item: Item): TokenKey {
  const entries = Object.entries(keyOfItem(positionColumns, item)).map(([name, attribute]) => [
    name,
    "B" in attribute ? { B: base64Of(attribute.B) } : attribute,
  ]);
  return Object.fromEntries(entries);
}

/**
 * The positions of a token for a search of `segments`. Throws InvalidPosition for a value that is not a token or
 * cursor, or is one of another search.
 */
export function positionsOf(plan: SearchPlan, given: unknown, segments: number): Position[] {
  const invalid = (reason: string) =>
    new InvalidPosition(`The token does not fit this search of ${nameOf(plan.target)}: ${reason}.`);
  const token: unknown = typeof given === "string" ? tokenOfCursor(given, segments) : given;
  if (typeof token !== "object" || token === null || !("version" in token) || !("positions" in token)) {
    throw invalid(`it is no search token, but ${describeValue(given)}`);
  }
  const stranger = strangeness(token, identityOf(plan));
  if (stranger !== undefined) throw invalid(stranger);
  const { positions } = token;
  if (!Array.isArray(positions)) throw invalid("it has no array of positions");
  if (positions.length !== segments)
    throw invalid(`it is of ${positions.length} segments, and the search has ${segments}`);
  return positions.map((position: unknown) => {
    if (position === "start" || position === "end") return position;
    const key = keyOfToken(plan, position);
    if (typeof key === "string") throw invalid(key);
    const place = placeInRange(plan, key);
    return place === "inside" ? { after: key } : place;
  });
}

/** The difference between a token's search and this one, or undefined. */
function strangeness(token: object, wanted: Omit<SearchToken, "positions">): string | undefined {
  const { version, table, index, kind, forward, parallel, shape } = token as Partial<SearchToken>;
  if (version !== wanted.version) return `its version is ${print(version)}, and this bloop reads ${wanted.version}`;
  if (table !== wanted.table) return `it is of the table ${print(table)}`;
  if (index !== wanted.index) return `it is of ${index === null ? "the table itself" : `the index ${print(index)}`}`;
  if (kind !== wanted.kind) return `it is of a ${kind === "scan" ? "scan" : "query"}, and this is a ${wanted.kind}`;
  if (forward !== wanted.forward) return `it is of a query ${wanted.forward ? "backwards" : "forwards"}`;
  if (parallel?.segment !== wanted.parallel?.segment || parallel?.total !== wanted.parallel?.total)
    return "it is of another segment";
  return shape === wanted.shape ? undefined : "it is of a search with another key, or another filter";
}

/**
 * The key attributes, if the position has exactly those, each of its column's type and valid in DynamoDB; or the reason
 * why not.
 */
function keyOfToken({ target, positionColumns, key: searched }: SearchPlan, position: unknown): Item | string {
  const none = "it holds no key of the table or index";
  if (typeof position !== "object" || position === null) return none;
  if (Object.keys(position).length !== positionColumns.length) return none;
  const hashKeys = [target.meta.hashKey, ...hashKeysOf(target)];
  const key = newAttributes();
  for (const column of positionColumns) {
    const attribute = scalarOf(ownValue(position, column.storedName), column.codec.wire);
    if (attribute === undefined) return none;
    const most = hashKeys.includes(column) ? maxHashKeyBytes : maxRangeKeyBytes;
    if (keyProblem(attribute, most) !== undefined) return none;
    key[column.storedName] = attribute;
  }
  const isSame = (searched?.held ?? []).every(({ column, value }) => {
    const found = attributeOf(key, column.storedName);
    return found !== undefined && canonical(found) === canonical(value);
  });
  return isSame ? key : "it is of a search with another key";
}

/** No key is longer, in base64 or as digits: a longer text is not read. */
const longestText = 4 * maxHashKeyBytes;

function scalarOf(stored: unknown, wire: string): Attribute | undefined {
  if (typeof stored !== "object" || stored === null || Object.keys(stored).length !== 1) return undefined;
  const text = ownValue(stored, wire);
  if (typeof text !== "string" || text.length > longestText) return undefined;
  if (wire === "S") return isWellFormed(text) ? { S: text } : undefined;
  if (wire === "N") return isNumber(text) ? { N: text } : undefined;
  return wire === "B" && isBase64(text) ? { B: copyBytes(text) } : undefined;
}

function isWellFormed(text: string): boolean {
  return Buffer.from(text).toString() === text;
}

function isNumber(text: string): boolean {
  const decimal = parseDecimal(text);
  return decimal !== undefined && numberProblem(decimal) === undefined;
}

function isBase64(text: string): boolean {
  return base64Of(copyBytes(text)) === text;
}
