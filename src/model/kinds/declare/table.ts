/** `table()`: a table of several kinds of items. Its declaration has everything that belongs to the table itself. */

import type { Shape } from "../../../types/type.js";
import { print } from "../../../util/print.js";
import { checkedTable, type DeclaredTable } from "../../declaration/declare-table.js";
import { assertIndexUnits, assertLocals, indexKeyOf } from "../../declaration/index-key.js";
import { makeModel } from "../../declaration/model.js";
import {
  assertIsOneOf,
  assertName,
  assertNames,
  assertObject,
  type Declared,
  invalid,
} from "../../declaration/refusal.js";
import type { StreamInclude } from "../../infer.js";
import type { Index, Meta, TableIndex, TableRecord } from "../../meta.js";
import { join } from "../apart.js";
import { type DeclaredKind, declareKind } from "./declare-kind.js";
import { hiddenColumn } from "./hidden.js";
import type { KindModel, KindOptions, OptionsCheck, PartColumn, Table, TableDeclaration, TableTypes } from "./infer.js";

const optionNames = [
  "hashKey",
  "rangeKey",
  "kind",
  "indexes",
  "ttl",
  "stream",
  "billing",
  "readUnits",
  "writeUnits",
  "encryption",
  "backups",
];
const indexOptionNames = ["hashKey", "rangeKey", "projection", "readUnits", "writeUnits"];

/**
 * Declares a table that several models share: the names of its key attributes, the attribute that tells its kinds apart,
 * its indexes, time to live and stream. Its `model()` declares the models. Throws InvalidModel for a bad declaration.
 *
 * @example
 * const Shop = table("shop", {
 *   hashKey: "pk",
 *   rangeKey: "sk",
 *   kind: "_type",
 *   indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } },
 * });
 * const Order = Shop.model("Order", { customerId: uuid(), id: string(), total: number() }, {
 *   key: { pk: key`CUSTOMER#${"customerId"}`, sk: key`ORDER#${"id"}` },
 * });
 */
export function table<const D extends TableDeclaration, const I extends StreamInclude = never>(
  name: string,
  declaration: D & { stream?: { include: readonly I[] } },
): Table<TableTypes<D, I>> {
  const record = recordOf(name, declaration);
  const made: Table<TableTypes<D, I>> = Object.freeze({
    name: record.name,
    model: <M extends string, S extends Shape, O extends KindOptions<TableTypes<D, I>, PartColumn<S>>>(
      kind: M,
      columns: S,
      options: O & OptionsCheck<TableTypes<D, I>, S, O>,
    ) =>
      makeModel<KindModel<M, S, TableTypes<D, I>, O>>(kind, (model) =>
        declared(kind, columns, options as DeclaredKind, { model, table: record }),
      ),
  }) as Partial<Table<TableTypes<D, I>>> as Table<TableTypes<D, I>>;
  return made;
}

function declared(...given: Parameters<typeof declareKind>): Meta {
  const meta = declareKind(...given);
  join(meta);
  return meta;
}

/** A declaration without its type parameters. */
interface AnyDeclaration extends Omit<DeclaredTable, "ttl"> {
  readonly hashKey?: unknown;
  readonly rangeKey?: unknown;
  readonly kind?: unknown;
  readonly indexes?: unknown;
  readonly ttl?: unknown;
}

function recordOf(name: string, declaration: AnyDeclaration): TableRecord {
  const subject: Declared = { table: name };
  assertName("table", name);
  assertObject(subject, "its declaration is", declaration);
  assertNames(subject, declaration, optionNames, "option");
  const hashKey = attributeName(subject, "its hashKey", declaration.hashKey);
  const rangeKey =
    declaration.rangeKey === undefined ? undefined : attributeName(subject, "its rangeKey", declaration.rangeKey);
  if (hashKey === rangeKey) throw invalid(subject, `"${hashKey}" is both of its keys`);
  const ttl = declaration.ttl === undefined ? undefined : attributeName(subject, "its ttl", declaration.ttl);
  const kinds = kindsOf(subject, declaration.kind);
  if (ttl !== undefined && kinds.includes(ttl))
    throw invalid(subject, `"${ttl}" is both its kind, a text, and its time to live, a number`);
  const keys = { hashKey, rangeKey };
  assertObject(subject, "its indexes are", declaration.indexes ?? {});
  const indexes = new Map(
    Object.entries((declaration.indexes ?? {}) as { readonly [index: string]: object }).map(([index, options]) => [
      index,
      indexOf(subject, index, options, keys),
    ]),
  );
  assertLocals(subject, [...indexes.values()]);
  return Object.freeze({
    name,
    ...keys,
    kinds,
    indexes,
    bare: [...indexes.values()].map((index) => bareIndex(name, keys, index)),
    ttl,
    ...checkedTable(subject, declaration),
    models: new Map<string, Meta>(),
    decisive: new Map<object, boolean>(),
  });
}

