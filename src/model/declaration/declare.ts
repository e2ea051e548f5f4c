/** The checks of a declaration, each with its sentence, and the record of a valid one. */

import { makePlace } from "../../expression/place.js";
import { misfitOf, printPath } from "../../types/codec/context.js";
import { keyLoad } from "../../types/codec/spelling.js";
import { type AnyType, definition, definitionOf, type Shape, type Traits } from "../../types/type.js";
import { foreignHint } from "../../util/core.js";
import { didYouMean, print, printList } from "../../util/print.js";
import { maxKeyNameBytes } from "../../wire/limits.js";
import { textSize } from "../../wire/size.js";
import { type Column, isNeverStored, type LoadedDefault, makeProjection } from "../column.js";
import type { AnyModel } from "../infer.js";
import type { Meta } from "../meta.js";
import { assertIndexes, type DeclaredIndex, indexOf } from "./declare-index.js";
import { type DeclaredTable, tableOptionsOf } from "./declare-table.js";
import { assertKeyType, assertName, assertNames, assertObject, invalid, reserved } from "./refusal.js";

/** The options of model(), without their type parameters. */
export interface DeclaredOptions extends DeclaredTable {
  readonly indexes?: { readonly [property: string]: DeclaredIndex };
  readonly tableName?: string;
}

/** Every option of model(). */
export const optionNames: readonly string[] = [
  "indexes",
  "tableName",
  "stream",
  "ttl",
  "billing",
  "readUnits",
  "writeUnits",
  "encryption",
  "backups",
];
/** Checks a declaration and makes its record. `model` is the constructor of this record. */
export function declare(name: string, shape: Shape, options: DeclaredOptions, model: AnyModel): Meta {
  assertName("model", name);
  assertObject(name, "its options are", options);
  assertNames(name, options, optionNames, "option");
  if (options.tableName !== undefined && (typeof options.tableName !== "string" || options.tableName === "")) {
    throw invalid(name, `its tableName is ${print(options.tableName)}, not a text`);
  }
  const columns: Column[] = [];
  // The record is its columns' owner, so it is made before them.
  const meta = { name, model, tableName: options.tableName ?? name, columns } as Partial<Meta> as Meta;
  assertObject(name, "its columns are", shape);
  assertObject(name, "its indexes are", options.indexes ?? {});
  const indexKeys = new Set(
    Object.values(options.indexes ?? {}).flatMap((index) => [index?.hashKey ?? [], index?.rangeKey ?? []].flat()),
  );
  columns.push(
    ...Object.entries(shape).map(([property, type]) =>
      columnOf(meta, property, type, { isKey: indexKeys.has(property) }),
    ),
  );
  assertUnique(name, columns);
  const [hashKey, rangeKey] = [keyColumn(name, columns, "hash"), keyColumn(name, columns, "range")];
  if (hashKey === undefined) throw invalid(name, "it has no hash key; call hashKey() on the type of one column");
  const version = versionOf(name, columns);
  const computed = computedOf(name, columns);
  const byProperty = new Map(columns.map((column) => [column.property, column]));
  const keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
  Object.assign(meta, {
    byProperty,
    hashKey,
    rangeKey,
    keys,
    required: columns.filter(({ key, required }) => required && key === undefined),
    version,
    computed,
    whole: makeProjection(columns, true),
    byStoredName: new Map(columns.map((column) => [column.storedName, column])),
    identity: keys,
    shared: undefined,
  });
  const indexes = Object.entries(options.indexes ?? {}).map(([property, index]) => indexOf(meta, property, index));
  assertIndexes(meta, indexes);
  const keysOfIndexes = new Set(indexes.flatMap((index) => index.keys));
  return Object.freeze(
    Object.assign(meta, { indexes, indexKeys: keysOfIndexes, table: tableOptionsOf(meta, options) }),
  );
}

export function versionOf(name: string, columns: readonly Column[]): Column | undefined {
  const versions = columns.filter(({ version }) => version);
  if (versions.length <= 1) return versions[0];
  throw invalid(
    name,
    `it has ${versions.length} versions, ${printList(versions.map(({ property }) => property))}; a model has one`,
  );
}

/** The parts of a column's declaration besides its type. */
interface ColumnPlace {
  /** Whether it is a key of an index, or a part of a key: then a load keeps its spelling. */
  readonly isKey: boolean;
  /** Whether it is a part of the table's composed key, so that it is required. */
  readonly isPart?: boolean;
}

