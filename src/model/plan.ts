/**
 * Edits onto a base become one update: its changes, and the guards under which they are right. The base is the item as
 * last seen. Where another writer changed it meanwhile, a guard fails, and the edits are planned again onto what is
 * there now, so that neither writer's changes are lost.
 */

import type { StoredPath } from "../expression/path.js";
import type { Change, Guard } from "../expression/update.js";
import { type Attribute, type Item, newAttributes, setOf } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";
import { applyEdits, type Edit, graftedKeys, isMap, mergedSet, reachOf, valueAt } from "./edit.js";

export interface UpdatePlan {
  readonly changes: readonly Change[];
  readonly guards: readonly Guard[];
}

function isWholeValue(edit: Edit): edit is Edit & { kind: "replace" } {
  return edit.kind === "replace" && edit.path.length === 1;
}

/** `whole` names the attributes to send as one value, because their single changes are too many for one expression. */
export function planUpdate(edits: readonly Edit[], base: Item, whole?: ReadonlySet<string>): UpdatePlan {
  // Whole values of columns need no base: what follows would take ten times as long to find that out.
  if (edits.every(isWholeValue)) return { changes: edits.map(({ path, value }) => put(path, value)), guards: [] };
  const effective = edits.flatMap((edit) => ungraft(edit, base)).filter((edit) => hasPlace(edit, base));
  const plans = [...groupByRoot(effective, base, whole).values()].map(({ root, group }) =>
    planGroup(root, group, base),
  );
  return { changes: plans.flatMap(({ changes }) => changes), guards: plans.flatMap(({ guards }) => guards) };
}

/**
 * The item that edits made without a load are planned onto: every map on their way is there, and the nested sets hold
 * nothing but what is to leave them. Where that is wrong, a guard fails or the path does.
 */
export function assumedBase(edits: readonly Edit[]): Item {
  const nested = edits.filter(({ path }) => path.length > 1);
  const parents = nested.map(({ path }): Edit => ({ kind: "graft", path: path.slice(0, -1), value: { M: {} } }));
  const sets = nested.flatMap((edit): Edit[] =>
    edit.kind === "elements" ? [{ kind: "replace", path: edit.path, value: setOf(edit.tag, edit.removed) }] : [],
  );
  return applyEdits(newAttributes(), [...parents, ...sets]);
}

/**
 * The first edit in whose way something stands that is nobody's to overwrite: no map where its path leads through, or
 * not what it builds on, such as a text where elements are to go.
 */
export function obstacleOf(edits: readonly Edit[], base: Item): Edit | undefined {
  return edits.find((edit) => {
    const reach = reachOf(base, edit.path);
    const there = valueAt(base, edit.path.slice(0, reach));
    if (there === undefined) return false;
    return reach < edit.path.length ? !("NULL" in there) : !buildsOn(edit, there);
  });
}

/** Whether an edit can be made to a value. As in DynamoDB, NULL is no number and no list. */
function buildsOn(edit: Edit, there: Attribute): boolean {
  switch (edit.kind) {
    case "increase":
      return "N" in there;
    case "append":
    case "prepend":
      return "L" in there;
    case "elements":
      return edit.tag in there || "NULL" in there;
    default:
      return true;
  }
}

/** Whether every guard of a plan holds on an item. */
export function guardsHold(guards: readonly Guard[], item: Item): boolean {
  return guards.every(({ path, value }) => sameAttribute(valueAt(item, path), value));
}

/** Where there is a map already, the keys of a graft go into it. */
function ungraft(edit: Edit, base: Item): Edit[] {
  if (edit.kind !== "graft" || !isMap(valueAt(base, edit.path))) return [edit];
  return graftedKeys(edit).flatMap((inner) => ungraft(inner, base));
}

/** Nothing needs to be removed from a map that is not there. */
function hasPlace(edit: Edit, base: Item): boolean {
  const removes =
    edit.kind === "replace" ? edit.value === undefined : edit.kind === "elements" && edit.added.length === 0;
  return !removes || reachOf(base, edit.path) === edit.path.length;
}

interface Group {
  readonly root: StoredPath;
  readonly group: Edit[];
}

/** The place that each edit is written at: its own, or the first one on its way that holds no map. */
function groupByRoot(edits: readonly Edit[], base: Item, whole: ReadonlySet<string> | undefined): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const edit of edits) {
    const steps = whole?.has(String(edit.path[0])) === true ? 1 : reachOf(base, edit.path);
    const root = edit.path.slice(0, steps);
    const id = JSON.stringify(root);
    const known = groups.get(id);
    if (known === undefined) groups.set(id, { root, group: [edit] });
    else known.group.push(edit);
  }
  return groups;
}

function planGroup(root: StoredPath, group: readonly Edit[], base: Item): UpdatePlan {
  const [edit] = group;
  if (edit !== undefined && group.length === 1 && edit.path.length === root.length) {
    if (edit.kind === "replace") return { changes: [put(root, edit.value)], guards: [] };
    const kind = edit.kind === "elements" ? unguardedKind(edit, base) : undefined;
    if (edit.kind === "elements" && kind !== undefined) return planElements(edit, kind);
    const action = actionOf(edit);
    if (action !== undefined) return { changes: [action], guards: [] };
  }
  const before = valueAt(base, root);
  const after = valueAt(applyEdits(base, group), root);
  if (sameAttribute(before, after)) return { changes: [], guards: [] };
  return { changes: [put(root, after)], guards: [{ path: root, value: before }] };
}

/** What DynamoDB does by itself, whatever is stored. */
function actionOf(edit: Edit): Change | undefined {
  switch (edit.kind) {
    case "increase":
      return { kind: "increase", path: edit.path, value: edit.amount };
    case "append":
    case "prepend":
      return { kind: edit.kind, path: edit.path, value: { L: edit.elements } };
    case "setIfMissing":
      return edit;
    default:
      return undefined;
  }
}

function put(path: StoredPath, value: Attribute | undefined): Change {
  return value === undefined ? { kind: "remove", path } : { kind: "set", path, value };
}

/** ADD and DELETE need no guard, but take no nested paths, and not both for one set. */
function unguardedKind(edit: Edit & { kind: "elements" }, base: Item): "add" | "delete" | undefined {
  const stored = valueAt(base, edit.path);
  if (edit.path.length > 1 || (stored !== undefined && !(edit.tag in stored))) return undefined;
  if (edit.removed.length === 0) return "add";
  return edit.added.length === 0 ? "delete" : undefined;
}

function planElements(edit: Edit & { kind: "elements" }, kind: "add" | "delete"): UpdatePlan {
  const elements = kind === "add" ? edit.added : edit.removed;
  const value = mergedSet(undefined, { ...edit, added: elements, removed: [] });
  return { changes: value === undefined ? [] : [{ kind, path: edit.path, value }], guards: [] };
}
