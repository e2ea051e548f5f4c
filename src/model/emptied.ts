/**
 * Sets that lost some elements on one side and the others on the other: together, all. They are empty sets, not values
 * that were taken away: elements that others add meanwhile stay.
 */

import type { StoredPath } from "../expression/path.js";
import { type Codec, withEmptied } from "../types/type.js";
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
  const names = new Map<Item, string[]>();
  for (const path of paths) {
    const holder = valueAt(item, path.slice(0, -1));
    if (path.length === 1 || holder === undefined || !("M" in holder)) continue;
    names.set(holder.M, [...(names.get(holder.M) ?? []), String(path.at(-1))]);
  }
  for (const [map, all] of names) withEmptied(map, all);
}

/** Puts an empty Set where a loaded value has none. Types of one's own may have no Set there: they are left alone. */
export function putEmptySet(
  codec: Codec,
  { value, attribute }: { readonly value: unknown; readonly attribute: Attribute | undefined },
  [step, ...rest]: StoredPath,
): void {
  if (codec.isCustom || codec.inside?.kind !== "map" || attribute === undefined || !("M" in attribute)) return;
  const member = codec.inside.member(String(step), attribute.M);
  if (member === undefined || typeof value !== "object" || value === null) return;
  const inside: unknown = Reflect.get(value, member.key);
  if (rest.length > 0) {
    putEmptySet(member.codec, { value: inside, attribute: attributeOf(attribute.M, String(step)) }, rest);
  } else if (inside === undefined && !member.codec.isCustom) Reflect.set(value, member.key, new Set());
}
