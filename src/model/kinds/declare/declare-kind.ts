/** A model on a declared table: its kind, its composed keys and indexes, checked by themselves. */

import { type AnyType, definitionOf, type KeyRole, type Shape } from "../../../types/type.js";
import { print, printList } from "../../../util/print.js";
import { sameAttribute } from "../../../wire/same.js";
import { type Column, makeProjection } from "../../column.js";
import { assertUnique, columnOf, computedOf, versionOf } from "../../declaration/declare.js";
import { ttlProblem } from "../../declaration/declare-table.js";
import { assertIsOneOf, assertName, assertNames, assertObject, invalid } from "../../declaration/refusal.js";
import type { AnyModel } from "../../infer.js";
import type { ComposedKey, Kind, Meta, TableRecord } from "../../meta.js";
import { toldParts } from "../key/compose.js";
import { markerKind, uniqueColumnsOf } from "../key/unique.js";
import { kindOperations } from "../operations.js";
import { indexesOfKind } from "./declare-index.js";
import { hiddenColumn } from "./hidden.js";
import { keyColumn, type Reading } from "./key-column.js";
import { declaredKeyOf } from "./template.js";

/** The options of a table's model(), without their type parameters. */
export interface DeclaredKind {
  readonly key?: { readonly [attribute: string]: unknown };
  readonly indexes?: { readonly [property: string]: { readonly [name: string]: unknown } };
  readonly kind?: unknown;
  readonly missing?: boolean;
  readonly view?: boolean;
  readonly unique?: unknown;
}

const optionNames = ["key", "indexes", "kind", "missing", "view", "unique"];

/** Checks a declaration and makes its record. `model` is the constructor of this record. */
export function declareKind(
  name: string,
  shape: Shape,
  options: DeclaredKind,
  { model, table }: { readonly model: AnyModel; readonly table: TableRecord },
): Meta {
  assertName("model", name);
  assertObject(name, "its options are", options);
  assertNames(name, options, optionNames, "option");
  assertIsOneOf(name, "view", options.view, [true, false]);
  assertIsOneOf(name, "missing", options.missing, [true, false]);
  assertObject(name, "its columns are", shape);
  assertObject(name, "its key is", options.key ?? {});
  assertObject(name, "its indexes are", options.indexes ?? {});
  const columns: Column[] = [];
  const meta = { name, model, tableName: table.name, columns } as Partial<Meta> as Meta;
  const partsOfTable = partNames(Object.values(options.key ?? {}));
  const partsOfIndexes = partNames(Object.values(options.indexes ?? {}).flatMap((index) => Object.values(index ?? {})));
  const indexAttributes = new Set(
    [...table.indexes.values()].flatMap(({ hashKeys, rangeKeys }) => [...hashKeys, ...rangeKeys]),
  );
  for (const [property, type] of Object.entries(shape)) {
    const storedName = storedNameOf(property, type);
    const isPart = partsOfTable.has(property);
    const isKey = isPart || partsOfIndexes.has(property) || indexAttributes.has(storedName);
    columns.push(columnOf(meta, property, type, { isKey, isPart }));
  }
  assertUnique(name, columns);
  for (const { key, property, storedName } of columns) assertRole(name, table, { key, property, storedName });
  Object.assign(meta, {
    byProperty: new Map(columns.map((column) => [column.property, column])),
    byStoredName: new Map(columns.map((column) => [column.storedName, column])),
    required: columns.filter(({ key, required }) => required && key === undefined),
    version: versionOf(name, columns),
    computed: computedOf(name, columns),
    whole: makeProjection(columns, true),
  });
  const reading = { meta, shape, table, kind: kindOf(meta, table, options), composed: new Map<string, ComposedKey>() };
  return finish(reading, options);
}

function finish(reading: Reading, options: DeclaredKind): Meta {
  const { meta, table, kind, composed } = reading;
  const given = options.key ?? {};
  assertNames(meta.name, given, namesOf([table.hashKey, table.rangeKey]), "attribute of its key");
  const keyOf = (attribute: string, role: KeyRole) =>
    keyColumn(reading, attribute, { role, spec: given[attribute], of: "the table's key", isTable: true });
  const hashKey = keyOf(table.hashKey, "hash");
  const rangeKey = table.rangeKey === undefined ? undefined : keyOf(table.rangeKey, "range");
  const keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
  const tableKeys = keys.flatMap(({ storedName }) => composed.get(storedName) ?? []);
  const identity = [...new Set(keys.flatMap((key) => composed.get(key.storedName)?.parts ?? [key]))];
  Object.assign(meta, { hashKey, rangeKey, keys, identity });
  const indexes = indexesOfKind(reading, options.indexes ?? {});
  const natives = indexes.flatMap((index) => index.keys);
  const hidden = new Set([...composed.keys(), ...(kind?.attributes ?? []).map(({ column }) => column.storedName)]);
  const clash = meta.columns.find(({ storedName }) => hidden.has(storedName));
  if (clash !== undefined) {
    throw invalid(
      meta.name,
      `the column "${clash.property}" is stored as "${clash.storedName}", which bloop writes by itself`,
    );
  }
  return Object.freeze(
    Object.assign(meta, {
      indexes,
      indexKeys: new Set(natives.filter((column) => meta.columns.includes(column))),
      table: { ...tableOptions(table), ttl: ttlColumn(reading) },
      shared: Object.freeze({
        does: kindOperations,
        table,
        kind,
        isView: options.view === true,
        composed: new Map([...composed.values()].map((key) => [key.column, key])),
        tableKeys,
        indexKeys: [...composed.values()].filter((key) => !tableKeys.includes(key) && !isKind(kind, key)),
        parts: new Set(identity.filter(({ key }) => key === undefined)),
        told: new Set(tableKeys.flatMap(toldParts)),
        hidden,
        unique: uniqueColumnsOf(reading, options.unique),
      }),
    }),
  );
}

