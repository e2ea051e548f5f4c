/** Obstacles that keep edits from being applied to an item: a value in their way, or an invalid result. Pure. */

import type { StoredPath } from "../../expression/path.js";
import type { Attribute, Item } from "../../wire/attribute.js";
import { addNumbers } from "../../wire/decimal.js";
import type { Meta } from "../meta.js";
import { type Edit, mergedSet, reachOf, valueAt } from "./edit.js";
import { guardsHold, holdsOf, sumGuard } from "./plan.js";
import { lackingMap } from "./required.js";

export interface Obstacle {
  readonly path: StoredPath;
  /**
   * - kind: the stored value has another kind than the edit is for, such as a text to which elements would be added.
   * - union: the union around the edit has another kind by now, or is gone.
   * - lacking: a missing map would be created without some required keys.
   * - emptied: a required set would lose its last element, and so be absent.
   * - sum: a number would become one that its column can't load.
   */
  readonly reason: "kind" | "union" | "lacking" | "emptied" | "sum";
  /** The stored names of the keys that a map would lack. */
  readonly keys?: readonly string[];
}

/** The obstacle of the first edit that can't be applied. */
export function obstacleOf(meta: Meta, edits: readonly Edit[], base: Item): Obstacle | undefined {
  for (const edit of edits) {
    const union = edit.held?.find((guard) => !guardsHold([guard], base));
    if (union !== undefined) return { path: union.path.slice(0, -1), reason: "union" };
    const reason = reasonAgainst(edit, base);
    if (reason !== undefined) return { path: edit.path, reason };
  }
  const lacking = lackingMap(meta, edits, base);
  return lacking && { ...lacking, reason: "lacking" };
}

function reasonAgainst(edit: Edit, base: Item): Obstacle["reason"] | undefined {
  const reach = reachOf(base, edit.path);
  const there = valueAt(base, edit.path.slice(0, reach));
  if (there === undefined) return undefined;
  if (reach < edit.path.length) return "NULL" in there ? undefined : "kind";
  if (!buildsOn(edit, there)) return "kind";
  if (edit.kind === "elements" && edit.isRequired && edit.removed.length > 0 && mergedSet(there, edit) === undefined)
    return "emptied";
  return edit.kind === "increase" && "N" in there && !hasSum(edit, there.N) ? "sum" : undefined;
}

/** Whether an edit can be applied to a value. As in DynamoDB, NULL is neither a number nor a list. */
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

/** Whether the sum can be loaded: by the guard that a plan has for it, or by the sum itself. */
function hasSum({ path, amount, sums }: Edit & { kind: "increase" }, stored: string): boolean {
  if (sums === undefined || !("N" in amount) || Number(amount.N) === 0) return true;
  if (sums.loads !== undefined) {
    const sum = addNumbers(stored, amount.N);
    return Math.abs(Number(sum)) <= sums.most && sums.loads(sum);
  }
  return holdsOf(sumGuard(path, amount.N, sums), { N: stored });
}
