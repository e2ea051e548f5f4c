/** The models of one table become one CreateTable request. Pure. */

import type { Column } from "../model/column.js";
import type { StreamInclude } from "../model/infer.js";
import type { Index, Meta } from "../model/meta.js";
import type {
  CreateTableRequest,
  IndexDefinition,
  IndexProjection,
  KeyElement,
  StreamViewType,
  Throughput,
} from "../wire/table.js";

/** Models that share a table, and the table's name for an engine. */
export interface TableModels {
  readonly tableName: string;
  readonly metas: readonly [Meta, ...Meta[]];
}

/** A table with all indexes of all its models; on demand unless one of them chooses otherwise. */
export function createTableRequest({ tableName, metas }: TableModels): CreateTableRequest {
  const [meta] = metas;
  const provisioned = metas.find(({ table }) => table.billing === "provisioned")?.table;
  const indexes = indexesOf(metas);
  const define = (index: Index) => indexDefinition(index, provisioned !== undefined);
  const globals = indexes.filter(({ kind }) => kind === "global").map(define);
  const locals = indexes.filter(({ kind }) => kind === "local").map(define);
  const stream = streamViewOf(metas);
  const encryption = metas.map(({ table }) => table.encryption).find((wanted) => wanted !== undefined);
  return {
    TableName: tableName,
    KeySchema: keySchema([meta.hashKey], meta.keys),
    AttributeDefinitions: attributeDefinitions(meta, indexes),
    BillingMode: provisioned === undefined ? "PAY_PER_REQUEST" : "PROVISIONED",
    ...(provisioned !== undefined && { ProvisionedThroughput: throughput(provisioned) }),
    ...(globals.length > 0 && { GlobalSecondaryIndexes: globals }),
    ...(locals.length > 0 && { LocalSecondaryIndexes: locals }),
    ...(stream !== undefined && { StreamSpecification: { StreamEnabled: true, StreamViewType: stream } }),
    ...(encryption !== undefined && { SSESpecification: { Enabled: encryption } }),
  };
}

/** The indexes of all models of a table. An index that several models declare appears once, with all their columns. */
export function indexesOf(metas: readonly Meta[]): Index[] {
  const byName = new Map<string, Index>();
  // A declared table has all of its indexes, whichever of its models are bound. Models know the types of their keys.
  const tables = [...new Set(metas.flatMap(({ shared }) => shared?.table ?? []))];
  const others = tables.flatMap(({ models, bare }) => [
    ...[...models.values()].flatMap(({ indexes }) => indexes),
    ...bare,
  ]);
  for (const index of [...metas.flatMap(({ indexes }) => indexes), ...others]) {
    const known = byName.get(index.storedName);
    byName.set(
      index.storedName,
      known === undefined ? index : { ...known, projection: widest(known.projection, index.projection) },
    );
  }
  return [...byName.values()];
}

function widest(left: Index["projection"], right: Index["projection"]): Index["projection"] {
  if (left === "all" || right === "all") return "all";
  if (left === "keys") return right;
  return right === "keys" ? left : [...left, ...right];
}

/** The stream view that holds everything the table's models include. */
export function streamViewOf(metas: readonly Meta[]): StreamViewType | undefined {
  const included = new Set<StreamInclude>(metas.flatMap(({ table }) => table.stream ?? []));
  if (included.has("new") && included.has("old")) return "NEW_AND_OLD_IMAGES";
  if (included.has("new")) return "NEW_IMAGE";
  if (included.has("old")) return "OLD_IMAGE";
  return included.has("keys") ? "KEYS_ONLY" : undefined;
}

/** The attributes of a key: those of the hash key come first. */
export function keySchema(hashKeys: readonly Column[], keys: readonly Column[]): KeyElement[] {
  return keys.map((key) => ({ AttributeName: key.storedName, KeyType: hashKeys.includes(key) ? "HASH" : "RANGE" }));
}

function attributeDefinitions(meta: Meta, indexes: readonly Index[]): CreateTableRequest["AttributeDefinitions"] {
  const keys = [...meta.keys, ...indexes.flatMap((index) => index.keys)];
  const types = new Map(keys.map(({ storedName, codec }) => [storedName, codec.wire as "S" | "N" | "B"]));
  return [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType }));
}

function indexDefinition(index: Index, provisioned: boolean): IndexDefinition {
  return {
    IndexName: index.storedName,
    KeySchema: keySchema(index.hashKeys, index.keys),
    Projection: projectionDefinition(index),
    ...(provisioned && index.kind === "global" && { ProvisionedThroughput: throughput(index) }),
  };
}

function projectionDefinition(index: Index): IndexProjection {
  if (index.projection === "all") return { ProjectionType: "ALL" };
  const names = projectedNames(index);
  return names.length === 0 ? { ProjectionType: "KEYS_ONLY" } : { ProjectionType: "INCLUDE", NonKeyAttributes: names };
}

/** The attributes that an index projects besides the keys, which it always holds. */
export function projectedNames({ projection, keys }: Index): string[] {
  if (typeof projection === "string") return [];
  // By name: if models share an index, each has its own columns for it.
  const keyNames = keys.map(({ storedName }) => storedName);
  const names = projection.flatMap(({ key, storedName }) =>
    key === undefined && !keyNames.includes(storedName) ? [storedName] : [],
  );
  return [...new Set(names)];
}

function throughput({
  readUnits,
  writeUnits,
}: {
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
}): Throughput {
  return { ReadCapacityUnits: readUnits ?? 1, WriteCapacityUnits: writeUnits ?? 1 };
}
