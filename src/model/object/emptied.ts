/**
 * Empty sets. A set that has lost its last elements is stored as nothing. But it was not removed as a value: elements
 * that other writers add meanwhile stay. An image records it for columns, and a dumped map for the names in it.
 */

import type { StoredPath } from "../../expression/path.js";
import { type Codec, emptiedNames, withEmptied } from "../../types/codec/codec.js";
import { type Attribute, attributeOf, type Item } from "../../wire/attribute.js";
import { type Edit, valueAt } from "../change/edit.js";

/** The paths of sets that edits left empty in an item. */
export function emptiedBy(edits: readonly Edit[], item: Item): StoredPath[] {
  return edits
    .filter(({ kind, path }) => kind === "elements" && valueAt(item, path) === undefined)
    .map(({ path }) => path);
}

/** Makes the maps of an item remember their empty sets. The caller owns the maps. */
export function rememberEmptied(item: Item, paths: readonly StoredPath[]): void {
  for (const path of paths) {
    const holder = path.length > 1 ? valueAt(item, path.slice(0, -1)) : undefined;
    if (holder !== undefined && "M" in holder) {
      withEmptied(holder.M, [...emptiedNames(holder.M), String(path.at(-1))]);
    }
  }
}

/**
 * Puts empty Sets into a value that was loaded from an attribute whose maps remember them. Custom types are left alone:
 * they may hold another value than a Set.
 */
export function putEmptySets(codec: Codec, value: unknown, attribute: Attribute): void {
  const { inside } = codec;
  if (codec.isCustom || inside?.kind !== "map" || !("M" in attribute)) return;
  if (typeof value !== "object" || value === null) return;
  const { M: map } = attribute;
  for (const name of emptiedNames(map)) {
    const member = attributeOf(map, name) === undefined ? inside.member(name, map) : undefined;
    if (member !== undefined && !member.codec.isCustom) Reflect.set(value, member.key, new Set());
  }
  for (const [name, inner] of Object.entries(map)) {
    const member = "M" in inner ? inside.member(name, map) : undefined;
    if (member !== undefined) putEmptySets(member.codec, Reflect.get(value, member.key), inner);
  }
}
