/** Types only: the declaration of an index, and the key and columns that follow from it. */

import type { Ordered, Rejected } from "../../expression/infer.js";
import type { WithFlag } from "../../types/infer.js";
import type { Shape, wired } from "../../types/type.js";

type Projected<Columns extends string> = "all" | "keys" | readonly Columns[];

/** One to four columns, in order. */
type Attributes<Keys> = readonly [Keys, Keys?, Keys?, Keys?];

/** `Keys` are the columns that can be keys: those stored as S, N or B. */
export interface GlobalIndex<Keys extends string, Columns extends string> {
  /** A column, or up to four: a query compares each of them by eq(). */
  hashKey: Keys | Attributes<Keys>;
  /** A column, or up to four, by which items are sorted from left to right. */
  rangeKey?: Keys | Attributes<Keys>;
  projection: Projected<Columns>;
  /** The index's name in DynamoDB, if it differs. */
  storedAs?: string;
  readUnits?: number;
  writeUnits?: number;
  /** Of local indexes only. */
  strict?: never;
}

/** Has no hashKey: a local index shares the table's. */
export interface LocalIndex<Keys extends string, Columns extends string> {
  hashKey?: never;
  rangeKey: Keys;
  projection: Projected<Columns>;
  storedAs?: string;
  /** false: a search may ask for columns that are not projected; DynamoDB reads them from the table, for more units. */
  strict?: boolean;
  /** Of global indexes only: a local index has the table's. */
  readUnits?: never;
  writeUnits?: never;
}

/**
 * Indexes by property name. The possible key columns are computed here and not in an alias, whose name messages would
 * show.
 */
export interface Indexes<S extends Shape> {
  readonly [name: string]: AnyIndex<
    { [K in keyof S & string]: S[K][typeof wired] extends "S" | "N" | "B" ? K : never }[keyof S & string],
    keyof S & string,
    WithFlag<S, "range">
  >;
}

/** A local index sorts the items of one hash key in another order: without a range key there is only one. */
type AnyIndex<Keys extends string, Columns extends string, Range> = [Range] extends [never]
  ? GlobalIndex<Keys, Columns>
  : GlobalIndex<Keys, Columns> | LocalIndex<Keys, Columns>;

/** The hash key of an index. If either key has several columns, they are in order. */
export type IndexHash<S extends Shape, X> = X extends Several
  ? string & Ordered<Listed<X, "hashKey">, Listed<X, "rangeKey">>
  : "hashKey" extends keyof X
    ? X["hashKey"] & string
    : WithFlag<S, "hash">;

/** The range key of an index. If either key has several columns, all of both: a filter can be on none of them. */
export type IndexRange<X> = X extends Several
  ? Listed<X, "hashKey" | "rangeKey">[number]
  : "rangeKey" extends keyof X
    ? X["rangeKey"] & string
    : never;

type Several = { hashKey: readonly string[] } | { rangeKey: readonly string[] };

/** The columns of a key, or of both. */
type Listed<X, K extends string> = K extends keyof X
  ? X[K] extends infer C extends string
    ? [C]
    : X[K] extends readonly string[]
      ? X[K]
      : []
  : [];

/** The columns that a search of an index can yield. */
export type IndexColumns<S extends Shape, X> = X extends { projection: "all" } | { strict: false }
  ? keyof S & string
  :
      | WithFlag<S, "hash">
      | WithFlag<S, "range">
      | Extract<IndexHash<S, X>, keyof S>
      | IndexRange<X>
      | (X extends { projection: readonly (infer C extends string)[] } ? C : never);

/** An index with a hash key of its own is a global one. */
export type IndexKind<X> = "hashKey" extends keyof X ? "global" : "local";

/**
 * The compiler's messages for indexes that can't be; no constraint if they can. Of an inferred type, it would take a
 * misspelt option.
 */
export type IndexCheck<S, X> = OptionOf<X[keyof X]> | (keyof X & keyof S) extends IndexOption
  ? unknown
  : {
      [K in keyof X]: K extends keyof S
        ? Rejected<"a column has this name">
        : { [O in Exclude<keyof X[K], IndexOption>]: Rejected<"an index has no such option"> };
    };

type IndexOption = keyof GlobalIndex<string, string>;
/** The options of all indexes. */
type OptionOf<I> = I extends unknown ? keyof I : never;
