/**
 * The meaning of an object's changes, apart from any request: the values that it replaces, the elements that it adds to
 * a set or takes from it, the maps that it creates. Edits of different objects in different places can be combined; see
 * plan.ts.
 */

import type { StoredPath } from "../../expression/path.js";
import type { Guard } from "../../expression/update.js";
import { emptiedNames, type MapInside, type Sums, withEmptied } from "../../types/codec/codec.js";
import { setOwn } from "../../util/object.js";
import {
  type Attribute,
  type Attributes,
  attributeOf,
  copyAttributes,
  elementsOf,
  type Item,
  newAttributes,
  setOf,
  tagOf,
} from "../../wire/attribute.js";
import { canonical } from "../../wire/canonical.js";
import { addNumbers } from "../../wire/decimal.js";

export type SetTag = "SS" | "NS" | "BS";

/** The place of an edit, and its assumptions about that place. */
interface Placed {
  readonly path: StoredPath;
  /**
   * For an edit inside unions: the tags of the kinds that it was made for. It makes no sense for a union of another
   * kind.
   */
  readonly held?: readonly Guard[] | undefined;
}

export type MapValue = Attribute & { readonly M: Attributes };

export type Edit = Placed &
  /** The value is now this, whatever it was before; undefined: it is absent. */
  (
    | { readonly kind: "replace"; readonly value: Attribute | undefined }
    /** Elements that were added to a set, and elements that were taken out. */
    | {
        readonly kind: "elements";
        readonly tag: SetTag;
        readonly added: readonly Attribute[];
        readonly removed: readonly Attribute[];
        /** The set has to keep an element: DynamoDB has no empty sets. */
        readonly isRequired?: boolean;
      }
    /** An addition to a number, whatever its value, if the result is one of the sums. */
    | {
        readonly kind: "increase";
        readonly amount: Attribute;
        readonly sums?: Sums | undefined;
      }
    /** Elements at one end of a list, whatever its content. */
    | { readonly kind: "append" | "prepend"; readonly elements: readonly Attribute[] }
    /** A value for a place without one. */
    | { readonly kind: "setIfMissing"; readonly value: Attribute }
    /** A map for a place without one. If another writer created one meanwhile, the edits inside go into that map. */
    | { readonly kind: "graft"; readonly value: MapValue; readonly inside?: readonly Edit[] }
    /** The key that an item's other attributes make, whatever they are; undefined: none. The last edits are of this kind. */
    | {
        readonly kind: "compose";
        compose(item: Item): Attribute | undefined;
        /** The stored names of its parts that no other edit writes: they have to be as the plan assumes. */
        readonly from: readonly string[];
      }
    /** A union that changed its kind: the whole value. Undeclared keys of a stored map are kept. */
    | { readonly kind: "recast"; readonly value: MapValue; readonly declared: MapInside }
  );

/** The attribute that is stored at a path, if any. */
export function valueAt(item: Item, path: StoredPath): Attribute | undefined {
  let attribute: Attribute | undefined = { M: item };
  for (const step of path) {
    if (attribute === undefined || !("M" in attribute)) return undefined;
    attribute = attributeOf(attribute.M, String(step));
  }
  return attribute;
}

/**
 * The number of steps of a path that lead through existing maps: a value can be put there if all steps but the last do.
 */
export function reachOf(item: Item, path: StoredPath): number {
  if (path.length === 1) return 1;
  const missing = path.findIndex((_, index) => index > 0 && !isMap(valueAt(item, path.slice(0, index))));
  return missing === -1 ? path.length : missing;
}

export function isMap(attribute: Attribute | undefined): attribute is MapValue {
  return attribute !== undefined && "M" in attribute;
}

/** An item with some edits applied. The given item stays as it is. */
export function applyEdits(item: Item, edits: readonly Edit[]): Item {
  if (edits.length === 0) return item;
  const draft: Draft = { item: copyAttributes(item), own: new Set() };
  for (const edit of edits) applyEdit(draft, edit);
  return draft.item;
}

/** A copy for applying edits. Inner maps are copied too, each once, however many edits it has. */
interface Draft {
  readonly item: Record<string, Attribute>;
  readonly own: Set<Attributes>;
}

