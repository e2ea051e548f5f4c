/** The codec of a type: the interface by which values are loaded and dumped, without their declaration. */

import type { AnyWire, Attribute, Attributes } from "../../wire/attribute.js";
import type { Outline } from "./outline.js";

/** How a value is loaded, dumped and taken apart. Pure; it does not know its column. */
export interface Codec<Local = unknown> {
  /** The type's name in messages: `string`, `list`. */
  readonly name: string;
  /** DynamoDB's type descriptor of the attributes that dump returns. "any": each value has its own. */
  readonly wire: AnyWire;
  /** Throws if dump could not have made the attribute. */
  load(attribute: Attribute): Local;
  /** The same for a key column, if its error can say more about a key in another spelling; see spelling.ts. */
  loadKey?: ((attribute: Attribute) => Local) | undefined;
  /**
   * Throws if DynamoDB can't hold the value. Returns undefined if nothing is stored (an empty set). `depth` counts
   * levels. `stored` is the attribute that the value may have been loaded from: a list or map keeps its unchanged parts
   * as stored.
   */
  dump(value: Local, depth: number, stored?: Attribute): Attribute | undefined;
  /**
   * Whether a value is stored as it is, found without dumping it: this makes a save of 17 columns take a third of the
   * time. May answer false although it is. Undefined for types that can't tell.
   */
  isStored?: ((value: unknown, stored: Attribute) => boolean) | undefined;
  /** Whether all texts that dump returns have one length, and sort as the values do. */
  readonly isFixed?: boolean | undefined;
  /** Made by transform(): only its own functions know which part of a value has changed. */
  readonly isCustom?: boolean;
  /** For numbers: the sums that add() may reach. Undefined if the type loads any number that DynamoDB holds. */
  readonly sums?: Sums | undefined;
  /** For lists and maps: their content. Undefined for all others. */
  readonly inside?: Inside | undefined;
  /** The declaration, as data. */
  readonly outline?: Outline<Codec> | undefined;
}

/** The sums that add() may reach: whole numbers that a double holds, from minus `most` to `most`. */
export interface Sums {
  readonly most: number;
  /** Whether the type also loads some numbers outside this range: add() is refused on those. */
  readonly loadsMore?: boolean;
  /** For a type that does not load every number in this range: whether it loads this one. */
  readonly loads?: ((sum: string) => boolean) | undefined;
}

/** The content of a list or a map, by stored names. */
export type Inside = { readonly kind: "list"; element(): Codec } | MapInside;

export interface MapInside {
  readonly kind: "map";
  /** For a union: the stored name of the key that holds a map's kind. */
  readonly tag?: string | undefined;
  /** The codec of a stored key, or undefined for a key that the type does not declare. */
  member(storedName: string, map: Attributes): Member | undefined;
  /** The stored name of a key and its codec, or undefined if there is no such key. */
  at(key: string): Member | undefined;
  /** The known keys, for suggestions; undefined if any key is allowed. */
  keys(): readonly string[] | undefined;
  /** For a type whose values may also be lists or sets: the codec of their elements. */
  element?(): Codec;
}

/** The names of empty sets, which a dumped map leaves out. Not enumerable, since it is not stored. */
const emptied: unique symbol = Symbol("empty sets");
const none: readonly string[] = [];

/** The names that a dumped map leaves out because their sets are empty, and not because they were never assigned. */
export function emptiedNames(dumped: Attributes & { readonly [emptied]?: readonly string[] }): readonly string[] {
  return dumped[emptied] ?? none;
}

/** A dumped map that remembers the names of its empty sets. */
export function withEmptied(dumped: Attributes, names: readonly string[]): Attributes {
  return names.length === 0 ? dumped : Object.defineProperty(dumped, emptied, { value: names, configurable: true });
}

export interface Member {
  readonly key: string;
  readonly storedName: string;
  readonly codec: Codec;
  /** Whether the key must be present. */
  readonly required: boolean;
}
