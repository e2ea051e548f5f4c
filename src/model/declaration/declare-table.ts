/** The checks of a declaration's options for the table: billing, stream, time to live, encryption, backups. */

import type { Column } from "../column.js";
import type { StreamInclude } from "../infer.js";
import type { Meta, TableOptions } from "../meta.js";
import {
  assertIsOneOf,
  assertNames,
  assertObject,
  assertUnits,
  columnNamed,
  type Declared,
  invalid,
} from "./refusal.js";

/** The options of model() for its table, without their type parameters. */
export interface DeclaredTable {
  readonly stream?: { readonly include: readonly StreamInclude[] };
  readonly ttl?: { readonly column: unknown };
  readonly billing?: "on_demand" | "provisioned";
  readonly readUnits?: number;
  readonly writeUnits?: number;
  readonly encryption?: boolean;
  readonly backups?: boolean;
}

export function tableOptionsOf(meta: Meta, options: DeclaredTable): TableOptions {
  return { ...checkedTable(meta.name, options), ttl: ttlColumn(meta, options.ttl) };
}

/** The properties of a table, except its time to live, which is a column of each model. */
export function checkedTable(declared: Declared, options: Omit<DeclaredTable, "ttl">): Omit<TableOptions, "ttl"> {
  const { stream, readUnits, writeUnits, encryption, backups } = options;
  assertIsOneOf(declared, "its billing", options.billing, ["on_demand", "provisioned"]);
  assertIsOneOf(declared, "its encryption", encryption, [true, false]);
  assertIsOneOf(declared, "its backups", backups, [true, false]);
  assertUnits(declared, "it", { readUnits, writeUnits });
  const units = readUnits ?? writeUnits;
  if (options.billing === "on_demand" && units !== undefined)
    throw invalid(declared, "it is billed on demand, and yet has read or write units");
  if (stream !== undefined) assertStream(declared, stream);
  const billing = options.billing ?? (units === undefined ? undefined : "provisioned");
  return { stream: stream?.include, billing, readUnits, writeUnits, encryption, backups };
}

function assertStream(model: Declared, stream: { readonly include: unknown }): void {
  assertObject(model, "its stream is", stream);
  assertNames(model, stream, ["include"], "option of its stream");
  const { include } = stream;
  if (!Array.isArray(include) || include.length === 0) {
    throw invalid(model, 'its stream includes nothing; include "keys", "new" or "old"');
  }
  for (const image of include) assertIsOneOf(model, "a part of its stream", image, ["keys", "new", "old"]);
  if (include.includes("keys") && include.some((image) => image !== "keys")) {
    throw invalid(model, "its stream includes keys beside images; keys stand alone, since images hold them too");
  }
}

function ttlColumn(meta: Meta, ttl: DeclaredTable["ttl"]): Column | undefined {
  if (ttl === undefined) return undefined;
  assertObject(meta.name, "its ttl is", ttl);
  assertNames(meta.name, ttl, ["column"], "option of its ttl");
  const column = columnNamed(meta, "its ttl", ttl.column);
  const problem = ttlProblem(column);
  if (problem === undefined) return column;
  throw invalid(meta.name, `its ttl column "${column.property}" ${problem}`);
}

/** The reason why a column is no time to live, as the end of a sentence. */
export function ttlProblem({ codec }: Column): string | undefined {
  const use = "DynamoDB takes seconds as N; use timestamp()";
  if (codec.wire !== "N") return `is stored as ${codec.wire}; ${use}`;
  return codec.outline?.options?.["unit"] === "milliseconds" ? `has milliseconds; ${use}` : undefined;
}
