/** Which columns of a model are written to JSON or read from it. */

import { InvalidOption } from "../errors.js";
import type { Column } from "../model/column.js";
import type { AnyModel, Input } from "../model/infer.js";
import type { Meta } from "../model/meta.js";
import { didYouMean, print } from "../util/print.js";

/** The names of a model's columns. */
export type ColumnName<T extends AnyModel> = keyof Input<T> & string;

/** `C`: the columns to take. `E`: those of them to leave out. */
export interface ColumnOptions<C extends string, E extends string> {
  /** The columns to take. Default: all of the model. */
  readonly only?: readonly C[];
  /** Columns to leave out. Default: none. */
  readonly except?: readonly E[];
}

/** The columns that the options select, in the model's order. Throws InvalidOption for unknown names and options. */
export function columnsOf(meta: Meta, options: object, known: readonly string[]): readonly Column[] {
  if (typeof options !== "object" || options === null)
    throw new InvalidOption(`The options of JSON of ${meta.name} are an object, got ${print(options)}.`);
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger !== undefined)
    throw new InvalidOption(
      `JSON of ${meta.name} has no option ${print(stranger)}${didYouMean(stranger, known) || "."}`,
    );
  const { only, except }: { only?: unknown; except?: unknown } = options;
  const taken = only === undefined ? new Set(meta.columns) : namedBy(meta, "only", only);
  for (const column of except === undefined ? [] : namedBy(meta, "except", except)) taken.delete(column);
  return meta.columns.filter((column) => taken.has(column));
}

function namedBy(meta: Meta, option: string, names: unknown): Set<Column> {
  if (!Array.isArray(names))
    throw new InvalidOption(
      `The option "${option}" of JSON of ${meta.name} is an array of columns, got ${print(names)}.`,
    );
  return new Set(
    names.map((name: unknown) => {
      const column = typeof name === "string" ? meta.byProperty.get(name) : undefined;
      if (column !== undefined) return column;
      const hint = typeof name === "string" ? didYouMean(name, meta.byProperty.keys()) : "";
      throw new InvalidOption(`${meta.name} has no column ${print(name)}, which "${option}" names${hint || "."}`);
    }),
  );
}
