/** What an object was last loaded or saved with. Private: no property of the object shows it. */

import type { Item } from "../wire/attribute.js";
import type { Column } from "./column.js";

export interface Snapshot {
  /** The item as last seen, with the attributes that the model does not know. */
  readonly item: Item;
  /** The columns whose state is known: an attribute of them that is not in the item is not stored. */
  readonly known: ReadonlySet<Column>;
  /** Whether the object was made and not loaded: what it does not hold was never there to be lost. */
  readonly made: boolean;
}

const snapshots = new WeakMap<object, Snapshot>();

/** Undefined for an object that was never loaded or saved, or was deleted. */
export function snapshotOf(object: object): Snapshot | undefined {
  return snapshots.get(object);
}

export function remember(object: object, snapshot: Snapshot): void {
  snapshots.set(object, snapshot);
}

export function forget(object: object): void {
  snapshots.delete(object);
}
