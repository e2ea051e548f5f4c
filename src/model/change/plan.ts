/**
 * Turns edits onto a base into one update: its changes, and the guards under which they are right. The base is the item
 * as last seen. If another writer changed it meanwhile, a guard fails, and the edits are planned again onto the present
 * item, so that neither writer's changes are lost.
 *
 * The rule: on every item on which the guards hold, and to which DynamoDB applies the changes, they do what the edits
 * mean. So an edit that changes nothing on the base still has its guard: on another item it would change something.
 */

import type { StoredPath } from "../../expression/path.js";
import type { Change, Guard } from "../../expression/update.js";
import type { Sums } from "../../types/codec/codec.js";
import { type Attribute, type Item, newAttributes, setOf } from "../../wire/attribute.js";
import { compareNumbers } from "../../wire/decimal.js";
import { sameAttribute } from "../../wire/same.js";
import { applyEdits, type Edit, graftedKeys, isMap, mergedSet, reachOf, valueAt } from "./edit.js";

export interface UpdatePlan {
  readonly changes: readonly Change[];
  readonly guards: readonly Guard[];
}

function isWholeValue(edit: Edit): edit is Edit & { kind: "replace" } {
  return edit.kind === "replace" && edit.path.length === 1 && edit.held === undefined;
}

/**
 * Composed keys are made from the attributes after all other edits. Parts that no edit writes are guarded to be as in
 * the base: if another writer changed one, the key is composed again from the part that is stored by then.
 */
function planComposed(edits: readonly Edit[], base: Item, whole: ReadonlySet<string> | undefined): UpdatePlan {
  const others = edits.filter(({ kind }) => kind !== "compose");
  const { changes, guards } = planUpdate(others, base, whole);
  let after = applyEdits(base, others);
  const composed = edits.flatMap((edit) => (edit.kind === "compose" ? [edit] : []));
  const held = composed.flatMap(({ from }) =>
    from.map((name): Guard => ({ path: [name], value: valueAt(base, [name]) })),
  );
  return {
    changes: [
      ...changes,
      ...composed.map((edit) => {
        // A key may be composed of a column that is computed before it.
        after = applyEdits(after, [edit]);
        return put(edit.path, valueAt(after, edit.path));
      }),
    ],
    guards: distinct([...guards, ...held]),
  };
}

/** `whole` names the attributes to send as one value, because their single changes are too many for one expression. */
export function planUpdate(edits: readonly Edit[], base: Item, whole?: ReadonlySet<string>): UpdatePlan {
  if (edits.at(-1)?.kind === "compose") return planComposed(edits, base, whole);
  // Whole values of columns need no base: the code below would take ten times as long to find that out.
  if (edits.every(isWholeValue)) return { changes: edits.map(({ path, value }) => put(path, value)), guards: [] };
  const groups = groupByRoot(
    edits.flatMap((edit) => ungraft(edit, base)),
    base,
    whole,
  );
  const plans = [...groups.values()].map(({ root, group }) => planGroup(root, group, base));
  return {
    changes: plans.flatMap(({ changes }) => changes),
    guards: distinct(plans.flatMap(({ guards }) => guards)),
  };
}

/** Guards with others, each once. */
export function joinGuards(guards: readonly Guard[], others: readonly Guard[]): readonly Guard[] {
  return others.length === 0 ? guards : distinct([...guards, ...others]);
}

/** The tag of one union may guard many edits. */
function distinct(guards: readonly Guard[]): readonly Guard[] {
  return guards.length < 2 ? guards : [...new Map(guards.map((guard) => [JSON.stringify(guard.path), guard])).values()];
}

/**
 * The assumed item for edits that are made without a load: every map on their paths exists, and nested sets hold only
 * the elements to be taken out. If that is wrong, a guard fails or the path does.
 */
export function assumedBase(edits: readonly Edit[]): Item {
  const nested = edits.filter(({ path }) => path.length > 1);
  const parents = nested.map(
    ({ path }): Edit => ({ kind: "graft", path: path.slice(0, -1), value: { M: {} }, inside: [] }),
  );
  const sets = nested.flatMap((edit): Edit[] =>
    edit.kind === "elements" && !edit.isRequired
      ? [{ kind: "replace", path: edit.path, value: setOf(edit.tag, edit.removed) }]
      : [],
  );
  return applyEdits(newAttributes(), [...parents, ...sets]);
}

