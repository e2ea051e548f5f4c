/** The room of kinds as the core asks it. Only table() imports it: programs without a declared table do not carry it. */

import type { KindOperations } from "../meta.js";
import { tellsKind } from "./apart.js";
import { editsByKey } from "./by-key.js";
import { identify } from "./compose.js";
import { withKeys } from "./fresh.js";
import { demandsOf, isDemanding, isOfKind, kindFilter } from "./kind.js";
import { isKnownRecord, splitRecord, streamProblem } from "./records.js";
import { composedCondition } from "./searched.js";
import { composedKeyOf } from "./table-key.js";
import { searchTogether } from "./together.js";
import { answeredByKey, localFilter } from "./told.js";

export const kindOperations: KindOperations = {
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