export function columnOf(meta: Meta, property: string, type: AnyType, place: ColumnPlace): Column {
  if (reserved.includes(property)) {
    throw invalid(
      meta.name,
      `a column can't be called "${property}"; give it another name, and the stored one with storedAs("${property}")`,
    );
  }
  if (typeof type !== "object" || type === null || !(definition in type)) {
    throw invalid(
      meta.name,
      `the column ${print(property)} is ${print(type)}, not a type such as string()`,
      foreignHint(type),
    );
  }
  const { codec, traits } = definitionOf(type);
  const { key } = traits;
  const storedName = traits.storedName ?? property;
  const nameSize = textSize(storedName);
  const longestName = key === undefined ? 65_535 : maxKeyNameBytes;
  if (nameSize === 0 || nameSize > longestName) {
    throw invalid(
      meta.name,
      `the column ${print(property)} is stored under a name of ${nameSize} bytes; DynamoDB takes 1 to ${longestName}`,
    );
  }
  if (key !== undefined) assertKeyType(meta.name, `the ${key} key ${print(property)}`, codec.wire, traits.nullable);
  const path = { owner: meta, local: [property], stored: [storedName] };
  const { makeDefault, version } = traits;
  const isRequired = traits.required || place.isPart === true;
  assertModifiers(meta.name, property, type, place);
  const loaded = loadedDefault(meta.name, property, type);
  return Object.freeze({
    property,
    storedName,
    codec,
    loaded,
    load: key === undefined && !place.isKey ? codec.load : keyLoad(codec),
    isStored: codec.isStored ?? isNeverStored,
    key,
    // If a load has a default, the attribute need not be stored.
    required: isRequired && loaded === undefined,
    makeDefault,
    isDefaultMade: traits.isDefaultMade,
    version,
    computed: traits.computed,
    path,
    place: makePlace(path, codec),
  });
}

function assertModifiers(model: string, property: string, type: AnyType, place: ColumnPlace): void {
  const { traits } = definitionOf(type);
  if (traits.version) assertVersion(model, property, traits);
  if (traits.computed !== undefined) assertComputed(model, property, traits, place);
  if (traits.makeDefault !== undefined) assertDefault(model, property, type);
}

/** Only bloop sets a version: no other modifier may affect it. */
function assertVersion(model: string, property: string, { key, nullable, makeDefault }: Traits): void {
  const odd = key !== undefined ? "a key" : nullable ? "nullable" : makeDefault !== undefined ? "given a default" : "";
  if (odd !== "") throw invalid(model, `the version column "${property}" is ${odd}, which a version can't be`);
}

/** Only bloop sets a computed column. The table's key names an item before anything is computed. */
function assertComputed(model: string, property: string, traits: Traits, { isPart }: ColumnPlace): void {
  const { key, version, required, makeDefault } = traits;
  const odd =
    key !== undefined || isPart === true
      ? "a part of the table's key"
      : version
        ? "the version"
        : required
          ? "required"
          : makeDefault !== undefined
            ? "given a default"
            : "";
  if (odd !== "")
    throw invalid(model, `the column "${property}" is computed and ${odd}, which a computed column can't be`);
}

/** The columns that are computed. Throws InvalidModel for a source that is not there, or is computed itself. */
export function computedOf(model: string, columns: readonly Column[]): readonly Column[] {
  const computed = columns.filter((column) => column.computed !== undefined);
  for (const { property, computed: { sources = [] } = {} } of computed) {
    for (const source of sources) {
      const found = columns.find((column) => column.property === source);
      const names = columns.map((column) => column.property);
      if (found === undefined)
        throw invalid(
          model,
          `"${property}" is computed from ${print(source)}, which is no column${didYouMean(source, names)}`,
        );
      if (found.computed !== undefined)
        throw invalid(model, `"${property}" is computed from "${source}", which is computed itself`);
    }
  }
  return computed;
}

/** A wrong default that is a value is found at once. That of a function is found when an object is made. */
function assertDefault(model: string, property: string, type: AnyType): void {
  const { codec, traits } = definitionOf(type);
  if (traits.defaultValue === undefined) return;
  try {
    codec.dump(traits.defaultValue, 1);
  } catch (error) {
    const { message, path } = misfitOf(error);
    throw invalid(model, `the default of ${printPath([property, ...path])} does not fit: ${message}`);
  }
}

function loadedDefault(model: string, property: string, type: AnyType): LoadedDefault | undefined {
  const { codec, traits } = definitionOf(type);
  const { makeDefault, onLoad, key } = traits;
  if (makeDefault === undefined || !onLoad) return undefined;
  if (key !== undefined)
    throw invalid(model, `the key column "${property}" has a default with onLoad; a key is always stored`);
  return { make: makeDefault, attribute: codec.dump(makeDefault(), 1) };
}

export function assertUnique(model: string, columns: readonly Column[]): void {
  const byName = new Map<string, Column>();
  for (const column of columns) {
    const other = byName.get(column.storedName);
    if (other !== undefined) {
      throw invalid(
        model,
        `the columns "${other.property}" and "${column.property}" are both stored as "${column.storedName}"`,
      );
    }
    byName.set(column.storedName, column);
  }
}

function keyColumn(model: string, columns: readonly Column[], role: "hash" | "range"): Column | undefined {
  const found = columns.filter(({ key }) => key === role);
  if (found.length <= 1) return found[0];
  throw invalid(
    model,
    `it has ${found.length} ${role} keys, ${printList(found.map(({ property }) => property))}; a table has one`,
  );
}
