/** Checkpoints as the position of a stream: the check of the argument. */

import { checkOptions } from "../operation/check.js";
import type { Rules } from "../operation/rule.js";
import type { CheckpointModel } from "../stream/checkpoint/checkpoint-model.js";
import type { StreamPosition } from "../stream/token.js";
import { isPlainObject } from "../util/object.js";

/** Where the checkpoints of a stream are kept, and where it begins if there are none. */
export interface CheckpointPosition {
  /** A model that checkpointModel() made, bound to its table. */
  readonly checkpoints: CheckpointModel<string>;
  /** The reader's name: a stream that is made again under it goes on. One process at a time may read under a name. */
  readonly name: string;
  /** Where the first stream of the name begins. Default: "trim_horizon". */
  readonly start?: StreamPosition | undefined;
}

const columns = ["stream", "shard", "kind", "after", "place"];

const rules: Rules<CheckpointPosition> = {
  checkpoints: {
    expects: 'a model that checkpointModel() made, such as checkpointModel("Checkpoint")',
    fits: (value) => typeof value === "function" && columns.every((column) => column in value),
  },
  name: { expects: "the name of a reader, a text", fits: (value) => typeof value === "string" && value !== "" },
  // What a position may be is known to the stream, which says more of one that is none.
  start: { expects: "a position", fits: () => true },
};

/** Throws InvalidOption for one that can't be. */
export function checkCheckpoints(position: CheckpointPosition): void {
  checkOptions(position, rules, "checkpoints", ["checkpoints", "name"]);
}

export function isCheckpointPosition(position: unknown): position is CheckpointPosition {
  return isPlainObject(position) && "checkpoints" in position;
}
