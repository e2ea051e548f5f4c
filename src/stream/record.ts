/** A stream's record, from its wire form to what users are given. */

import { BloopError, InvalidOption, InvalidRecord } from "../errors.js";
import type { StreamInclude } from "../model/infer.js";
import type { WireRecord } from "../session/stream-session.js";
import { describeValue } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import type { RecordMeta } from "./infer.js";

/** How the items of records become objects. Both throw InvalidValue for what does not fit. */
export interface RecordLoader {
  readonly modelName: string;
  readonly include: readonly StreamInclude[];
  /** The model's name; undefined for items that no model knows. */
  readonly model: string | undefined;
  key(item: Item): object;
  image(item: Item): object;
  /**
   * Of a table of several kinds: the records that this one is for each kind of interest, by their loaders. None: it is
   * skipped. Absent: it is one record, of this loader.
   */
  split?(record: WireRecord): readonly LoadedPart[];
}

/** How the records of one kind become objects. */
type PartLoader = Omit<RecordLoader, "split">;

/** A record as it is for one kind of items. */
export interface LoadedPart {
  readonly loader: PartLoader;
  readonly record: WireRecord;
}

/** What a delivered record is for its stream. */
export function partsOf(loader: RecordLoader, record: WireRecord): readonly LoadedPart[] {
  return loader.split === undefined ? [{ loader, record }] : loader.split(record);
}

export interface LoadedRecord {
  readonly type: "insert" | "modify" | "remove";
  readonly key: object;
  readonly new: object | undefined;
  readonly old: object | undefined;
  readonly meta: RecordMeta;
  readonly model: string | undefined;
}

const kinds = { INSERT: "insert", MODIFY: "modify", REMOVE: "remove" } as const;

/** Throws InvalidRecord, which carries the record as it came. */
export function loadRecord(loader: PartLoader, shardId: string, record: WireRecord): LoadedRecord {
  try {
    return recordFrom(loader, shardId, record);
  } catch (cause) {
    const { modelName } = loader;
    const then = ", and is neither lost nor skipped: the next pull gives it again, skip() goes on without it";
    throw refusalOf(cause, { modelName, shardId, sequenceNumber: record.sequenceNumber, record, then });
  }
}

interface RecordSite {
  readonly modelName: string;
  readonly shardId: string;
  readonly sequenceNumber: string;
  /** As it came. */
  readonly record: { readonly eventName?: string | undefined };
  /** Which one it is, in the words of a message. Default: by its number and shard. */
  readonly which?: string;
  /** What becomes of it, in the words that follow "can't be loaded". */
  readonly then?: string;
}

/** The error of a record that could not be loaded: InvalidRecord, which carries it, if it did not fit. */
export function refusalOf(cause: unknown, { modelName, which, then = "", ...site }: RecordSite): unknown {
  if (!(cause instanceof BloopError)) return cause;
  const found = which ?? `${site.record.eventName}, ${site.sequenceNumber} in ${site.shardId}`;
  return new InvalidRecord(
    `A record of the stream of ${modelName} (${found}) can't be loaded${then}. ${cause.message}`,
    {
      ...site,
      cause,
    },
  );
}

/** Throws a BloopError that says what does not fit. */
export function recordFrom(loader: PartLoader, shardId: string, record: WireRecord): LoadedRecord {
  const type = kinds[record.eventName];
  return {
    type,
    key: loader.key(record.keys),
    new: type === "remove" ? undefined : imageOf(loader, "new", record.newImage),
    old: type === "insert" ? undefined : imageOf(loader, "old", record.oldImage),
    meta: metaOf(shardId, record),
    model: loader.model,
  };
}

function imageOf(loader: PartLoader, which: "new" | "old", item: Item | undefined): object | undefined {
  if (!loader.include.includes(which)) return undefined;
  if (item !== undefined) return loader.image(item);
  throw new BloopError(
    `The model's stream includes the ${which} image, and the table's stream has none: bind() says how they differ.`,
  );
}

function metaOf(shardId: string, record: WireRecord): RecordMeta {
  const { createdAt, eventId, sequenceNumber, sizeBytes, userIdentity } = record;
  return {
    createdAt: new Date(createdAt),
    eventId,
    sequenceNumber,
    shardId,
    sizeBytes,
    expired: userIdentity?.type === "Service" && userIdentity.principalId === "dynamodb.amazonaws.com",
  };
}

/** Where a record is in its stream. */
type RecordPlace = Pick<RecordMeta, "shardId" | "sequenceNumber">;

/** Where one record is, or each of an array. Throws InvalidOption for what is no record of a stream. */
export function placesOf(records: unknown): readonly RecordPlace[] {
  const all: readonly unknown[] = Array.isArray(records) ? records : [records];
  return all.map((record) => {
    const { shardId, sequenceNumber } = Object(Object(record).meta);
    if (typeof shardId === "string" && typeof sequenceNumber === "string") return { shardId, sequenceNumber };
    throw new InvalidOption(`A record of a stream is expected, or an array of them, got ${describeValue(record)}.`);
  });
}