function attributeName(subject: Declared, what: string, name: unknown): string {
  if (typeof name === "string" && name !== "" && Buffer.byteLength(name) <= 255) return name;
  throw invalid(subject, `${what} is ${print(name)}, not the name of an attribute`);
}

function kindsOf(subject: Declared, kind: unknown): readonly string[] {
  if (kind === undefined) return [];
  const names: readonly unknown[] = Array.isArray(kind) ? kind : [kind];
  if (names.length === 0)
    throw invalid(subject, "its kind names no attribute; leave it out if keys tell its kinds apart");
  const found = names.map((name) => attributeName(subject, "its kind", name));
  if (new Set(found).size === found.length) return found;
  throw invalid(subject, "its kind names an attribute twice");
}

type Keys = Pick<TableRecord, "hashKey" | "rangeKey">;

function indexOf(subject: Declared, name: string, options: object, keys: Keys): TableIndex {
  const what = `the index ${print(name)}`;
  if (!/^[A-Za-z0-9_.-]{3,255}$/.test(name))
    throw invalid(
      subject,
      `${what} has a name that DynamoDB does not take: 3 to 255 letters, digits, "_", "." and "-"`,
    );
  assertObject(subject, `${what} is`, options);
  assertNames(subject, options, indexOptionNames, `option of ${what}`);
  const given: { readonly [option: string]: unknown } = { ...options };
  const table = { hashKey: keys.hashKey, hasRangeKey: keys.rangeKey !== undefined };
  const { kind, hashNames, rangeNames } = indexKeyOf(subject, what, given, table);
  const hashKeys = hashNames.map((attribute) => attributeName(subject, `the hashKey of ${what}`, attribute));
  const rangeKeys = rangeNames.map((attribute) => attributeName(subject, `the rangeKey of ${what}`, attribute));
  const units = {
    readUnits: given["readUnits"] as number | undefined,
    writeUnits: given["writeUnits"] as number | undefined,
  };
  assertIndexUnits(subject, what, { kind, ...units });
  const projection = projectionOf(subject, what, given["projection"]);
  const key = { hashKeys: kind === "local" ? [keys.hashKey] : hashKeys, rangeKeys };
  return Object.freeze({ name, kind, ...key, projection, ...units });
}

function projectionOf(subject: Declared, what: string, projection: unknown): TableIndex["projection"] {
  if (Array.isArray(projection))
    return projection.map((name) => attributeName(subject, `the projection of ${what}`, name));
  if (projection === undefined)
    throw invalid(subject, `${what} has no projection: "all", "keys" or names of attributes`);
  assertIsOneOf(subject, `the projection of ${what}`, projection, ["all", "keys"]);
  return projection as "all" | "keys";
}

/** An index as bind() makes it if no bound model has it. */
function bareIndex(name: string, keys: Keys, index: TableIndex): Index {
  const columnOf = (attribute: string) => {
    const key = attribute === keys.hashKey ? "hash" : attribute === keys.rangeKey ? "range" : undefined;
    return hiddenColumn({ name }, attribute, { key });
  };
  const { projection } = index;
  const [hashKeys, rangeKeys] = [index.hashKeys.map(columnOf), index.rangeKeys.map(columnOf)];
  const columns = new Set(typeof projection === "string" ? [] : projection.map(columnOf));
  return Object.freeze({
    property: index.name,
    storedName: index.name,
    kind: index.kind,
    hashKeys,
    rangeKeys,
    keys: [...hashKeys, ...rangeKeys],
    projection: typeof projection === "string" ? projection : [...columns],
    columns,
    whole: { columns: [...columns], known: columns, whole: false },
    strict: true,
    readUnits: index.readUnits,
    writeUnits: index.writeUnits,
  });
}
