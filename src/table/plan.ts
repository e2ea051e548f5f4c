/** The next step of bind for a table. Pure. */

import type { DescribedTable } from "../wire/table.js";

/**
 * "wait" while the table or one of its indexes is in transition. A table that is being deleted is created once it is
 * gone.
 */
export function nextStep(table: DescribedTable | undefined): "create" | "wait" | "use" {
  if (table === undefined) return "create";
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const ready = [table.TableStatus, ...indexes.map(({ IndexStatus }) => IndexStatus)].every(isUsable);
  return ready ? "use" : "wait";
}

/** Emulators leave out the status of an index. */
function isUsable(status: string | undefined): boolean {
  return status === undefined || status === "ACTIVE" || status === "UPDATING";
}
