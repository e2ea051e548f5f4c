/** Declared models against a described table: every difference, as a sentence. Pure. */

import type { Index, Meta } from "../model/meta.js";
import type { DescribedIndex, DescribedTable } from "../wire/table.js";
import { createTableRequest, indexesOf, keySchema, projectedNames, streamViewOf, type TableModels } from "./request.js";

/** Facts about a table that DescribeTable does not give. Undefined: not asked for. */
export interface TableExtras {
  readonly ttl?: string | undefined;
  readonly backups?: boolean | undefined;
  /** Time to live is off, and bind left it off because the table may hold items. */
  readonly isTtlLeftOff?: boolean | undefined;
  /** Facts that the server does not support: they are never a difference. */
  readonly unknown?: { readonly ttl: boolean; readonly backups: boolean } | undefined;
}

/**
 * The differences between the models and the table. The table may have more indexes than they declare, and wider ones.
 */
export function compareTable({ metas }: TableModels, table: DescribedTable, extras: TableExtras): string[] {
  return [
    ...metas.flatMap((meta) => compareKeys(meta, table)),
    ...indexesOf(metas).flatMap((index) => compareIndex(index, table)),
    ...compareStream(metas, table),
    ...metas.flatMap((meta) => compareOptions(meta, table, extras)),
  ];
}

function compareKeys(meta: Meta, table: DescribedTable): string[] {
  const [wanted, actual] = [printSchema(keySchema([meta.hashKey], meta.keys)), printSchema(table.KeySchema)];
  if (wanted !== actual) return [`The model ${meta.name} has the key ${wanted}, and the table has ${actual}.`];
  return meta.keys.flatMap(({ storedName, codec }) =>
    compareKeyType(`The key "${storedName}"`, storedName, codec.wire, table),
  );
}

function compareKeyType(what: string, storedName: string, wire: string, table: DescribedTable): string[] {
  const actual = table.AttributeDefinitions?.find(({ AttributeName }) => AttributeName === storedName)?.AttributeType;
  return actual === wire ? [] : [`${what} is ${wire} in the model, and ${actual ?? "not defined"} in the table.`];
}

function compareIndex(index: Index, table: DescribedTable): string[] {
  const { what, actual } = describedIndex(index, table);
  if (actual === undefined) return [`${what} is not there.`];
  const differences = compareIndexKey(index, table);
  return differences.length > 0
    ? differences
    : [...compareProjection(what, index, actual), ...compareUnits(what, index, actual)];
}

function describedIndex({ kind, storedName }: Index, table: DescribedTable) {
  const described = kind === "global" ? table.GlobalSecondaryIndexes : table.LocalSecondaryIndexes;
  const actual = described?.find(({ IndexName }) => IndexName === storedName);
  return { what: `The ${kind} index "${storedName}"`, actual };
}

function compareIndexKey(index: Index, table: DescribedTable): string[] {
  const { hashKeys, keys, storedName } = index;
  const { what, actual } = describedIndex(index, table);
  const [wantedKey, actualKey] = [printSchema(keySchema(hashKeys, keys)), printSchema(actual?.KeySchema)];
  if (wantedKey !== actualKey) return [`${what} has the key ${wantedKey} in the model, and ${actualKey} in the table.`];
  return keys.flatMap((key) =>
    compareKeyType(`The key "${key.storedName}" of the index "${storedName}"`, key.storedName, key.codec.wire, table),
  );
}

function compareProjection(what: string, index: Index, actual: DescribedIndex): string[] {
  const { ProjectionType, NonKeyAttributes } = actual.Projection ?? {};
  if (ProjectionType === "ALL") return [];
  if (index.projection === "all")
    return [`${what} projects all attributes in the model, and ${ProjectionType ?? "nothing"} in the table.`];
  const missing = projectedNames(index).filter((name) => !NonKeyAttributes?.includes(name));
  return missing.map((name) => `${what} does not project "${name}" in the table.`);
}

type Units = { readonly readUnits: number | undefined; readonly writeUnits: number | undefined };

function compareUnits(what: string, wanted: Units, actual: DescribedIndex | DescribedTable): string[] {
  const { ReadCapacityUnits, WriteCapacityUnits } = actual.ProvisionedThroughput ?? {};
  return [
    ...compareValue(`${what} has read units`, wanted.readUnits, ReadCapacityUnits),
    ...compareValue(`${what} has write units`, wanted.writeUnits, WriteCapacityUnits),
  ];
}

function compareStream(metas: readonly Meta[], table: DescribedTable): string[] {
  const wanted = streamViewOf(metas);
  if (wanted === undefined) return [];
  const { StreamEnabled, StreamViewType } = table.StreamSpecification ?? {};
  if (StreamEnabled !== true) return [`The model has a stream of ${wanted}, and the table has no stream.`];
  const enough = StreamViewType === wanted || StreamViewType === "NEW_AND_OLD_IMAGES" || wanted === "KEYS_ONLY";
  return enough ? [] : [`The table's stream holds ${StreamViewType}, and the model needs ${wanted}.`];
}

function compareOptions(meta: Meta, table: DescribedTable, extras: TableExtras): string[] {
  const { ttl, billing, encryption, backups } = meta.table;
  const mode = table.BillingModeSummary?.BillingMode === "PAY_PER_REQUEST" ? "on_demand" : "provisioned";
  return [
    ...compareValue("The table is billed", billing, mode),
    ...compareUnits("The table", meta.table, table),
    ...compareValue("The table's encryption with KMS is", encryption, table.SSEDescription?.Status === "ENABLED"),
    ...(extras.unknown?.ttl === true ? [] : compareTtl(ttl?.storedName, extras)),
    ...(extras.unknown?.backups === true
      ? []
      : compareValue("The table's continuous backups are", backups, extras.backups)),
  ];
}

function compareTtl(wanted: string | undefined, { ttl, isTtlLeftOff }: TableExtras): string[] {
  const differences = compareValue("The table's time to live is in", wanted, ttl);
  if (differences.length === 0 || isTtlLeftOff !== true) return differences;
  return [
    ...differences,
    `The table is not new, and is left without: DynamoDB would delete each item that has a number of the past in "${wanted}". Name the model in bind()'s turnOnTtl to turn it on.`,
  ];
}

/** A property that a model leaves open is never a difference. */
function compareValue(what: string, wanted: unknown, actual: unknown): string[] {
  return wanted === undefined || wanted === actual
    ? []
    : [`${what}: ${String(wanted)} in the model, ${String(actual ?? "nothing")} in the table.`];
}

function printSchema(schema: DescribedIndex["KeySchema"]): string {
  return `(${(schema ?? []).map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`).join(", ")})`;
}

/** Contradictions between models of one table: found before the table is made. */
export function compareModels(models: TableModels): string[] {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes } = createTableRequest(models);
  const table: DescribedTable = { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, LocalSecondaryIndexes };
  const keyDifferences = models.metas.flatMap((meta) => compareKeys(meta, table));
  return [
    ...keyDifferences,
    ...models.metas.flatMap(({ indexes }) => indexes.flatMap((index) => compareIndexKey(index, table))),
  ];
}
