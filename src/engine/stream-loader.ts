/** How the records of a table's stream become objects: those of one model, or of several, told apart by their kinds. */

import { InvalidStream } from "../errors.js";
import { makeProjection } from "../model/column.js";
import { makeValues } from "../model/hydrate.js";
import type { AnyModel, StreamInclude } from "../model/infer.js";
import { isKeyDecisive } from "../model/kinds/apart.js";
import { readKey, tellsParts } from "../model/kinds/compose.js";
import { isOfKind } from "../model/kinds/kind.js";
import { type Meta, metaOf } from "../model/meta.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import type { StreamOptions } from "../operation/options.js";
import type { WireRecord } from "../session/stream-session.js";
import type { LoadedPart, RecordLoader } from "../stream/record.js";
import { printList } from "../util/print.js";
import { attributeOf, type Item } from "../wire/attribute.js";
import { withBytes } from "../wire/binary.js";

type Settings = Pick<StreamOptions, "onInvalid" | "onUnknown">;

/** Throws InvalidStream for models that a stream can't be of. */
export function loaderOf(
  context: Context,
  models: readonly [AnyModel, ...AnyModel[]],
  settings: Settings,
): RecordLoader {
  const [first] = models;
  const isOne = models.length === 1;
  const kinds = models.map((model) => kindLoader(context, model, isOne ? undefined : model, settings));
  const { include } = kinds[0] as KindLoader;
  const modelName = isOne ? metaOf(first).name : printList(models.map((model) => metaOf(model).name));
  const loader = { ...(kinds[0] as KindLoader).loader, modelName, include };
  if (isOne && metaOf(first).shared === undefined) return loader;
  for (const { meta } of kinds) assertTold(meta, include);
  const unknown = (record: WireRecord): readonly LoadedPart[] =>
    unknownParts(context, { kinds, loader, isOne }, record, settings);
  return { ...loader, split: (record) => splitRecord(kinds, record) ?? unknown(record) };
}

interface KindLoader {
  readonly meta: Meta;
  readonly include: readonly StreamInclude[];
  readonly loader: RecordLoader;
}

function kindLoader(
  context: Context,
  model: AnyModel,
  shown: AnyModel | undefined,
  { onInvalid }: Settings,
): KindLoader {
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
    model: shown,
    key: (item: Item) => makeValues(item, keys),
    image: (item: Item) => hydrate(context, model.prototype, item, whole),
  };
  return { meta, include, loader };
}

/** Without an image, a record has no attribute that tells its kind, or the values that a key leaves out. */
function assertTold(meta: Meta, include: readonly StreamInclude[]): void {
  if (meta.shared?.kind !== undefined && !isKeyDecisive(meta) && !include.includes("old")) {
    throw new InvalidStream(
      `The stream of ${meta.name} includes ${printList(include.map((image) => `"${image}"`))}: a removal has no attribute then that tells its kind, and its keys do not tell it. Give the table stream: { include: ["new", "old"] }.`,
    );
  }
  if (include.includes("keys") && meta.shared?.tableKeys.some((key) => !tellsParts(key)) === true) {
    throw new InvalidStream(
      `The stream of ${meta.name} holds keys alone, and its keys do not tell the columns that they are made of. Give the table stream: { include: ["new", "old"] }.`,
    );
  }
}

/** Undefined for a record of none of the kinds. */
function splitRecord(kinds: readonly KindLoader[], record: WireRecord): readonly LoadedPart[] | undefined {
  const { newImage, oldImage, keys, eventName } = record;
  const after = eventName === "REMOVE" ? undefined : kindOf(kinds, newImage, keys);
  const isBlind = oldImage === undefined && eventName === "MODIFY";
  const before = eventName === "INSERT" ? undefined : isBlind ? after : kindOf(kinds, oldImage, keys);
  if (after === undefined && before === undefined) return undefined;
  if (after === before && after !== undefined) return [{ loader: withKey(after, record), record }];
  const removed = before && { ...record, eventName: "REMOVE" as const, newImage: undefined };
  const inserted = after && { ...record, eventName: "INSERT" as const, oldImage: undefined };
  return [
    ...(before === undefined || removed === undefined ? [] : [{ loader: withKey(before, removed), record: removed }]),
    ...(after === undefined || inserted === undefined ? [] : [{ loader: withKey(after, inserted), record: inserted }]),
  ];
}

/** A key that does not tell all of its parts is read with the image. */
function withKey({ loader }: KindLoader, { newImage, oldImage }: WireRecord): RecordLoader {
  const image = newImage ?? oldImage;
  return image === undefined ? loader : { ...loader, key: (keys) => loader.key({ ...image, ...keys }) };
}

function kindOf(kinds: readonly KindLoader[], image: Item | undefined, keys: Item): KindLoader | undefined {
  return kinds.find(({ meta }) => (image === undefined ? hasKeyOf(meta, keys) : isOfKind(meta, image)));
}

/** Whether a key is one that a model makes. */
function hasKeyOf({ shared }: Meta, keys: Item): boolean {
  return (shared?.tableKeys ?? []).every((key) => {
    const stored = attributeOf(keys, key.column.storedName);
    return stored !== undefined && readKey(key, stored) !== undefined;
  });
}

interface Streamed {
  readonly kinds: readonly KindLoader[];
  readonly loader: RecordLoader;
  readonly isOne: boolean;
}

/** A record of another kind is skipped. A record of a kind that no model of the table knows is reported. */
function unknownParts(
  context: Context,
  { kinds, loader, isOne }: Streamed,
  record: WireRecord,
  { onUnknown = "skip" }: Settings,
): readonly LoadedPart[] {
  const image = record.newImage ?? record.oldImage;
  const { shared } = (kinds[0] as KindLoader).meta;
  const others = [...(shared?.table.models.values() ?? [])].filter((meta) => meta.shared?.isView !== true);
  const isKnown = others.some((meta) => (image === undefined ? hasKeyOf(meta, record.keys) : isOfKind(meta, image)));
  if (isOne || isKnown) return [];
  const item = withBytes(image ?? record.keys);
  if (onUnknown === "raw") {
    const raw = { modelName: loader.modelName, include: loader.include, key: withBytes, image: withBytes };
    return [{ loader: raw, record }];
  }
  if (onUnknown === "error") {
    const key = (): never => {
      throw new InvalidStream('It is of a kind that no model of the table knows, and onUnknown is "error".');
    };
    return [{ loader: { ...loader, key }, record }];
  }
  context.emit("unknownItem", { item, tableName: context.homeOf((kinds[0] as KindLoader).meta).tableName });
  return [];
}
