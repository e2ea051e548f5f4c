/** Which model a record of an event is of, and how it is loaded. */

import { makeRecordSource, streamedTable } from "../engine/stream.js";
import { InvalidOption } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import { metaOf } from "../model/registry.js";
import type { Context } from "../operation/context.js";
import type { RecordOptions } from "../operation/options.js";
import type { Delivery } from "../stream/reading/reading.js";
import { type LoadedRecord, refusalOf } from "../stream/record.js";
import { print, printList } from "../util/print.js";
import { canonicalKey } from "../wire/canonical.js";
import { sequenceNumberOf, tableOf, wireRecordOf } from "./event.js";
import type { LambdaRecord } from "./infer.js";

/** A table, and the models that its records are loaded as. */
interface Route {
  readonly tableName: string;
  /** The names of the models, for messages. */
  readonly modelName: string;
  /** None for a record of another kind of items than the models'. */
  read(delivery: Delivery): readonly LoadedRecord[];
  /** The stored names of the table's key. */
  readonly keys: readonly string[];
}

/** By the names of the tables. */
export type Routes = ReadonlyMap<string, Route>;

/** Throws InvalidStream for a model that declares no stream, and for two of one table that records don't tell apart. */
export function makeRoutes(context: Context, models: readonly AnyModel[], settings: RecordOptions): Routes {
  const byTable = new Map<string, AnyModel[]>();
  for (const model of models) {
    const tableName = streamedTable(context, model);
    byTable.set(tableName, [...(byTable.get(tableName) ?? []), model]);
  }
  const routes = new Map<string, Route>();
  for (const [tableName, [first, ...others]] of byTable) {
    if (first === undefined) continue;
    const keys = metaOf(first).keys.map(({ storedName }) => storedName);
    routes.set(tableName, { tableName, keys, ...makeRecordSource(context, [first, ...others], settings) });
  }
  return routes;
}

/**
 * The route of a record, by its stream's ARN. A record without one, as in an event that was written by hand, is of the
 * only table that there is. Throws InvalidOption for one of another table, which nobody would handle.
 */
export function routeOf(routes: Routes, record: LambdaRecord): Route {
  const tableName = tableOf(record);
  const [only, ...others] = routes.values();
  const route = tableName === undefined ? only : routes.get(tableName);
  if (route !== undefined && (tableName !== undefined || others.length === 0)) return route;
  const found = tableName === undefined ? "no table" : `the table ${print(tableName)}`;
  throw new InvalidOption(
    `A record of the event is of ${found} (its eventSourceARN says so), and the models are of ${printList([...routes.keys()])}. A model's table is named by its tableName and that of the engine.`,
  );
}

/** Equal for records of one item, which have to be handled in their order. Undefined for a record that has no key. */
export function lineOf({ tableName, keys }: Route, { dynamodb }: LambdaRecord): string | undefined {
  const { Keys } = dynamodb ?? {};
  return typeof Keys === "object" && Keys !== null ? `${tableName}/${canonicalKey({ ...Keys }, keys)}` : undefined;
}

/**
 * A record for each model that it is of: where an item of one kind replaces one of another, it is a removal and an
 * insertion. None if no model is concerned. Throws InvalidRecord for a record that can't be loaded, or is none.
 */
export function loadRouted({ modelName, read }: Route, raw: LambdaRecord): readonly LoadedRecord[] {
  try {
    return read({ shardId: "", record: wireRecordOf(raw) });
  } catch (cause) {
    const sequenceNumber = sequenceNumberOf(raw) ?? "";
    const which = sequenceNumber || "without a SequenceNumber";
    throw refusalOf(cause, { modelName, shardId: "", sequenceNumber, record: raw, which });
  }
}
