/** Streams of models: which table, and how its items become objects. */

import { InvalidStream } from "../errors.js";
import { makeProjection } from "../model/column.js";
import { makeValues } from "../model/hydrate.js";
import type { AnyModel } from "../model/infer.js";
import { metaOf } from "../model/meta.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import type { StreamOptions } from "../operation/options.js";
import { tellingLag } from "../stream/channels.js";
import { Stream } from "../stream/stream.js";
import type { StreamPosition } from "../stream/token.js";

/** What is in the records is known to whoever calls it, by the model's type. */
export function openStream<R extends object>(
  context: Context,
  model: AnyModel,
  position: StreamPosition,
  { onInvalid, ...limits }: StreamOptions,
): Stream<R> {
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
  // A table can be named by its ARN; its streams are listed by its name.
  const tableName = home.tableName.slice(home.tableName.lastIndexOf("/") + 1);
  return new Stream<R>({
    ...limits,
    session: async () => tellingLag(await context.session.streams(), tableName),
    position,
    tableName,
    loader: {
      modelName: meta.name,
      include,
      key: (item) => makeValues(item, keys),
      image: (item) => hydrate(context, model.prototype, item, whole),
    },
  });
}