function applyEdit(draft: Draft, edit: Edit): void {
  if (edit.kind === "compose") {
    putValue(draft, edit.path, edit.compose(draft.item));
    return;
  }
  const stored = edit.kind === "replace" ? undefined : valueAt(draft.item, edit.path);
  if (edit.kind === "graft" && isMap(stored)) for (const inner of graftedKeys(edit)) applyEdit(draft, inner);
  else putValue(draft, edit.path, valueAfter(edit, stored));
}

function valueAfter(edit: Exclude<Edit, { kind: "compose" }>, stored: Attribute | undefined): Attribute | undefined {
  switch (edit.kind) {
    case "replace":
    case "graft":
      return edit.value;
    case "recast":
      return recast(stored, edit);
    case "elements":
      return mergedSet(stored, edit);
    case "increase":
      return increased(stored, edit.amount);
    case "append":
    case "prepend":
      return extendedList(stored, edit);
    case "setIfMissing":
      return stored ?? edit.value;
  }
}

/** The edits that a graft becomes if there is a map already. Without `inside`, one for each key. */
export function graftedKeys({ path, value, inside }: Edit & { kind: "graft" }): readonly Edit[] {
  if (inside !== undefined) return inside;
  return Object.entries(value.M).map(([key, inner]): Edit => {
    const at = [...path, key];
    return isMap(inner) ? { kind: "graft", path: at, value: inner } : { kind: "replace", path: at, value: inner };
  });
}

/**
 * A set after some elements were added and others taken out; undefined if none is left. Taking elements out of a value
 * that is not a set, such as NULL, does not remove it.
 */
export function mergedSet(stored: Attribute | undefined, edit: Edit & { kind: "elements" }): Attribute | undefined {
  if (stored !== undefined && tagOf(stored) !== edit.tag && edit.added.length === 0) return stored;
  const elements = stored !== undefined && tagOf(stored) === edit.tag ? elementsOf(stored) : [];
  const byContent = new Map(elements.map((element) => [canonical(element), element]));
  for (const element of edit.added) byContent.set(canonical(element), element);
  for (const element of edit.removed) byContent.delete(canonical(element));
  return setOf(edit.tag, [...byContent.values()]);
}

/** Keeps every key of the stored map that neither its own kind nor the new one declares. */
function recast(stored: Attribute | undefined, { value, declared }: Edit & { kind: "recast" }): MapValue {
  if (!isMap(stored)) return value;
  const unknown = Object.entries(stored.M).filter(
    ([name]) => declared.member(name, stored.M) === undefined && declared.member(name, value.M) === undefined,
  );
  return { M: Object.assign(newAttributes(), Object.fromEntries(unknown), value.M) };
}

function increased(stored: Attribute | undefined, amount: Attribute): Attribute {
  return stored !== undefined && "N" in stored && "N" in amount ? { N: addNumbers(stored.N, amount.N) } : amount;
}

function extendedList(
  stored: Attribute | undefined,
  { kind, elements }: Edit & { kind: "append" | "prepend" },
): Attribute {
  const there = stored !== undefined && "L" in stored ? stored.L : [];
  return { L: kind === "append" ? [...there, ...elements] : [...elements, ...there] };
}

/** A copy also remembers which of its sets are empty. */
function copyMap(map: Attributes): Record<string, Attribute> {
  const copy = copyAttributes(map);
  withEmptied(copy, emptiedNames(map));
  return copy;
}

/** Creates the missing maps on a path, but not in order to remove a value. */
function putValue({ item, own }: Draft, path: StoredPath, value: Attribute | undefined): void {
  let map = item;
  for (let depth = 0; depth < path.length - 1; depth++) {
    const step = String(path[depth]);
    const inner = attributeOf(map, step);
    if (!isMap(inner) && value === undefined) return;
    const there = isMap(inner) ? inner.M : {};
    const copy = own.has(there) ? (there as Record<string, Attribute>) : copyMap(there);
    if (copy !== there) setOwn(map, step, { M: copy });
    own.add(copy);
    map = copy;
  }
  const last = String(path.at(-1));
  if (value === undefined) delete map[last];
  else setOwn(map, last, value);
}
