/** `metadataOf()`: what a model declares, for people who write generic code. Plain, frozen data. */

import type { KeyRole } from "../types/type.js";
import type { AnyWire } from "../wire/attribute.js";
import type { Column } from "./column.js";
import type { AnyModel } from "./infer.js";
import { type Index, metaOf } from "./meta.js";

export interface ColumnMetadata {
  readonly property: string;
  readonly storedName: string;
  /** The type's name, such as "string" or "list". */
  readonly type: string;
  /** DynamoDB's type descriptor of what it is stored as. */
  readonly wire: AnyWire;
  readonly key: KeyRole | undefined;
  readonly required: boolean;
}

export interface IndexMetadata {
  readonly property: string;
  readonly storedName: string;
  readonly kind: "global" | "local";
  readonly hashKey: ColumnMetadata;
  readonly rangeKey: ColumnMetadata | undefined;
  readonly projection: "all" | "keys" | readonly ColumnMetadata[];
}

export interface ModelMetadata {
  readonly name: string;
  /** The declared model itself, also where it was asked of a subclass. */
  readonly model: AnyModel;
  /** As declared; an engine may put something around it. */
  readonly tableName: string;
  readonly columns: ReadonlyMap<string, ColumnMetadata>;
  readonly columnsByStoredName: ReadonlyMap<string, ColumnMetadata>;
  readonly hashKey: ColumnMetadata;
  readonly rangeKey: ColumnMetadata | undefined;
  /** The column that every write checks and raises. */
  readonly version: ColumnMetadata | undefined;
  readonly indexes: ReadonlyMap<string, IndexMetadata>;
}

/**
 * What a model declares: names, columns, keys, indexes.
 *
 * @example
 * metadataOf(Account).hashKey.storedName; // "id"
 */
export function metadataOf(model: AnyModel): ModelMetadata {
  const meta = metaOf(model);
  const columns = new Map(meta.columns.map((column) => [column.property, columnMetadata(column)]));
  return {
    name: meta.name,
    model: meta.model,
    tableName: meta.tableName,
    columns,
    columnsByStoredName: new Map([...columns.values()].map((column) => [column.storedName, column])),
    hashKey: columnMetadata(meta.hashKey),
    rangeKey: meta.rangeKey === undefined ? undefined : columnMetadata(meta.rangeKey),
    version: meta.version === undefined ? undefined : columnMetadata(meta.version),
    indexes: new Map(meta.indexes.map((index) => [index.property, indexMetadata(index)])),
  };
}

function columnMetadata({ property, storedName, codec, key, required }: Column): ColumnMetadata {
  return { property, storedName, type: codec.name, wire: codec.wire, key, required };
}

function indexMetadata(index: Index): IndexMetadata {
  const { property, storedName, kind, projection } = index;
  return {
    property,
    storedName,
    kind,
    hashKey: columnMetadata(index.hashKey),
    rangeKey: index.rangeKey === undefined ? undefined : columnMetadata(index.rangeKey),
    projection: typeof projection === "string" ? projection : projection.map(columnMetadata),
  };
}
