/** What bind has to do next about a table. Pure. */

import type { DescribedTable } from "../wire/table.js";

/** "wait" while the table or an index of it is on its way; a table that is being deleted is created when it is gone. */
export function nextStep(table: DescribedTable | undefined): "create" | "wait" | "use" {
  if (table === undefined) return "create";
  const indexes = table.GlobalSecondaryIndexes ?? [];
  const ready = [table.TableStatus, ...indexes.map(({ IndexStatus }) => IndexStatus)].every(isUsable);
  return ready ? "use" : "wait";
}

/** Emulators leave the status of an index out. */
function isUsable(status: string | undefined): boolean {
  return status === undefined || status === "ACTIVE" || status === "UPDATING";
}
