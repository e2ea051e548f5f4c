/** Which model a record of an event is of, and how it is loaded. */

import { makeRecordLoader } from "../engine/stream.js";
import { BloopError, InvalidOption, InvalidRecord } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import { metaOf } from "../model/meta.js";
import type { Context, InvalidPolicy } from "../operation/context.js";
import type { Delivery } from "../stream/reading.js";
import type { LoadedRecord } from "../stream/record.js";
import { print, printList } from "../util/print.js";
import { canonicalKey } from "../wire/canonical.js";
import { sequenceNumberOf, tableOf, wireRecordOf } from "./event.js";
import type { LambdaRecord } from "./infer.js";

/** A model that records are loaded as. */
export interface Route {
  readonly tableName: string;
  readonly modelName: string;
  /** Undefined for a record of another kind of items than the model's. */
  read(delivery: Delivery): LoadedRecord | undefined;
  /** The stored names of the table's key. */
  readonly keys: readonly string[];
}

/** A record as a handler gets it. */
export interface RoutedRecord extends Omit<LoadedRecord, "model"> {
  readonly model: string;
}

/** Models by the names of their tables. */
export type Routes = ReadonlyMap<string, Route>;

/**
 * Throws InvalidStream for a model that declares no stream, InvalidOption for two of one table: nothing would say which of
 * them a record is of.
 */
export function makeRoutes(
  context: Context,
  models: readonly AnyModel[],
  onInvalid: InvalidPolicy | undefined,
): Routes {
  const routes = new Map<string, Route>();
  for (const model of models) {
    const { loader, tableName, read } = makeRecordLoader(context, model, onInvalid);
    const { modelName } = loader;
    const other = routes.get(tableName);
    if (other !== undefined) {
      throw new InvalidOption(
        `${other.modelName} and ${modelName} are both in the table ${print(tableName)}: a record does not say which of them it is of. Give one model for each table.`,
      );
    }
    const keys = metaOf(model).keys.map(({ storedName }) => storedName);
    routes.set(tableName, { tableName, modelName, read, keys });
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

/** Undefined for a record of another kind. Throws InvalidRecord for a record that can't be loaded, or is none. */
export function loadRouted({ modelName, read }: Route, raw: LambdaRecord): RoutedRecord | undefined {
  try {
    const record = read({ shardId: "", record: wireRecordOf(raw) });
    return record && { ...record, model: modelName };
  } catch (cause) {
    if (!(cause instanceof BloopError)) throw cause;
    const sequenceNumber = sequenceNumberOf(raw) ?? "";
    throw new InvalidRecord(
      `A record of the stream of ${modelName} (${sequenceNumber || "without a SequenceNumber"}) can't be loaded: ${cause.message}`,
      { shardId: "", sequenceNumber, record: raw, cause },
    );
  }
}
