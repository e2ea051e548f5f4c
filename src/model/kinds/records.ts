/** The records of a stream of a table of several kinds: which of them are of which model. Pure. */

import { printList } from "../../util/print.js";
import { attributeOf, type Item } from "../../wire/attribute.js";
import type { StreamInclude } from "../infer.js";
import type { Meta, RecordImages, TableRecord } from "../meta.js";
import { isKeyDecisive } from "./apart.js";
import { readKey, tellsParts } from "./key/compose.js";
import { isMarker } from "./key/unique.js";
import { isOfKind } from "./kind.js";

/** Without an image, a record has only its key: no attribute tells its kind, or the parts that the key leaves out. */
export function streamProblem(meta: Meta, include: readonly StreamInclude[]): string | undefined {
  const { shared } = meta;
  if (shared === undefined) return undefined;
  if (shared.kind !== undefined && !isKeyDecisive(meta) && !include.includes("old")) {
    return `includes ${printList(include)}: a removal has no attribute then that tells its kind, and its keys do not tell it`;
  }
  if (!include.includes("keys") || shared.tableKeys.every(tellsParts)) return undefined;
  return "holds keys alone, and its keys do not tell the columns that they are made of";
}

/** A record as some models see it: a put of one kind over another is a removal and an insertion. */
export function splitRecord<R extends RecordImages>(
  metas: readonly Meta[],
  record: R,
): readonly { readonly meta: Meta; readonly record: R }[] {
  const { newImage, oldImage, keys, eventName } = record;
  const after = eventName === "REMOVE" ? undefined : metaOfItem(metas, newImage, keys);
  const isBlind = oldImage === undefined && eventName === "MODIFY";
  const before = eventName === "INSERT" ? undefined : isBlind ? after : metaOfItem(metas, oldImage, keys);
  if (after === before) return after === undefined ? [] : [{ meta: after, record }];
  const removed = { ...record, eventName: "REMOVE", newImage: undefined };
  const inserted = { ...record, eventName: "INSERT", oldImage: undefined };
  return [
    ...(before === undefined ? [] : [{ meta: before, record: removed }]),
    ...(after === undefined ? [] : [{ meta: after, record: inserted }]),
  ];
}

/** Whether any model of the table knows a record's item, or it is a marker of a unique value. A view knows none. */
export function isKnownRecord(table: TableRecord, { newImage, oldImage, keys }: RecordImages): boolean {
  if (isMarker(table, newImage ?? oldImage, keys)) return true;
  const kinds = [...table.models.values()].filter((meta) => meta.shared?.isView !== true);
  return metaOfItem(kinds, newImage ?? oldImage, keys) !== undefined;
}

function metaOfItem(metas: readonly Meta[], image: Item | undefined, keys: Item): Meta | undefined {
  return metas.find((meta) => (image === undefined ? hasKeyOf(meta, keys) : isOfKind(meta, image)));
}

/** Whether a key is one that a model makes. */
function hasKeyOf({ shared }: Meta, keys: Item): boolean {
  return (shared?.tableKeys ?? []).every((key) => {
    const stored = attributeOf(keys, key.column.storedName);
    return stored !== undefined && readKey(key, stored) !== undefined;
  });
}