/** Whether every guard of a plan holds on an item. */
export function guardsHold(guards: readonly Guard[], item: Item): boolean {
  return guards.every((guard) => holdsOf(guard, valueAt(item, guard.path)));
}

/** Whether a guard holds for the value that is stored at its path. */
export function holdsOf(guard: Guard, there: Attribute | undefined): boolean {
  if ("isMap" in guard) return isMap(there);
  if ("value" in guard) return sameAttribute(there, guard.value);
  if (there === undefined || !("N" in there)) return true;
  const { low = there.N, high = there.N } = guard;
  return compareNumbers(there.N, low) >= 0 && compareNumbers(there.N, high) <= 0;
}

/** If there is a map already, the edits inside a graft go into it. If there are none, the map only has to exist. */
function ungraft(edit: Edit, base: Item): readonly Edit[] {
  if (edit.kind !== "graft" || !isMap(valueAt(base, edit.path))) return [edit];
  const keys = graftedKeys(edit);
  return keys.length === 0 ? [edit] : keys.flatMap((inner) => ungraft(inner, base));
}

interface Group {
  readonly root: StoredPath;
  readonly group: Edit[];
}

/** Groups the edits by the place to write: their own, or the first place on the path without a map. */
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
    const plan = planUnread(edit, base);
    if (plan !== undefined) return { ...plan, guards: [...plan.guards, ...(edit.held ?? [])] };
  }
  const before = valueAt(base, root);
  const after = valueAt(applyEdits(base, group), root);
  const guards: Guard[] = [{ path: root, value: before }];
  for (const { held = [] } of group) guards.push(...held.filter(({ path }) => path.length <= root.length));
  return { changes: sameAttribute(before, after) ? [] : [put(root, after)], guards };
}

/** An edit that DynamoDB applies by itself, without reading the stored value; undefined for any other. */
function planUnread(edit: Edit, base: Item): UpdatePlan | undefined {
  switch (edit.kind) {
    case "replace":
      return { changes: [put(edit.path, edit.value)], guards: [] };
    case "elements": {
      const kind = unguardedKind(edit, base);
      return kind && planElements(edit, kind);
    }
    case "graft":
      return isMap(valueAt(base, edit.path)) ? { changes: [], guards: [{ path: edit.path, isMap: true }] } : undefined;
    case "increase":
      return planIncrease(edit);
    default: {
      const action = actionOf(edit);
      return action && { changes: [action], guards: [] };
    }
  }
}

/** Guarded, so that the sum can be loaded; undefined if only the sum itself tells that. */
function planIncrease({ path, amount, sums }: Edit & { kind: "increase" }): UpdatePlan | undefined {
  if (sums?.loads !== undefined) return undefined;
  const changes: Change[] = [{ kind: "increase", path, value: amount }];
  // Nothing is added: the number stays, whatever it is.
  if (sums === undefined || !("N" in amount) || Number(amount.N) === 0) return { changes, guards: [] };
  return { changes, guards: [sumGuard(path, amount.N, sums)] };
}

/** The numbers to which an amount can be added. If the amount is a fraction, the very last of them is left out. */
export function sumGuard(path: StoredPath, amount: string, { most, loadsMore = false }: Sums): Guard {
  const added = Number(amount);
  const high = added > 0 ? most - Math.ceil(added) : most;
  const low = added < 0 ? -most - Math.floor(added) : -most;
  return {
    path,
    low: added < 0 || loadsMore ? String(low) : undefined,
    high: added > 0 || loadsMore ? String(high) : undefined,
  };
}

/** The change that DynamoDB makes by itself, whatever value is stored. */
function actionOf(edit: Edit): Change | undefined {
  switch (edit.kind) {
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

/** ADD and DELETE need no guard. But they take no nested paths, and one set can't have both. */
function unguardedKind(edit: Edit & { kind: "elements" }, base: Item): "add" | "delete" | undefined {
  const stored = valueAt(base, edit.path);
  if (edit.path.length > 1 || (stored !== undefined && !(edit.tag in stored))) return undefined;
  if (edit.isRequired && edit.removed.length > 0) return undefined;
  if (edit.removed.length === 0) return "add";
  return edit.added.length === 0 ? "delete" : undefined;
}

function planElements(edit: Edit & { kind: "elements" }, kind: "add" | "delete"): UpdatePlan {
  const elements = kind === "add" ? edit.added : edit.removed;
  const value = mergedSet(undefined, { ...edit, added: elements, removed: [] });
  return { changes: value === undefined ? [] : [{ kind, path: edit.path, value }], guards: [] };
}
