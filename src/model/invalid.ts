/** Errors about values, with model, column, path and the item's key. */

import { InvalidValue } from "../errors.js";
import type { StoredPath } from "../expression/path.js";
import { describeAttribute, misfitOf, printPath } from "../types/codec/context.js";
import { print, printList } from "../util/print.js";
import { attributeOf, type Item } from "../wire/attribute.js";
import { withBytes } from "../wire/binary.js";
import { maxHashKeyBytes } from "../wire/limits.js";
import type { Column } from "./column.js";
import type { Meta } from "./meta.js";

/** The error for a caller's value that a type refused. `key` is the item's key, as far as it is known. */
export function invalidInput(meta: Meta, column: Column, thrown: unknown, key: Item): InvalidValue {
  return refusalBy(meta, column, thrown, { item: key, details: {} });
}

/** The error for a stored value that a type refused. It carries the item that was loaded. */
export function invalidStored(meta: Meta, column: Column, thrown: unknown, item: Item): InvalidValue {
  return refusalBy(meta, column, thrown, { item, details: { item: withBytes(item) } });
}

function refusalBy(
  meta: Meta,
  column: Column,
  thrown: unknown,
  { item, details }: { readonly item: Item; readonly details: { readonly item?: Item } },
): InvalidValue {
  const { path, message, cause } = misfitOf(thrown);
  const problem = message.endsWith("?") ? message : `${message}.`;
  const place = [column.property, ...path];
  return new InvalidValue(messageAt(meta, place, item, problem), { model: meta.name, path: place, ...details, cause });
}

/** The reason for a refusal: `Account.name (id "1"): it is ...`. `path` is empty if it does not concern one column. */
export function refusal(meta: Meta, path: StoredPath, key: Item, problem: string): InvalidValue {
  return new InvalidValue(messageAt(meta, path, key, problem), { model: meta.name, path });
}

/** The refusal of a whole stored item, which the error holds. */
export function refusalOfItem(meta: Meta, item: Item, problem: string): InvalidValue {
  return new InvalidValue(messageAt(meta, [], item, problem), { model: meta.name, path: [], item: withBytes(item) });
}

function messageAt(meta: Meta, path: StoredPath, key: Item, problem: string): string {
  const place = path.length === 0 ? "" : `.${printPath(path)}`;
  return `${meta.name}${place}${printKey(meta, key)}: ${problem}`;
}

/** ` (id {"S":"1"})`, as far as the key is known. */
export function printKey({ shared, identity, keys }: Meta, item: Item): string {
  // Of a composed key, the parts: they are the columns that a user knows. If it does not tell all of them, the key itself.
  const told = shared === undefined ? item : shared.does.identify(shared.tableKeys, item, undefined).item;
  const isThere = ({ storedName }: Column) => attributeOf(told, storedName) !== undefined;
  const columns = !identity.every(isThere) && keys.some(isThere) ? keys : identity;
  const parts = columns.flatMap(({ property, storedName }) => {
    const attribute = attributeOf(told, storedName);
    return attribute === undefined ? [] : [`${property} ${printScalar(attribute)}`];
  });
  return parts.length === 0 ? "" : ` (${parts.join(", ")})`;
}

function printScalar(attribute: Item[string]): string {
  // A longer text is no key: it is what was refused.
  if ("S" in attribute) return attribute.S.length > maxHashKeyBytes ? print(attribute.S) : JSON.stringify(attribute.S);
  return "N" in attribute ? attribute.N : describeAttribute(attribute);
}

/** A stored path from the column's property inwards. */
export function localPath(meta: Meta, [name, ...steps]: StoredPath): StoredPath {
  return [meta.byStoredName.get(String(name))?.property ?? String(name), ...steps];
}

/** `the columns "a" and "b"`. */
export function printColumns(columns: readonly string[]): string {
  return `${columns.length === 1 ? "the column" : "the columns"} ${printList(columns)}`;
}
