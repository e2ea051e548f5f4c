/** Checkpoints as the position of a stream: the check of the argument. */

import { InvalidOption } from "../errors.js";
import type { CheckpointModel } from "../stream/checkpoint/checkpoint-model.js";
import type { StreamPosition } from "../stream/token.js";
import { isPlainObject } from "../util/object.js";
import { describeValue, didYouMean, print } from "../util/print.js";

/** Where the checkpoints of a stream are kept, and where it begins if there are none. */
export interface CheckpointPosition {
  /** A model that checkpointModel() made, bound to its table. */
  readonly checkpoints: CheckpointModel<string>;
  /** The reader's name: a stream that is made again under it goes on. One process at a time may read under a name. */
  readonly name: string;
  /** Where the first stream of the name begins. Default: "trim_horizon". */
  readonly start?: StreamPosition | undefined;
}

const options = ["checkpoints", "name", "start"];
const columns = ["stream", "shard", "kind", "after", "place"];

/** Throws InvalidOption for one that can't be. */
export function checkCheckpoints(position: CheckpointPosition): void {
  const { checkpoints, name } = position;
  for (const option of Object.keys(position)) {
    if (!options.includes(option)) {
      throw new InvalidOption(`Checkpoints have no option ${print(option)}${didYouMean(option, options) || "."}`);
    }
  }
  if (typeof name !== "string" || name === "") {
    throw new InvalidOption(`name is the name of a reader, a text, got ${describeValue(name)}.`);
  }
  if (typeof checkpoints !== "function" || columns.some((column) => !(column in checkpoints))) {
    throw new InvalidOption(
      `checkpoints is a model that checkpointModel() made, such as checkpointModel("Checkpoint"), got ${describeValue(checkpoints)}.`,
    );
  }
}

export function isCheckpointPosition(position: unknown): position is CheckpointPosition {
  return isPlainObject(position) && "checkpoints" in position;
}
