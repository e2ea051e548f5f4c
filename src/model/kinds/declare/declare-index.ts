/** The indexes of a kind: those of its table, with the keys that its items have there. */

import { print, printList } from "../../../util/print.js";
import { type Column, makeProjection } from "../../column.js";
import { assertKeyType, assertNames, assertObject, invalid, reserved } from "../../declaration/refusal.js";
import type { Index, TableIndex, TableRecord } from "../../meta.js";
import { tellsParts } from "../key/compose.js";
import { hiddenColumn } from "./hidden.js";
import { keyColumn, type Reading } from "./key-column.js";

type Declared = { readonly [property: string]: { readonly [name: string]: unknown } };

export function indexesOfKind(reading: Reading, declared: Declared): Index[] {
  return Object.entries(declared).map(([property, options]) => indexOf(reading, property, options));
}

function indexOf(reading: Reading, property: string, options: Declared[string]): Index {
  const { meta, table } = reading;
  const what = `the index ${print(property)}`;
  if (reserved.includes(property)) throw invalid(meta.name, `an index can't be called "${property}"`);
  if (meta.byProperty.has(property)) throw invalid(meta.name, `"${property}" is both a column and an index`);
  assertObject(meta.name, `${what} is`, options);
  const on = tableIndex(meta.name, table, what, options);
  const attributes = [...on.hashKeys, ...on.rangeKeys];
  const composable = attributes.filter((attribute) => attribute !== table.hashKey && attribute !== table.rangeKey);
  assertNames(meta.name, options, ["on", ...composable], `option of ${what}`);
  const keyOf = (attribute: string, role: "hash" | "range") =>
    indexKey(reading, attribute, { role, spec: options[attribute], of: what });
  const hashKeys = on.hashKeys.map((attribute) => keyOf(attribute, "hash"));
  const rangeKeys = on.rangeKeys.map((attribute) => keyOf(attribute, "range"));
  const index = {
    property,
    storedName: on.name,
    kind: on.kind,
    hashKeys,
    rangeKeys,
    keys: [...hashKeys, ...rangeKeys],
    readUnits: on.readUnits,
    writeUnits: on.writeUnits,
  };
  return Object.freeze({ ...index, strict: true, ...projected(reading, what, on, index) });
}

function tableIndex(model: string, table: TableRecord, what: string, options: Declared[string]): TableIndex {
  const { on } = options;
  const found = typeof on === "string" ? table.indexes.get(on) : undefined;
  if (found !== undefined) return found;
  const names = [...table.indexes.keys()];
  const has = names.length === 0 ? "none" : printList(names, "or");
  throw invalid(model, `${what} is on ${print(on)}, and the table "${table.name}" declares ${has}`);
}

function indexKey(
  reading: Reading,
  attribute: string,
  place: { readonly role: "hash" | "range"; readonly spec: unknown; readonly of: string },
): Column {
  const { meta } = reading;
  const ofTable = meta.keys.find(({ storedName }) => storedName === attribute);
  if (ofTable !== undefined) return ofTable;
  const column = keyColumn(reading, attribute, { ...place, isTable: false });
  assertKeyType(meta.name, `the column "${column.property}", a key of ${place.of},`, column.codec.wire, false);
  return column;
}

/** The columns that a search of an index can yield, and those that its filter can use. */
function projected(
  { meta, kind, composed }: Reading,
  what: string,
  on: TableIndex,
  index: Pick<Index, "keys">,
): Pick<Index, "projection" | "columns" | "whole" | "filterable"> {
  const keys = [...new Set([...meta.keys, ...index.keys])];
  const names = new Set([
    ...keys.map(({ storedName }) => storedName),
    ...(Array.isArray(on.projection) ? on.projection : []),
  ]);
  const isStored = (storedName: string) => on.projection === "all" || names.has(storedName);
  const filterable = new Set(meta.columns.filter(({ storedName }) => isStored(storedName)));
  const told = keys.flatMap((column) => {
    const key = composed.get(column.storedName);
    return key !== undefined && tellsParts(key) ? key.parts : [];
  });
  const columns = new Set([...meta.columns].filter((column) => filterable.has(column) || told.includes(column)));
  const unseen = meta.identity.find((column) => !columns.has(column));
  if (unseen !== undefined) {
    throw invalid(
      meta.name,
      `${what} does not project "${unseen.storedName}", and the table's key does not tell it, so that a search could not say which item it found`,
    );
  }
  const untold = kind?.attributes.find(({ column }) => !isStored(column.storedName));
  if (untold !== undefined) {
    throw invalid(
      meta.name,
      `${what} does not project "${untold.column.storedName}", by which kinds are told apart, so that a search would find other kinds' items`,
    );
  }
  const projection =
    typeof on.projection === "string"
      ? on.projection
      : on.projection.map((name) => meta.byStoredName.get(name) ?? hiddenColumn(meta, name, {}));
  return { projection, columns, filterable, whole: makeProjection(columns, on.projection === "all") };
}
