/** How a declaration is refused: the common parts of its checks. */

import { InvalidModel } from "../../errors.js";
import { foreignHint } from "../../util/core.js";
import { didYouMean, print } from "../../util/print.js";
import type { Column } from "../column.js";
import type { Meta } from "../meta.js";

/** The subject of a declaration: a model by its name, or a table. */
export type Declared = string | { readonly table: string };

export function invalid(declared: Declared, problem: string, hint = ""): InvalidModel {
  const end = problem.endsWith("?") ? "" : ".";
  const subject = typeof declared === "string" ? `The model ${print(declared)}` : `The table ${print(declared.table)}`;
  return new InvalidModel(`${subject} can't be: ${problem}${end}${hint}`);
}

/** Refuses what is not the name of a model or a table. */
export function assertName(subject: "model" | "table", name: unknown): void {
  if (typeof name === "string" && name !== "") return;
  throw new InvalidModel(
    `The ${subject} ${print(name)} can't be: its name is ${name === "" ? "empty" : "not a text"}.`,
  );
}

/** Refuses what has no named properties. `what` begins the sentence: `its columns are`. */
export function assertObject(declared: Declared, what: string, value: unknown): void {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return;
  throw invalid(declared, `${what} ${print(value)}, not an object`, foreignHint(value));
}

export function assertNames(model: Declared, options: object, known: readonly string[], what: string): void {
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw invalid(model, `there is no ${what} called ${print(stranger)}${didYouMean(stranger, known)}`);
}

export function columnNamed(meta: Meta, what: string, property: unknown): Column {
  const column = typeof property === "string" ? meta.byProperty.get(property) : undefined;
  if (column !== undefined) return column;
  const hint = typeof property === "string" ? didYouMean(property, meta.byProperty.keys()) : "";
  throw invalid(meta.name, `${what} names a column ${print(property)} that is not there${hint}`);
}

/** Refuses a value that is none of those that an option takes. */
export function assertIsOneOf(model: Declared, what: string, value: unknown, allowed: readonly unknown[]): void {
  if (value === undefined || allowed.includes(value)) return;
  throw invalid(model, `${what} is ${print(value)}, not ${allowed.map(print).join(" or ")}`);
}

/** Refuses a value that is not a number of read or write units. */
export function assertUnits(model: Declared, what: string, units: object): void {
  for (const [name, value] of Object.entries(units)) {
    if (value === undefined || (typeof value === "number" && Number.isSafeInteger(value) && value > 0)) continue;
    throw invalid(model, `${what} has ${name} ${print(value)}, which is a whole number from 1`);
  }
}

export function assertKeyType(model: string, what: string, wire: string, nullable: boolean): void {
  if (!["S", "N", "B"].includes(wire))
    throw invalid(model, `${what} is stored as ${wire}; a key is stored as S, N or B`);
  if (nullable) throw invalid(model, `${what} is nullable; a key can't be NULL`);
}

/** A function's own "prototype" can't be replaced, and "__proto__" is not an ordinary property of an object. */
export const reserved: readonly string[] = ["prototype", "__proto__"];
