/** What an object was last loaded or saved with. Private: no property of the object shows it. */

import { shared } from "../util/core.js";
import type { Item } from "../wire/attribute.js";
import type { Standing } from "./column.js";

export interface Snapshot extends Standing {
  /** The item as last seen, with the attributes that the model does not know. */
  readonly item: Item;
}

class Bare {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what a derived class adds its private field to
    return object;
  }
}

/**
 * Private fields of objects of other classes. A WeakMap does the same, and takes 0.6 µs for an object, garbage
 * collection included, where these take 0.1. Two, since a snapshot of its own would have 40 bytes more for each object.
 */
class Remembering extends Bare {
  #item: Item | undefined;
  #standing: Standing;

  constructor(object: object, item: Item, standing: Standing) {
    super(object);
    this.#item = item;
    this.#standing = standing;
  }

  static read(object: object): Snapshot | undefined {
    if (!(#item in object) || object.#item === undefined) return undefined;
    const { known, made } = object.#standing;
    return { item: object.#item, known, made };
  }

  static write(object: object, item: Item | undefined, standing: Standing | undefined): boolean {
    if (!(#item in object)) return false;
    object.#item = item;
    if (standing !== undefined) object.#standing = standing;
    return true;
  }
}

/** Of all copies of this build one, whose private fields the objects have. */
const Memory: typeof Remembering = /* @__PURE__ */ shared("snapshots", () => Remembering);

/** Undefined for an object that was never loaded or saved, or was deleted. */
export function snapshotOf(object: object): Snapshot | undefined {
  return Memory.read(object);
}

/** The same as remember(), for an object that is new. */
export function rememberFirst(object: object, item: Item, standing: Standing): void {
  new Memory(object, item, standing);
}

export function remember(object: object, { item, known, made }: Snapshot): void {
  const standing = { known, made };
  if (!Memory.write(object, item, standing)) new Memory(object, item, standing);
}

export function forget(object: object): void {
  Memory.write(object, undefined, undefined);
}
