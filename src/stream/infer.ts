/** Type level only: what a stream's records hold, by what its model says the stream includes. */

import type { AnyModel, IncludeOf, Item, Key, ModelName, UnknownItem, UnknownPolicy } from "../model/infer.js";

export interface RecordMeta {
  /** As coarse as DynamoDB gives it: whole seconds. */
  readonly createdAt: Date;
  readonly eventId: string;
  readonly sequenceNumber: string;
  /** Empty on Lambda, whose events do not tell it. */
  readonly shardId: string;
  readonly sizeBytes: number;
  /** Deleted by DynamoDB because its time to live was over. */
  readonly expired: boolean;
}

/**
 * One change of an item with the key `K`, of the model named `N`, whose images are objects `O`. Which images are there
 * follows from the kind of change and from what the stream includes.
 */
export type StreamRecord<K, I extends string, O, N extends string | undefined = string> =
  | Change<K, "insert", Image<"new", I, O>, undefined, N>
  | Change<K, "modify", Image<"new", I, O>, Image<"old", I, O>, N>
  | Change<K, "remove", undefined, Image<"old", I, O>, N>;

/** The records of a model's stream: `RecordOf<typeof Account>`. Those of several models are told apart by `model`. */
export type RecordOf<T extends AnyModel> = T extends AnyModel
  ? StreamRecord<Key<T>, IncludeOf<T>, Item<T>, ModelName<T>>
  : never;

/** A record of an item of a kind that no model of the table knows, as `onUnknown: "raw"` gives it. */
export type UnknownRecord<I extends string> = StreamRecord<UnknownItem, I, UnknownItem, undefined>;

/** One model, or several. */
export type OneOrSeveral = AnyModel | readonly [AnyModel, ...AnyModel[]];

/** One of several models, or the only one. */
export type EachOf<M> = M extends readonly (infer T extends AnyModel)[] ? T : M extends AnyModel ? M : never;

/**
 * The records of a stream of one model, or of several, by how it treats items of unknown kinds. A conditional type, since
 * editors then show its content and not its name.
 */
export type RecordsOf<M, U extends UnknownPolicy = "skip"> = "raw" extends U
  ? RecordOf<EachOf<M>> | UnknownRecord<IncludeOf<EachOf<M>>>
  : RecordOf<EachOf<M>>;

interface Change<K, Kind extends string, New, Old, N extends string | undefined> {
  readonly type: Kind;
  /** The model's name; undefined for an item of an unknown kind. */
  readonly model: N;
  readonly key: K;
  /** The object as it is since the change. */
  readonly new: New;
  /** The object as it was before. */
  readonly old: Old;
  readonly meta: RecordMeta;
}

type Image<Wanted extends string, I extends string, O> = Wanted extends I ? O : undefined;
