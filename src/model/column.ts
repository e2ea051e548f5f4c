/** One declared column: its two names, its type, and the place that conditions are built on. */

import type { Path } from "../expression/path.js";
import type { PlaceOperations } from "../expression/place.js";
import type { Codec, KeyRole } from "../types/type.js";

export interface Column {
  /** Its name on the model and on objects. */
  readonly property: string;
  /** Its name in DynamoDB. */
  readonly storedName: string;
  readonly codec: Codec;
  readonly key: KeyRole | undefined;
  readonly required: boolean;
  /** Whether it holds the object's version. */
  readonly version: boolean;
  readonly makeDefault: (() => unknown) | undefined;
  readonly path: Path;
  readonly place: PlaceOperations;
}
