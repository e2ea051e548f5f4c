/** Streams of models: which table, and how its items become objects. */

import { InvalidOption, InvalidStream } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import { metaOf } from "../model/registry.js";
import type { Context } from "../operation/context.js";
import type { RecordOptions, StreamOptions } from "../operation/options.js";
import type { StreamSession } from "../session/stream-session.js";
import { telling } from "../stream/channels.js";
import type { Delivery } from "../stream/reading/reading.js";
import { type LoadedRecord, partsOf, recordFrom } from "../stream/record.js";
import { Stream } from "../stream/stream.js";
import type { StreamPosition } from "../stream/token.js";
import { printList } from "../util/print.js";
import { type CheckpointPosition, checkCheckpoints, isCheckpointPosition } from "./checkpoint-position.js";
import { loaderOf } from "./stream-loader.js";

/** The arguments of a stream. */
interface Opening {
  readonly model: AnyModel | readonly AnyModel[];
  readonly position: StreamPosition | CheckpointPosition;
  readonly options: StreamOptions;
}

/** The caller knows the type of the records from the models. */
export function openStream<R extends object>(
  context: Context,
  { model, position, options: { onInvalid, onUnknown, ...limits } }: Opening,
): Stream<R> {
  const models = modelsOf(context, model);
  const tableName = streamedTable(context, models[0]);
  return new Stream<R>({
    ...limits,
    session: async () => telling(await context.session.streams(), tableName),
    ...startOf(context, position, limits),
    tableName,
    loader: loaderOf(context, models, { onInvalid, onUnknown }),
  });
}

/** A table can be named by its ARN; its streams are listed by its name. */
export function streamedTable(context: Context, model: AnyModel): string {
  const { tableName } = context.homeOf(metaOf(model));
  return tableName.slice(tableName.lastIndexOf("/") + 1);
}

/** The ARN of a table's newest stream: others are of deleted tables of its name, or disabled. Undefined if it has none. */
export async function streamArnOf(
  session: StreamSession,
  tableName: string,
  signal?: AbortSignal,
): Promise<string | undefined> {
  let newest: { readonly streamArn: string; readonly label: string } | undefined;
  for (let afterStreamArn: string | undefined; ; ) {
    const call = { kind: "listStreams", tableName, afterStreamArn } as const;
    const { streams, lastStreamArn } = await session.send(call, signal);
    for (const stream of streams) if (newest === undefined || stream.label > newest.label) newest = stream;
    afterStreamArn = lastStreamArn;
    if (afterStreamArn === undefined) return newest?.streamArn;
  }
}

/** The records of a table for some of its models. */
interface RecordSource {
  /** The names of the models, for messages. */
  readonly modelName: string;
  /**
   * One for each model that the record is of; none if its item is of another kind. Throws a BloopError if a value does
   * not fit.
   */
  read(delivery: Delivery): readonly LoadedRecord[];
}

/**
 * How the records of one table are loaded as its models. Throws InvalidStream for a model without a stream, and for
 * several that records don't tell apart.
 */
export function makeRecordSource(context: Context, models: readonly AnyModel[], settings: RecordOptions): RecordSource {
  const loader = loaderOf(context, modelsOf(context, models), settings);
  return {
    modelName: loader.modelName,
    read: ({ shardId, record }) => partsOf(loader, record).map((part) => recordFrom(part.loader, shardId, part.record)),
  };
}

/** Of several models, each is of one declared table. */
function modelsOf(context: Context, model: AnyModel | readonly AnyModel[]): readonly [AnyModel, ...AnyModel[]] {
  if (!isSeveral(model)) return [model];
  const [first, ...others] = model;
  if (first === undefined) throw new InvalidOption("A stream is of a model or several, got an array of none.");
  if (others.length === 0) return [first];
  const { shared } = metaOf(first);
  const home = context.homeOf(metaOf(first));
  for (const other of [first, ...others]) {
    const meta = metaOf(other);
    if (
      meta.shared === undefined ||
      meta.shared.table !== shared?.table ||
      context.homeOf(meta).tableName !== home.tableName
    ) {
      throw new InvalidStream(
        `A stream of several models is of one table that table() declares; ${printList(model.map((one) => metaOf(one).name))} are not declared on one.`,
      );
    }
    if (meta.shared.isView)
      throw new InvalidStream(
        `${meta.name} is a view of all items, which a stream of several models can't tell from the others.`,
      );
  }
  return [first, ...others];
}

function isSeveral(model: AnyModel | readonly AnyModel[]): model is readonly AnyModel[] {
  return Array.isArray(model);
}

/** With checkpoints, a record is done when it is checkpointed. */
function startOf(context: Context, position: StreamPosition | CheckpointPosition, { acknowledge }: StreamOptions) {
  if (!isCheckpointPosition(position)) return { position };
  checkCheckpoints(position);
  if (acknowledge === "pull") {
    throw new InvalidOption('A stream with checkpoints can\'t have acknowledge "pull": checkpoint() acknowledges.');
  }
  const { checkpoints: model, name, start = "trim_horizon" } = position;
  const checkpoints = async () => (await import("./checkpoint-store.js")).makeCheckpointStore(context, model, name);
  return { position: start, checkpoints, acknowledge: "manual" } as const;
}
