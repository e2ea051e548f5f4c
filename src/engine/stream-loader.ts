/** How the records of a table's stream become objects: those of one model, or of several, told apart by their kinds. */

import { InvalidStream } from "../errors.js";
import { makeProjection } from "../model/column.js";
import { makeValues } from "../model/hydrate.js";
import type { AnyModel, StreamInclude } from "../model/infer.js";
import type { Meta } from "../model/meta.js";
import { metaOf } from "../model/registry.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import type { RecordOptions } from "../operation/options.js";
import type { WireRecord } from "../session/stream-session.js";
import type { LoadedPart, RecordLoader } from "../stream/record.js";
import { printList } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { withBytes } from "../wire/binary.js";

/** Throws InvalidStream for models that a stream can't be of. */
export function loaderOf(
  context: Context,
  models: readonly [AnyModel, ...AnyModel[]],
  settings: RecordOptions,
): RecordLoader {
  const [first] = models;
  const isOne = models.length === 1;
  const kinds = models.map((model) => kindLoader(context, model, settings));
  const { include } = kinds[0] as KindLoader;
  const modelName = isOne ? metaOf(first).name : printList(models.map((model) => metaOf(model).name));
  const loader = { ...(kinds[0] as KindLoader).loader, modelName, include };
  const { shared } = metaOf(first);
  if (shared === undefined) return loader;
  const metas = kinds.map(({ meta }) => meta);
  for (const meta of metas) {
    const problem = shared.does.streamProblem(meta, include);
    if (problem !== undefined)
      throw new InvalidStream(
        `The stream of ${meta.name} ${problem}. Give the table stream: { include: ["new", "old"] }.`,
      );
  }
  const byMeta = new Map(kinds.map((kind) => [kind.meta, kind]));
  return {
    ...loader,
    split(record) {
      const parts = shared.does.splitRecord(metas, record);
      // Of one model, all other kinds are of no interest; of several, the table's other models' are not.
      if (parts.length === 0 && !isOne && !shared.does.isKnownRecord(shared.table, record))
        return unknownParts(context, loader, record, settings);
      return parts.flatMap((part) => {
        const kind = byMeta.get(part.meta);
        return kind === undefined ? [] : [{ loader: withKey(kind, part.record), record: part.record }];
      });
    },
  };
}

interface KindLoader {
  readonly meta: Meta;
  readonly include: readonly StreamInclude[];
  readonly loader: RecordLoader;
}

function kindLoader(context: Context, model: AnyModel, { onInvalid }: RecordOptions): KindLoader {
  const meta = metaOf(model);
  const { stream: include } = meta.table;
  if (include === undefined) {
    const where = meta.shared === undefined ? "model()" : "table()";
    throw new InvalidStream(
      `${meta.name} declares no stream: give ${where} the option { stream: { include: ["new", "old"] } }, and bind it.`,
    );
  }
  const home = context.homeOf(meta);
  const whole = readingOf(context, home, meta.whole, onInvalid);
  const keys = readingOf(context, home, makeProjection(meta.identity), onInvalid);
  const loader = {
    modelName: meta.name,
    include,
    model: meta.name,
    key: (item: Item) => makeValues(item, keys),
    image: (item: Item) => hydrate(context, model.prototype, item, whole),
  };
  return { meta, include, loader };
}

/** A key that does not tell all of its parts is read with the image. */
function withKey({ loader }: KindLoader, { newImage, oldImage }: WireRecord): RecordLoader {
  const image = newImage ?? oldImage;
  return image === undefined ? loader : { ...loader, key: (keys) => loader.key({ ...image, ...keys }) };
}

/** A record of a kind that no model of the table knows is told of, and skipped. */
function unknownParts(
  context: Context,
  loader: RecordLoader,
  record: WireRecord,
  { onUnknown = "skip" }: RecordOptions,
): readonly LoadedPart[] {
  const item = withBytes(record.newImage ?? record.oldImage ?? record.keys);
  if (onUnknown === "raw") {
    const { modelName, include } = loader;
    const raw = { modelName, model: undefined, include, key: withBytes, image: withBytes };
    return [{ loader: raw, record }];
  }
  if (onUnknown === "error") {
    const key = (): never => {
      throw new InvalidStream('It is of a kind that no model of the table knows, and onUnknown is "error".');
    };
    return [{ loader: { ...loader, key }, record }];
  }
  context.emit("unknownItem", { item });
  return [];
}
