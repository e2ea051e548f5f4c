/** One declared column: its two names, its type, and the place that conditions are built on. */

import type { Path } from "../expression/path.js";
import type { PlaceOperations } from "../expression/place.js";
import type { Codec } from "../types/codec/codec.js";
import type { Computed } from "../types/computed.js";
import type { KeyRole } from "../types/type.js";
import type { Attribute } from "../wire/attribute.js";

export interface Column {
  /** Its name on the model and on objects. */
  readonly property: string;
  /** Its name in DynamoDB. */
  readonly storedName: string;
  readonly codec: Codec;
  /** The load of the codec; for a key of the table or of an index, its load for keys. */
  readonly load: (attribute: Attribute) => unknown;
  readonly isStored: (value: unknown, stored: Attribute) => boolean;
  readonly key: KeyRole | undefined;
  readonly required: boolean;
  /** Whether it holds the object's version. */
  readonly version: boolean;
  readonly makeDefault: (() => unknown) | undefined;
  /** Whether a function makes the default, anew for each object. */
  readonly isDefaultMade: boolean;
  /** The default, if a load uses it for an item without this attribute. */
  readonly loaded: LoadedDefault | undefined;
  /** If bloop computes it; see computed.ts. */
  readonly computed: Computed | undefined;
  readonly path: Path;
  readonly place: PlaceOperations;
}

/** A default that a load uses. */
export interface LoadedDefault {
  /** Makes the value for one object. */
  make(): unknown;
  /**
   * The attribute that the default is dumped to; undefined for an empty set. An object that holds the default has not
   * changed.
   */
  readonly attribute: Attribute | undefined;
}

/** The `isStored` of a column whose type can't tell. */
export function isNeverStored(): boolean {
  return false;
}

/** Columns that are read together. All objects made from them share the set. */
export interface Projection {
  readonly columns: readonly Column[];
  readonly known: ReadonlySet<Column>;
  /** Whether items are read with all their attributes, including those that the model does not know. */
  readonly whole: boolean;
}

export function makeProjection(columns: Iterable<Column>, whole = false): Projection {
  const known = new Set(columns);
  return { columns: [...known], known, whole };
}
