/** Whether a write concerns unique columns: all that the writes of other models ask. */

import type { UniqueColumns } from "../../model/meta.js";
import type { Write } from "../write.js";

/** The unique columns that a write gives a value, or takes one from. */
export function concerned({ kind, meta, edits, renewed }: Write): readonly UniqueColumns[] {
  const { shared } = meta;
  if (shared === undefined || shared.unique.length === 0 || kind === "check") return none;
  if (kind === "delete") return shared.unique;
  const written = new Set(edits.map(({ path }) => path[0]));
  return shared.unique.filter(
    (one) => renewed?.includes(one) === true || one.columns.some(({ storedName }) => written.has(storedName)),
  );
}

const none: readonly UniqueColumns[] = [];
