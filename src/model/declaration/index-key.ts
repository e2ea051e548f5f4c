/** The names in the key of an index: one of each key, or several of a global index. */

import { print } from "../../util/print.js";
import { maxKeyAttributes, maxLocalIndexes } from "../../wire/limits.js";
import type { Index } from "../meta.js";
import { assertUnits, type Declared, invalid } from "./refusal.js";

/** The options of an index that name its key. */
export interface DeclaredIndexKey {
  readonly hashKey?: unknown;
  readonly rangeKey?: unknown;
}

export interface IndexKey {
  readonly kind: "global" | "local";
  /** None for a local index, which has the table's. */
  readonly hashNames: readonly unknown[];
  readonly rangeNames: readonly unknown[];
}

/** Throws InvalidModel for a key that DynamoDB does not take; the names themselves are not looked at. */
export function indexKeyOf(
  declared: Declared,
  what: string,
  { hashKey, rangeKey }: DeclaredIndexKey,
  table: { readonly hashKey: string; readonly hasRangeKey: boolean },
): IndexKey {
  const kind = hashKey === undefined ? "local" : "global";
  const hashNames = hashKey === undefined ? [] : namesIn(declared, `the hashKey of ${what}`, hashKey);
  const rangeNames = rangeKey === undefined ? [] : namesIn(declared, `the rangeKey of ${what}`, rangeKey);
  if (kind === "local") assertLocal(declared, what, rangeNames, table.hasRangeKey);
  const names = [...(kind === "local" ? [table.hashKey] : hashNames), ...rangeNames];
  const twice = names.find((name, place) => names.indexOf(name) !== place);
  if (twice === undefined) return { kind, hashNames, rangeNames };
  throw invalid(
    declared,
    `${what} has ${print(twice)} ${names.length === 2 ? "as both of its keys" : "twice in its key"}`,
  );
}

/** Refuses read and write units that an index can't have. */
export function assertIndexUnits(
  declared: Declared,
  what: string,
  { kind, readUnits, writeUnits }: Pick<Index, "kind" | "readUnits" | "writeUnits">,
): void {
  assertUnits(declared, what, { readUnits, writeUnits });
  if (kind === "local" && (readUnits ?? writeUnits) !== undefined)
    throw invalid(declared, `${what} is local, which shares the table's read and write units`);
}

/** Refuses more local indexes than a table has. */
export function assertLocals(declared: Declared, indexes: readonly Pick<Index, "kind">[]): void {
  const locals = indexes.filter(({ kind }) => kind === "local").length;
  if (locals > maxLocalIndexes)
    throw invalid(declared, `it has ${locals} local indexes; DynamoDB takes ${maxLocalIndexes}`);
}

function namesIn(declared: Declared, what: string, given: unknown): readonly unknown[] {
  if (!Array.isArray(given)) return [given];
  if (given.length > 0 && given.length <= maxKeyAttributes) return given;
  throw invalid(declared, `${what} has ${given.length} attributes; DynamoDB takes 1 to ${maxKeyAttributes}`);
}

function assertLocal(declared: Declared, what: string, rangeNames: readonly unknown[], hasRangeKey: boolean): void {
  if (rangeNames.length === 0) throw invalid(declared, `${what} has neither hashKey nor rangeKey`);
  if (rangeNames.length > 1)
    throw invalid(
      declared,
      `${what} is local, and has ${rangeNames.length} range keys; several are for a global index`,
    );
  if (!hasRangeKey)
    throw invalid(declared, `${what} is local, which needs a table with a range key; give it a hashKey`);
}
