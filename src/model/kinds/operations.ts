/** The room of kinds as the core asks it. Only table() imports it: programs without a declared table do not carry it. */

import type { KindOperations } from "../meta.js";
import { tellsKind } from "./apart.js";
import { editsByKey } from "./key/by-key.js";
import { identify, refuseKey } from "./key/compose.js";
import { withKeys } from "./key/fresh.js";
import { composedKeyOf } from "./key/table-key.js";
import { demandsOf, isDemanding, isOfKind, kindFilter } from "./kind.js";
import { isKnownRecord, splitRecord, streamProblem } from "./records.js";
import { composedCondition } from "./search/searched.js";
import { searchTogether } from "./search/together.js";
import { answeredByKey, localFilter } from "./search/told.js";

export const kindOperations: KindOperations = {
  refuseKey,
  composedKeyOf,
  identify,
  withKeys,
  editsByKey,
  isOfKind,
  demandsOf,
  answeredByKey,
  localFilter,
  isDemanding,
  kindFilter,
  tellsKind,
  searchTogether,
  keyCondition: composedCondition,
  splitRecord,
  isKnownRecord,
  streamProblem,
};
