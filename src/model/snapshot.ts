/** What an object was last loaded or saved with, in each table. Private: no property of the object shows it. */

import { InvalidOption } from "../errors.js";
import { shared } from "../util/core.js";
import type { Item } from "../wire/attribute.js";
import type { Home, Standing } from "./home.js";
import { metaOfObject } from "./meta.js";

export interface Snapshot extends Standing {
  /** The item as last seen, with the attributes that the model does not know. */
  readonly item: Item;
}

interface Remembered extends Standing {
  /** What was seen in other tables, the latest first. Absent: nothing. */
  readonly elsewhere?: readonly Snapshot[];
}

/** What a derived class adds its private fields to: the object that it is given. */
export class Bare {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: see above
    return object;
  }
}

/**
 * Private fields of objects of other classes. A WeakMap does the same, and takes 0.6 µs for an object, garbage
 * collection included, where these take 0.1. Two, since a snapshot of its own would have 40 bytes more for each object.
 */
class Remembering extends Bare {
  #item: Item | undefined;
  #standing: Remembered | undefined;

  constructor(object: object, item: Item | undefined, standing: Remembered | undefined) {
    super(object);
    this.#item = item;
    this.#standing = standing;
  }

  static read(object: object): Snapshot | undefined {
    if (!(#item in object)) throw stranger(object);
    const item = object.#item;
    const standing = object.#standing;
    if (item === undefined || standing === undefined) return undefined;
    const { known, made, whole, home } = standing;
    return { item, known, made, whole, home };
  }

  static standing(object: object): Remembered | undefined {
    return #item in object ? object.#standing : undefined;
  }

  /** Whether the object has the fields. */
  static write(object: object, item: Item | undefined, standing: Remembered | undefined): boolean {
    if (!(#item in object)) return false;
    object.#item = item;
    object.#standing = standing;
    return true;
  }
}

/** Of all copies of this build one, whose private fields the objects have. */
const Memory: typeof Remembering = /* @__PURE__ */ shared("snapshots", () => Remembering);

/** Marks an object that was made just now. Each object of a model is marked, so that a proxy of one is told from it. */
export function markNew(object: object): void {
  new Memory(object, undefined, undefined);
}

/**
 * What was last seen of an object, in whichever table. Undefined if it was never loaded or saved, or was deleted. Throws
 * InvalidOption for a proxy of an object, and for a copy that no constructor made: they would count as new, and overwrite
 * what others wrote.
 */
export function snapshotOf(object: object): Snapshot | undefined {
  return Memory.read(object);
}

/** The same in one table. */
export function snapshotIn(home: Home, object: object): Snapshot | undefined {
  const last = Memory.read(object);
  if (last === undefined || last.home === home) return last;
  return Memory.standing(object)?.elsewhere?.find((other) => other.home === home);
}

/** The same as remember(), for an object that is new. */
export function rememberFirst(object: object, item: Item | undefined, standing: Standing | undefined): void {
  new Memory(object, item, standing);
}

/** Remembers what was seen in a table, which is then the last one. What was seen in others stays. */
export function remember(object: object, { item, known, made, whole, home }: Snapshot): void {
  const elsewhere = seenOutside(home, object);
  const standing = elsewhere === undefined ? { known, made, whole, home } : { known, made, whole, home, elsewhere };
  Memory.write(object, item, standing);
}

/** Forgets what was seen in a table. */
export function forget(home: Home, object: object): void {
  const [last, ...elsewhere] = seenOutside(home, object) ?? [];
  Memory.write(object, last?.item, last && { ...last, elsewhere });
}

/** Of all other tables, the last one first; undefined for nothing. Most objects are of one table. */
function seenOutside(home: Home, object: object): readonly Snapshot[] | undefined {
  const standing = Memory.standing(object);
  if (standing === undefined || standing.home === home) return standing?.elsewhere;
  const last = Memory.read(object);
  const others = (standing.elsewhere ?? []).filter((other) => other.home !== home);
  return last === undefined ? others : [last, ...others];
}

function stranger(object: object): InvalidOption {
  const { name } = metaOfObject(object);
  return new InvalidOption(
    `This object of ${name} was not made by its constructor, and not loaded: it is a proxy or a copy of such an object, and bloop does not know what was last stored of it. Give bloop the object behind the proxy (in Vue by toRaw(), in Immer by original() or current()); of plain values, make a new object: new ${name}({ ... }).`,
  );
}
