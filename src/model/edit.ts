/**
 * What an object's changes mean, apart from any request: which values it replaces, which elements it adds to a set or
 * takes from it, which maps it puts where there were none. Edits of different objects in different places can be
 * brought together; see plan.ts.
 */

import type { StoredPath } from "../expression/path.js";
import { setOwn } from "../util/object.js";
import {
  type Attribute,
  type Attributes,
  attributeOf,
  copyAttributes,
  elementsOf,
  type Item,
  setOf,
  tagOf,
} from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { addNumbers } from "../wire/decimal.js";

export type SetTag = "SS" | "NS" | "BS";

export type Edit =
  /** The value is now this, whatever it was; undefined: it is not there any more. */
  | { readonly kind: "replace"; readonly path: StoredPath; readonly value: Attribute | undefined }
  /** Elements that came to a set, and elements that left it. */
  | {
      readonly kind: "elements";
      readonly path: StoredPath;
      readonly tag: SetTag;
      readonly added: readonly Attribute[];
      readonly removed: readonly Attribute[];
    }
  /** An addition to a number, to whatever it is. */
  | { readonly kind: "increase"; readonly path: StoredPath; readonly amount: Attribute }
  /** Elements at an end of a list, of whatever it holds. */
  | {
      readonly kind: "append" | "prepend";
      readonly path: StoredPath;
      readonly elements: readonly Attribute[];
    }
  /** A value for where there is none. */
  | { readonly kind: "setIfMissing"; readonly path: StoredPath; readonly value: Attribute }
  /** A map where there was none. Where another writer put one meanwhile, its keys go into that. */
  | { readonly kind: "graft"; readonly path: StoredPath; readonly value: Attribute & { readonly M: Attributes } };

/** What is stored at a path, if anything is. */
export function valueAt(item: Item, path: StoredPath): Attribute | undefined {
  let attribute: Attribute | undefined = { M: item };
  for (const step of path) {
    if (attribute === undefined || !("M" in attribute)) return undefined;
    attribute = attributeOf(attribute.M, String(step));
  }
  return attribute;
}

/** How many steps of a path lead through maps that are there: a value can be put there if all but the last do. */
export function reachOf(item: Item, path: StoredPath): number {
  if (path.length === 1) return 1;
  const missing = path.findIndex((_, index) => index > 0 && !isMap(valueAt(item, path.slice(0, index))));
  return missing === -1 ? path.length : missing;
}

export function isMap(attribute: Attribute | undefined): attribute is Attribute & { readonly M: Attributes } {
  return attribute !== undefined && "M" in attribute;
}

/** An item with some edits made to it. The item itself stays as it is. */
export function applyEdits(item: Item, edits: readonly Edit[]): Item {
  if (edits.length === 0) return item;
  const draft: Draft = { item: copyAttributes(item), own: new Set() };
  for (const edit of edits) applyEdit(draft, edit);
  return draft.item;
}

/** A copy that edits are made to, and the maps within that are copies too: each is copied once, however many edits it has. */
interface Draft {
  readonly item: Record<string, Attribute>;
  readonly own: Set<Attributes>;
}

function applyEdit(draft: Draft, edit: Edit): void {
  const stored = edit.kind === "replace" ? undefined : valueAt(draft.item, edit.path);
  if (edit.kind === "graft" && isMap(stored)) for (const inner of graftedKeys(edit)) applyEdit(draft, inner);
  else putValue(draft, edit.path, valueAfter(edit, stored));
}

function valueAfter(edit: Edit, stored: Attribute | undefined): Attribute | undefined {
  switch (edit.kind) {
    case "replace":
    case "graft":
      return edit.value;
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

/** The keys of a graft, each an edit of its own, for a place where there is a map already. */
export function graftedKeys(edit: Edit & { kind: "graft" }): Edit[] {
  return Object.entries(edit.value.M).map(([key, value]): Edit => {
    const path = [...edit.path, key];
    return isMap(value) ? { kind: "graft", path, value } : { kind: "replace", path, value };
  });
}

/** A set after some elements came and others left; undefined where none is left. */
export function mergedSet(stored: Attribute | undefined, edit: Edit & { kind: "elements" }): Attribute | undefined {
  const elements = stored !== undefined && tagOf(stored) === edit.tag ? elementsOf(stored) : [];
  const byContent = new Map(elements.map((element) => [canonical(element), element]));
  for (const element of edit.added) byContent.set(canonical(element), element);
  for (const element of edit.removed) byContent.delete(canonical(element));
  return setOf(edit.tag, [...byContent.values()]);
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

/** Maps that a path leads through and that are not there are made, but not in order to remove something. */
function putValue({ item, own }: Draft, path: StoredPath, value: Attribute | undefined): void {
  let map = item;
  for (let depth = 0; depth < path.length - 1; depth++) {
    const step = String(path[depth]);
    const inner = attributeOf(map, step);
    if (!isMap(inner) && value === undefined) return;
    const there = isMap(inner) ? inner.M : {};
    const copy = own.has(there) ? (there as Record<string, Attribute>) : copyAttributes(there);
    if (copy !== there) setOwn(map, step, { M: copy });
    own.add(copy);
    map = copy;
  }
  const last = String(path.at(-1));
  if (value === undefined) delete map[last];
  else setOwn(map, last, value);
}
