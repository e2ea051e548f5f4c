/** The last loaded or saved state of an object, for each table. Private: no property of the object shows it. */

import { InvalidOption } from "../../errors.js";
import { shared } from "../../util/core.js";
import type { Item } from "../../wire/attribute.js";
import { metaOfObject } from "../registry.js";
import type { Home, Standing } from "./home.js";

export interface Snapshot extends Standing {
  /** The item as last seen, with the attributes that the model does not know. */
  readonly item: Item;
}

interface Remembered extends Standing {
  /** The states seen in other tables, the latest first. Absent: none. */
  readonly elsewhere?: readonly Snapshot[];
}

/** Lets a derived class add its private fields to an existing object. */
export class Bare {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: see above
    return object;
  }
}

/**
 * Private fields on objects of other classes: a WeakMap takes several times as long, garbage collection included. There
 * are two, since a separate snapshot object would take a fifth more memory for a small object: bench/questions/memory.ts.
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

/** One for all copies of this build: the class whose private fields the objects have. */
const Memory: typeof Remembering = /* @__PURE__ */ shared("snapshots", () => Remembering);

/** Marks a newly made object. Each object of a model is marked, so that a proxy of one can be recognised. */
export function markNew(object: object): void {
  new Memory(object, undefined, undefined);
}

/**
 * The last seen state of an object, in any table. Undefined if it was never loaded or saved, or was deleted. Throws
 * InvalidOption for a proxy of an object, and for a copy that no constructor made: they would count as new, and
 * overwrite other writers' changes.
 */
export function snapshotOf(object: object): Snapshot | undefined {
  return Memory.read(object);
}

/** The same for one table. */
export function snapshotIn(home: Home, object: object): Snapshot | undefined {
  const last = Memory.read(object);
  if (last === undefined || last.home === home) return last;
  return Memory.standing(object)?.elsewhere?.find((other) => other.home === home);
}

/** The same as remember(), for a new object. */
export function rememberFirst(object: object, item: Item | undefined, standing: Standing | undefined): void {
  new Memory(object, item, standing);
}

/** Remembers the state seen in a table, which is now the last one. States of other tables stay. */
export function remember(object: object, { item, known, made, whole, home }: Snapshot): void {
  const elsewhere = seenOutside(home, object);
  const standing = elsewhere === undefined ? { known, made, whole, home } : { known, made, whole, home, elsewhere };
  Memory.write(object, item, standing);
}

/** Forgets the state seen in a table. */
export function forget(home: Home, object: object): void {
  const [last, ...elsewhere] = seenOutside(home, object) ?? [];
  Memory.write(object, last?.item, last && { ...last, elsewhere });
}

/** The states of all other tables, the latest first; undefined if there are none. Most objects have one table. */
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
