/** Streams of models: which table, and how its items become objects. */

import { InvalidStream } from "../errors.js";
import { makeProjection } from "../model/column.js";
import { makeValues } from "../model/hydrate.js";
import type { AnyModel } from "../model/infer.js";
import { metaOf } from "../model/meta.js";
import { type Context, hydrate, type InvalidPolicy, readingOf } from "../operation/context.js";
import type { StreamOptions } from "../operation/options.js";
import { tellingLag } from "../stream/channels.js";
import type { Delivery } from "../stream/reading.js";
import { type LoadedRecord, type RecordLoader, recordFrom } from "../stream/record.js";
import { Stream } from "../stream/stream.js";
import type { StreamPosition } from "../stream/token.js";

/** What is in the records is known to whoever calls it, by the model's type. */
export function openStream<R extends object>(
  context: Context,
  model: AnyModel,
  position: StreamPosition,
  { onInvalid, ...limits }: StreamOptions,
): Stream<R> {
  const { loader, tableName } = makeRecordLoader(context, model, onInvalid);
  return new Stream<R>({
    ...limits,
    session: async () => tellingLag(await context.session.streams(), tableName),
    position,
    tableName,
    loader,
  });
}

/** The records of a model's table. */
interface RecordSource {
  readonly tableName: string;
  readonly loader: RecordLoader;
  /** Throws a BloopError that says what does not fit. */
  read(delivery: Delivery): LoadedRecord;
}

/** How the records of a model's table are loaded, and the table's name. Throws InvalidStream for a model without a stream. */
export function makeRecordLoader(
  context: Context,
  model: AnyModel,
  onInvalid: InvalidPolicy | undefined,
): RecordSource {
  const meta = metaOf(model);
  const { stream: include } = meta.table;
  if (include === undefined) {
    throw new InvalidStream(
      `${meta.name} declares no stream: give model() the option { stream: { include: ["new", "old"] } }, and bind it.`,
    );
  }
  const home = context.homeOf(meta);
  const whole = readingOf(context, home, meta.whole, onInvalid);
  const keys = readingOf(context, home, makeProjection(meta.keys), onInvalid);
  const loader: RecordLoader = {
    modelName: meta.name,
    include,
    key: (item) => makeValues(item, keys),
    image: (item) => hydrate(context, model.prototype, item, whole),
  };
  const { tableName } = home;
  // A table can be named by its ARN; its streams are listed by its name.
  return {
    tableName: tableName.slice(tableName.lastIndexOf("/") + 1),
    loader,
    read: (delivery) => recordFrom(loader, delivery),
  };
}
