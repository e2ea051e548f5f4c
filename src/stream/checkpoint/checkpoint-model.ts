/** The table of a stream's checkpoints: a model as users declare theirs, with columns that the stream writes. */

import { model } from "../../model/declaration/model.js";
import type { Model } from "../../model/infer.js";
import type { Json } from "../../types/codec/outline.js";
import { json } from "../../types/json.js";
import { string } from "../../types/string.js";
import type { Type } from "../../types/type.js";

/** The columns of a model of checkpoints. One item is one shard's place, or the place where the stream was started. */
type CheckpointColumns = {
  /** The name that the stream was given. */
  readonly stream: Type<string, "S", "hash" | "required">;
  readonly shard: Type<string, "S", "range" | "required">;
  /** Items of a kind that this version does not know are left alone. */
  readonly kind: Type<string, "S">;
  /** The sequence number of the last record that is done. */
  readonly after: Type<string, "S">;
  readonly place: Type<Json, "S">;
};

/** A model that checkpointModel() made. */
export type CheckpointModel<M extends string = string> = Model<M, CheckpointColumns, Record<never, never>>;

/**
 * Makes a model of checkpoints, for engine.stream(): one small item for each shard. Bind it like any other model. Streams
 * of any tables can share it, under names of their own.
 *
 * @example
 * const Checkpoint = checkpointModel("Checkpoint");
 * await engine.bind([Account, Checkpoint]);
 * const stream = engine.stream(Account, { checkpoints: Checkpoint, name: "search index" });
 */
export function checkpointModel<const M extends string>(name: M): CheckpointModel<M> {
  const columns: CheckpointColumns = {
    stream: string().hashKey(),
    shard: string().rangeKey(),
    kind: string(),
    after: string(),
    place: json(),
  };
  return model<M, CheckpointColumns>(name as never, columns);
}
