/** The modifiers of a column that bloop computes. */

import { InvalidModel } from "../errors.js";
import { describeValue } from "../util/print.js";

/** A column that bloop computes with each write. */
export interface Computed {
  /** The properties that it is computed from; undefined: none, it is set with every write. */
  readonly sources: readonly string[] | undefined;
  make(values: object): unknown;
}

/** Throws InvalidModel for what is no list of columns, and no function. */
export function computedTraits(
  modifier: "onWrite()" | "from()",
  columns: readonly string[] | undefined,
  make: unknown,
): { readonly computed: Computed } {
  const isList =
    Array.isArray(columns) && columns.length > 0 && columns.every((column: unknown) => typeof column === "string");
  if (modifier === "from()" && !isList)
    throw new InvalidModel(`from() takes an array of columns' names, got ${describeValue(columns)}.`);
  if (typeof make !== "function") throw new InvalidModel(`${modifier} takes a function, got ${describeValue(make)}.`);
  const sources = columns === undefined ? undefined : [...columns];
  return { computed: { sources, make: make as Computed["make"] } };
}
