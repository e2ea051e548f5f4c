/** The checks of an index of a declaration, and its record. */

import { print } from "../../util/print.js";
import { maxKeyNameBytes } from "../../wire/limits.js";
import { textSize } from "../../wire/size.js";
import { type Column, makeProjection } from "../column.js";
import type { Index, Meta } from "../meta.js";
import { assertIndexUnits, assertLocals, indexKeyOf } from "./index-key.js";
import { assertIsOneOf, assertKeyType, assertNames, assertObject, columnNamed, invalid, reserved } from "./refusal.js";

export interface DeclaredIndex {
  readonly hashKey?: string | readonly string[];
  readonly rangeKey?: string | readonly string[];
  readonly projection: "all" | "keys" | readonly string[];
  readonly storedAs?: string;
  readonly strict?: boolean;
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

/** Every option of an index. */
export const indexOptionNames: readonly string[] = [
  "hashKey",
  "rangeKey",
  "projection",
  "storedAs",
  "strict",
  "readUnits",
  "writeUnits",
];

export function indexOf(meta: Meta, property: string, declared: DeclaredIndex): Index {
  const what = `the index ${print(property)}`;
  assertObject(meta.name, `${what} is`, declared);
  assertNames(meta.name, declared, indexOptionNames, `option of ${what}`);
  if (reserved.includes(property)) throw invalid(meta.name, `an index can't be called "${property}"`);
  if (meta.byProperty.has(property)) throw invalid(meta.name, `"${property}" is both a column and an index`);
  const storedName = declared.storedAs ?? property;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(storedName)) {
    throw invalid(
      meta.name,
      `${what} is stored as ${print(storedName)}; DynamoDB takes 3 to 255 letters, digits, "_", "." and "-"; use storedAs`,
    );
  }
  const table = { hashKey: meta.hashKey.property, hasRangeKey: meta.rangeKey !== undefined };
  const { kind, hashNames, rangeNames } = indexKeyOf(meta.name, what, declared, table);
  const hashKeys = kind === "local" ? [meta.hashKey] : hashNames.map((name) => indexKey(meta, what, name));
  const rangeKeys = rangeNames.map((name) => indexKey(meta, what, name));
  const keys = [...hashKeys, ...rangeKeys];
  const { readUnits, writeUnits } = declared;
  assertIndexUnits(meta.name, what, { kind, readUnits, writeUnits });
  assertIsOneOf(meta.name, `strict of ${what}`, declared.strict, [true, false]);
  const projection = projectionOf(meta, what, declared.projection);
  const strict = declared.strict ?? true;
  const own = [...meta.keys, ...keys];
  const columns = new Set(
    projection === "all" || !strict ? meta.columns : projection === "keys" ? own : [...own, ...projection],
  );
  return Object.freeze({
    property,
    storedName,
    kind,
    hashKeys,
    rangeKeys,
    keys,
    projection,
    columns,
    whole: makeProjection(columns, projection === "all" || !strict),
    strict,
    readUnits,
    writeUnits,
  });
}

function indexKey(meta: Meta, what: string, property: unknown): Column {
  const column = columnNamed(meta, what, property);
  assertKeyType(meta.name, `the column "${column.property}", a key of ${what},`, column.codec.wire, false);
  assertIndexedName(meta, what, column);
  return column;
}

function projectionOf(meta: Meta, what: string, projection: unknown): Index["projection"] {
  if (projection === "all" || projection === "keys") return projection;
  if (Array.isArray(projection)) {
    const columns = projection.map((property) => columnNamed(meta, what, property));
    for (const column of columns) assertIndexedName(meta, what, column);
    return columns;
  }
  throw invalid(meta.name, `the projection of ${what} is ${print(projection)}, not "all", "keys" or columns`);
}

/** DynamoDB's limit is lower for names that an index contains. */
function assertIndexedName(meta: Meta, what: string, { property, storedName }: Column): void {
  const size = textSize(storedName);
  if (size <= maxKeyNameBytes) return;
  throw invalid(
    meta.name,
    `the column ${print(property)}, which ${what} has by name, is stored under a name of ${size} bytes; DynamoDB takes ${maxKeyNameBytes}`,
  );
}

export function assertIndexes(meta: Meta, indexes: readonly Index[]): void {
  for (const index of indexes) {
    const same = indexes.find((other) => other !== index && other.storedName === index.storedName);
    if (same !== undefined) {
      throw invalid(
        meta.name,
        `the indexes "${same.property}" and "${index.property}" are both stored as "${index.storedName}"`,
      );
    }
  }
  assertLocals(meta.name, indexes);
}
