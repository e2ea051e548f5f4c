/** `metadataOf()`: a model's declaration, for people who write generic code. Plain, frozen data. */

import type { KeyRole } from "../../types/type.js";
import type { Column } from "../column.js";
import type { AnyModel, StreamInclude } from "../infer.js";
import type { Index, Meta } from "../meta.js";
import { metaOf } from "../registry.js";
import { type TypeMetadata, typeReader, withDetails } from "./type-metadata.js";

export interface ColumnMetadata extends TypeMetadata {
  readonly property: string;
  readonly storedName: string;
  readonly key: KeyRole | undefined;
  /** Whether a stored item must have it. */
  readonly required: boolean;
  /** Whether it is the column that every write checks and raises. */
  readonly version: boolean;
  /** Undefined unless bloop computes it. */
  readonly computed: ComputedMetadata | undefined;
  readonly default: DefaultMetadata | undefined;
}

/** How bloop computes a column. */
export interface ComputedMetadata {
  /** The properties that it is computed from; none: it is set with every write. */
  readonly from: readonly string[];
}

/** The default of a column. */
export interface DefaultMetadata {
  /** Whether a function makes it, anew for each object. */
  readonly isFunction: boolean;
  /** The value, as a copy; undefined for a function's. */
  readonly value: unknown;
  /** Whether a load uses it, too. */
  readonly onLoad: boolean;
}

export interface IndexMetadata {
  readonly property: string;
  readonly storedName: string;
  readonly kind: "global" | "local";
  /** One column, or the up to four of a global index. */
  readonly hashKeys: readonly ColumnMetadata[];
  /** None, one column, or the up to four of a global index. */
  readonly rangeKeys: readonly ColumnMetadata[];
  readonly projection: "all" | "keys" | readonly ColumnMetadata[];
  /** The columns that a search of it can yield: those projected, and all keys. */
  readonly columns: readonly ColumnMetadata[];
  /** For a local index: false if columns outside the projection are fetched from the table. */
  readonly strict: boolean;
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
}

export interface ModelMetadata {
  readonly name: string;
  /** The declared model itself, even if a subclass was given. */
  readonly model: AnyModel;
  /** As declared; an engine may add a prefix or suffix. */
  readonly tableName: string;
  readonly columns: ReadonlyMap<string, ColumnMetadata>;
  readonly columnsByStoredName: ReadonlyMap<string, ColumnMetadata>;
  readonly hashKey: ColumnMetadata;
  readonly rangeKey: ColumnMetadata | undefined;
  /** The column that every write checks and raises. */
  readonly version: ColumnMetadata | undefined;
  readonly indexes: ReadonlyMap<string, IndexMetadata>;
  /** The images in the records of the table's stream; undefined: the model declares no stream. */
  readonly stream: readonly StreamInclude[] | undefined;
  /** The column that holds the time at which an item expires. */
  readonly ttl: ColumnMetadata | undefined;
  /** "provisioned" also if only units are declared. */
  readonly billing: "on_demand" | "provisioned" | undefined;
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
  readonly encryption: boolean | undefined;
  readonly backups: boolean | undefined;
}

/**
 * A model's whole declaration: names, columns with their types, keys, indexes, and the properties of its table.
 * Properties that it leaves open are undefined. Each call makes new data.
 *
 * @example
 * metadataOf(Account).hashKey.storedName; // "id"
 * metadataOf(Account).columns.get("tags")?.element?.type; // "string"
 */
export function metadataOf(model: AnyModel): ModelMetadata {
  const meta = metaOf(model);
  const read = columnReader(meta);
  const columns = meta.columns.map(read);
  const { stream, ttl, ...table } = meta.table;
  return Object.freeze({
    name: meta.name,
    model: meta.model,
    tableName: meta.tableName,
    columns: new Map(columns.map((column) => [column.property, column])),
    columnsByStoredName: new Map(columns.map((column) => [column.storedName, column])),
    hashKey: read(meta.hashKey),
    rangeKey: meta.rangeKey && read(meta.rangeKey),
    version: meta.version && read(meta.version),
    indexes: new Map(meta.indexes.map((index) => [index.property, indexMetadata(index, read)])),
    stream: stream && Object.freeze([...stream]),
    ttl: ttl && read(ttl),
    ...table,
  });
}

type ReadColumn = (column: Column) => ColumnMetadata;

/** Gives the same metadata for a column in each place: its own, as a key, and in indexes. */
function columnReader({ columns }: Meta): ReadColumn {
  const readType = typeReader();
  const known = new Map(columns.map((column) => [column, columnMetadata(column, readType(column.codec))]));
  return (column) => known.get(column) ?? columnMetadata(column, readType(column.codec));
}

function columnMetadata(column: Column, type: TypeMetadata): ColumnMetadata {
  const { property, storedName, key, required, version } = column;
  const computed = column.computed && Object.freeze({ from: Object.freeze([...(column.computed.sources ?? [])]) });
  return withDetails(type, { property, storedName, key, required, version, computed, default: defaultOf(column) });
}

function defaultOf({ makeDefault, isDefaultMade, loaded }: Column): DefaultMetadata | undefined {
  if (makeDefault === undefined) return undefined;
  return Object.freeze({
    isFunction: isDefaultMade,
    value: isDefaultMade ? undefined : makeDefault(),
    onLoad: loaded !== undefined,
  });
}

function indexMetadata(index: Index, read: ReadColumn): IndexMetadata {
  const { property, storedName, kind, strict, readUnits, writeUnits, projection } = index;
  return Object.freeze({
    property,
    storedName,
    kind,
    hashKeys: Object.freeze(index.hashKeys.map(read)),
    rangeKeys: Object.freeze(index.rangeKeys.map(read)),
    projection: typeof projection === "string" ? projection : Object.freeze(projection.map(read)),
    columns: Object.freeze([...index.columns].map(read)),
    strict,
    readUnits,
    writeUnits,
  });
}
