/** What an object was last loaded or saved with. Private: no property of the object shows it. */

import { InvalidOption } from "../errors.js";
import { shared } from "../util/core.js";
import type { Item } from "../wire/attribute.js";
import type { Standing } from "./column.js";
import { metaOfObject } from "./meta.js";

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

  constructor(object: object, item: Item | undefined, standing: Standing) {
    super(object);
    this.#item = item;
    this.#standing = standing;
  }

  static read(object: object): Snapshot | undefined {
    if (!(#item in object)) throw stranger(object);
    if (object.#item === undefined) return undefined;
    const { known, made, whole } = object.#standing;
    return { item: object.#item, known, made, whole };
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

const unseen: Standing = { known: new Set(), made: true, whole: false };

/** Marks an object that was made just now. Each object of a model is marked, so that a proxy of one is told from it. */
export function markNew(object: object): void {
  new Memory(object, undefined, unseen);
}

/**
 * Undefined for an object that was never loaded or saved, or was deleted. Throws InvalidOption for a proxy of an object,
 * and for a copy that no constructor made: they would count as new, and overwrite what others wrote.
 */
export function snapshotOf(object: object): Snapshot | undefined {
  return Memory.read(object);
}

/** The same as remember(), for an object that is new. */
export function rememberFirst(object: object, item: Item, standing: Standing): void {
  new Memory(object, item, standing);
}

export function remember(object: object, { item, known, made, whole }: Snapshot): void {
  const standing = { known, made, whole };
  if (!Memory.write(object, item, standing)) new Memory(object, item, standing);
}

export function forget(object: object): void {
  Memory.write(object, undefined, undefined);
}

function stranger(object: object): InvalidOption {
  const { name } = metaOfObject(object);
  return new InvalidOption(
    `This object of ${name} was not made by its constructor, and not loaded: it is a proxy or a copy of such an object, and bloop does not know what was last stored of it. Give bloop the object behind the proxy (in Vue by toRaw(), in Immer by original() or current()); of plain values, make a new object: new ${name}({ ... }).`,
  );
}
