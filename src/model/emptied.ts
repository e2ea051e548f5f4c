/**
 * Sets that are empty: one that has lost its last elements is stored as nothing, and is no value that was taken away, since
 * elements that others add meanwhile stay. An image tells the columns, and a dumped map remembers the names in it.
 */

import type { StoredPath } from "../expression/path.js";
import { type Codec, emptiedNames, withEmptied } from "../types/type.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { type Edit, valueAt } from "./edit.js";

/** The paths of sets of which edits left nothing in an item. */
export function emptiedBy(edits: readonly Edit[], item: Item): StoredPath[] {
  return edits
    .filter(({ kind, path }) => kind === "elements" && valueAt(item, path) === undefined)
    .map(({ path }) => path);
}

/** Has the maps of an item remember the sets in them that are empty. The maps are the caller's own. */
export function rememberEmptied(item: Item, paths: readonly StoredPath[]): void {
  for (const path of paths) {
    const holder = path.length > 1 ? valueAt(item, path.slice(0, -1)) : undefined;
    if (holder !== undefined && "M" in holder) {
      withEmptied(holder.M, [...emptiedNames(holder.M), String(path.at(-1))]);
    }
  }
}

/**
 * Puts empty Sets into a value that was loaded from an attribute, of which the maps remember them. Types of one's own may
 * have no Set there: they are left alone.
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
