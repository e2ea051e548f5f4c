/** Where a search stands, exact to the last object yielded, as JSON. */

import { InvalidSearch } from "../errors.js";
import { keyOfItem } from "../model/key.js";
import { type Attribute, type Item, newAttributes } from "../wire/attribute.js";
import { base64Of, copyBytes } from "../wire/binary.js";
import { nameOf, type SearchPlan } from "./search-request.js";

/** Where one segment stands: at its start, behind an item or its key, or at its end. */
export type Position = "start" | { readonly after: Item } | "end";

/** A key as JSON: bytes in base64. */
interface TokenKey {
  readonly [storedName: string]: { readonly S: string } | { readonly N: string } | { readonly B: string };
}

/** Where a search stands. Plain JSON, made to be stored; given back to moveTo() of a search of the same kind. */
export interface SearchToken {
  readonly version: 1;
  readonly table: string;
  readonly index: string | null;
  /** One for each segment; a query has one. */
  readonly positions: readonly ("start" | "end" | TokenKey)[];
}

export function tokenOf(plan: SearchPlan, positions: readonly Position[]): SearchToken {
  return {
    version: 1,
    table: plan.request.TableName,
    index: plan.request.IndexName ?? null,
    positions: positions.map((position) => (typeof position === "string" ? position : tokenKey(plan, position.after))),
  };
}

/** Throws InvalidSearch for what is no token, or a token of another search. */
export function positionsOf(plan: SearchPlan, token: unknown, segments: number): Position[] {
  const invalid = (reason: string) =>
    new InvalidSearch(`The token does not fit this search of ${nameOf(plan.target)}: ${reason}.`);
  if (typeof token !== "object" || token === null || !("version" in token)) throw invalid("it is no search token");
  const { version, table, index, positions } = token as Partial<SearchToken>;
  if (version !== 1 || !Array.isArray(positions))
    throw invalid(`its version is ${String(version)}, and this bloop reads 1`);
  if (table !== plan.request.TableName) throw invalid(`it is of the table "${table}"`);
  if (index !== (plan.request.IndexName ?? null))
    throw invalid(`it is of ${index === null ? "the table itself" : `the index "${index}"`}`);
  if (positions.length !== segments)
    throw invalid(`it is of ${positions.length} segments, and the search has ${segments}`);
  return positions.map((position: unknown): Position => {
    if (position === "start" || position === "end") return position;
    const key = keyOfToken(plan, position);
    if (key === undefined) throw invalid("it holds no key of the table or index");
    return { after: key };
  });
}

function tokenKey({ positionColumns }: SearchPlan, item: Item): TokenKey {
  const entries = Object.entries(keyOfItem(positionColumns, item)).map(([name, attribute]) => [
    name,
    "B" in attribute ? { B: base64Of(attribute.B) } : attribute,
  ]);
  return Object.fromEntries(entries);
}

/** The key attributes, if exactly those are there, each of its column's type. */
function keyOfToken({ positionColumns }: SearchPlan, position: unknown): Item | undefined {
  if (typeof position !== "object" || position === null) return undefined;
  if (Object.keys(position).length !== positionColumns.length) return undefined;
  const key = newAttributes();
  for (const { storedName, codec } of positionColumns) {
    const stored: unknown = Reflect.get(position, storedName);
    const text: unknown = typeof stored === "object" && stored !== null ? Reflect.get(stored, codec.wire) : undefined;
    if (typeof text !== "string") return undefined;
    key[storedName] = (codec.wire === "B" ? { B: copyBytes(text) } : { [codec.wire]: text }) as Attribute;
  }
  return key;
}
