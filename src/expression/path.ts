/** A place inside an item, as data: its owner, its stored steps, and its printed form. */

import { printPath, type Step } from "../types/codec/context.js";

/** The owner of a path's columns. Two paths are of one model if their owners are the same object. */
export interface Owner {
  /** The model's name, for messages. */
  readonly name: string;
}

/** Stored names and list indexes, from the attribute inwards. */
export type StoredPath = readonly Step[];

export interface Path {
  readonly owner: Owner;
  readonly stored: StoredPath;
  /** The same place in the model's own names. */
  readonly local: readonly Step[];
}

/** `Receipt.items[0].price`. */
export function printPlace(path: Path): string {
  return `${path.owner.name}.${printPath(path.local)}`;
}
