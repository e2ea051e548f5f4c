/** Type level only: what a stream's records hold, by what its model says the stream includes. */

import type { AnyModel, IncludeOf, Item, KeyOfShape, ShapeOf } from "../model/infer.js";
import type { Values } from "../types/infer.js";
import type { Shape } from "../types/type.js";

export interface RecordMeta {
  /** As coarse as DynamoDB gives it: whole seconds. */
  readonly createdAt: Date;
  readonly eventId: string;
  readonly sequenceNumber: string;
  readonly shardId: string;
  readonly sizeBytes: number;
  /** Deleted by DynamoDB because its time to live was over. */
  readonly expired: boolean;
}

/** One change. Which images are there follows from the kind of change and from what the stream includes. */
export type StreamRecord<S extends Shape, I extends string, O = Values<S>> =
  | Change<S, "insert", Image<"new", I, O>, undefined>
  | Change<S, "modify", Image<"new", I, O>, Image<"old", I, O>>
  | Change<S, "remove", undefined, Image<"old", I, O>>;

/** The records of a model's stream: `RecordOf<typeof Account>`. */
export type RecordOf<T extends AnyModel> = StreamRecord<ShapeOf<T>, IncludeOf<T>, Item<T>>;

interface Change<S extends Shape, Kind extends string, New, Old> {
  readonly type: Kind;
  readonly key: KeyOfShape<S>;
  /** The object as it is since the change. */
  readonly new: New;
  /** The object as it was before. */
  readonly old: Old;
  readonly meta: RecordMeta;
}

type Image<Wanted extends string, I extends string, O> = Wanted extends I ? O : undefined;