/** An index whose key is the kind: every write stores that already. */
function isKind(kind: Kind | undefined, { column }: ComposedKey): boolean {
  return kind?.attributes.some((attribute) => attribute.column.storedName === column.storedName) === true;
}

function namesOf(names: readonly (string | undefined)[]): string[] {
  return names.flatMap((name) => name ?? []);
}

/** The columns that templates name, whether they are there or not. */
function partNames(specs: readonly unknown[]): Set<string> {
  return new Set(
    specs.flatMap((spec) => {
      if (typeof spec === "string") return [spec];
      return declaredKeyOf(spec)?.pieces.flatMap((piece) => ("column" in piece ? [piece.column] : [])) ?? [];
    }),
  );
}

function storedNameOf(property: string, type: AnyType): string {
  try {
    return definitionOf(type).traits.storedName ?? property;
  } catch {
    // columnOf() gives the reason.
    return property;
  }
}

function roleOf({ hashKey, rangeKey }: TableRecord, storedName: string): KeyRole | undefined {
  if (storedName === hashKey) return "hash";
  return storedName === rangeKey ? "range" : undefined;
}

function assertRole(
  name: string,
  table: TableRecord,
  { key, property, storedName }: Pick<Column, "key" | "property" | "storedName">,
): void {
  const role = roleOf(table, storedName);
  if (role === key) return;
  if (role !== undefined) {
    throw invalid(
      name,
      `the column "${property}" is stored as "${storedName}", the table's ${role} key; call ${role}Key() on it`,
    );
  }
  const wanted = key === "hash" ? table.hashKey : table.rangeKey;
  throw invalid(
    name,
    `the ${key} key "${property}" is stored as "${storedName}", and that of the table "${table.name}" is ${wanted === undefined ? "not there" : `"${wanted}"; use storedAs("${wanted}"), or the option key`}`,
  );
}

function kindOf(meta: Meta, { kinds, name }: TableRecord, { view, kind, missing }: DeclaredKind): Kind | undefined {
  const isPlain = view === true || kinds.length === 0;
  if (isPlain && (kind !== undefined || missing === true)) {
    const option = kind === undefined ? "missing" : "kind";
    const reason =
      view === true ? "it is a view, which has no kind" : `the table "${name}" declares no attribute of kinds`;
    throw invalid(meta.name, `it has the option ${option}, and ${reason}`);
  }
  if (isPlain) return undefined;
  const values = kindValues(meta, kinds, kind);
  const attributes = kinds.map((storedName) => {
    const S = values[storedName];
    if (typeof S !== "string" || S === "" || !S.isWellFormed())
      throw invalid(
        meta.name,
        `its kind is ${print(S)} in "${storedName}", which takes a well-formed text that is not empty`,
      );
    if (sameAttribute({ S }, markerKind))
      throw invalid(meta.name, `its kind is ${print(S)}, which bloop gives to markers`);
    return { column: hiddenColumn(meta, storedName, {}), value: { S } };
  });
  return { attributes, missing: missing === true };
}

function kindValues(meta: Meta, kinds: readonly string[], kind: unknown): { readonly [name: string]: unknown } {
  const [first = ""] = kinds;
  if (typeof kind !== "object" || kind === null) {
    if (kinds.length === 1) return { [first]: kind === undefined ? meta.name : kind };
    throw invalid(meta.name, `its kind is an object of ${printList(kinds)}, by which its table tells kinds apart`);
  }
  assertNames(meta.name, kind, kinds, "attribute of its kind");
  return { ...kind };
}

function tableOptions({
  stream,
  billing,
  readUnits,
  writeUnits,
  encryption,
  backups,
}: TableRecord): Omit<Meta["table"], "ttl"> {
  return { stream, billing, readUnits, writeUnits, encryption, backups };
}

/** One attribute for all kinds, whether a kind has a column of it or not. */
function ttlColumn({ meta, table: { ttl }, composed }: Reading): Column | undefined {
  if (ttl === undefined) return undefined;
  const own = meta.byStoredName.get(ttl);
  const column = own ?? composed.get(ttl)?.column;
  if (column === undefined) return hiddenColumn(meta, ttl, {});
  const problem = ttlProblem(column);
  if (problem === undefined) return column;
  const what = own === undefined ? `the key "${ttl}"` : `the column "${own.property}", stored as "${ttl}",`;
  throw invalid(meta.name, `${what} is the table's time to live, and it ${problem}`);
}
