/** Types only: a declared table and its models as the compiler sees them. */

import type { Ordered, Place, Rejected } from "../../../expression/infer.js";
import type { WithFlag } from "../../../types/infer.js";
import type { flagged, inner, local, Shape, Type, wired } from "../../../types/type.js";
import type { composed, HashOf, ModelBase, RangeOf, Searchable, StreamInclude } from "../../infer.js";
import type { KeyTemplate, PartOf } from "./template.js";

/**
 * An index of a declared table, by the names of attributes: one for each key, or one to four of a global index. Without a
 * hashKey it is local.
 */
export interface TableIndexDeclaration {
  readonly hashKey?: string | readonly [string, string?, string?, string?];
  readonly rangeKey?: string | readonly [string, string?, string?, string?];
  readonly projection: "all" | "keys" | readonly string[];
  readonly readUnits?: number;
  readonly writeUnits?: number;
}

/** The argument of table(): everything that belongs to the table, by the names of attributes. */
export interface TableDeclaration {
  readonly hashKey: string;
  readonly rangeKey?: string;
  /** The attribute that tells the kinds of items apart, or several of another library. Default: keys alone do. */
  readonly kind?: string | readonly string[];
  readonly indexes?: { readonly [name: string]: TableIndexDeclaration };
  /** The attribute that holds, for all kinds, the time at which an item expires. */
  readonly ttl?: string;
  readonly billing?: "on_demand" | "provisioned";
  readonly readUnits?: number;
  readonly writeUnits?: number;
  readonly encryption?: boolean;
  readonly backups?: boolean;
}

/** A table to the compiler. */
export interface TableType {
  hash: string;
  range: string;
  /** Both of the above. */
  keys: string;
  kind: string;
  indexes: { readonly [name: string]: TableIndexDeclaration };
  include: StreamInclude;
}

export interface TableTypes<D extends TableDeclaration, I extends StreamInclude> {
  hash: D["hashKey"];
  range: D extends { rangeKey: infer R extends string } ? R : never;
  keys: D["hashKey"] | (D extends { rangeKey: infer R extends string } ? R : never);
  kind: D extends { kind: infer K } ? (K extends readonly (infer E extends string)[] ? E : K & string) : never;
  indexes: D extends { indexes: infer X extends TableType["indexes"] } ? X : Record<never, never>;
  include: I;
}

declare const tabled: unique symbol;

/** A table of several kinds of items. */
export interface Table<T extends TableType> {
  /** Type level only: never there at run time. */
  readonly [tabled]: T;
  /** As declared; an engine may put something around it. */
  readonly name: string;
  /**
   * Declares a model of the table's items. Throws InvalidModel for a bad declaration, and for a model whose items could
   * not be told from those of another one.
   *
   * @example
   * const Order = Shop.model("Order", { customerId: uuid(), id: string(), total: number() }, {
   *   key: { pk: key`CUSTOMER#${"customerId"}`, sk: key`ORDER#${"id"}` },
   *   indexes: { byId: { on: "gsi1", gsi1pk: key`ORDER#${"id"}`, gsi1sk: key`ORDER` } },
   * });
   */
  model<const M extends string, S extends Shape, const O extends KindOptions<T, PartColumn<S>>>(
    name: M,
    columns: S,
    options: O & OptionsCheck<T, S, O> & WholeKey<S, T, Exclude<T["keys"], keyof KeyOf<O> | T["kind"]>>,
  ): KindModel<M, S, T, O>;
}

/** The columns that can be parts of a key. */
export type PartColumn<S extends Shape> = {
  [K in keyof S & string]: S[K][typeof wired] extends "S" | "N" | "B" | "BOOL" ? K : never;
}[keyof S & string];

/** How a key attribute is made: a column as it is, or columns and constants. */
export type KeySpec<C extends string> = C | KeyTemplate<readonly PartOf<C>[]>;

type IndexAttribute<T extends TableType> = {
  [N in keyof T["indexes"]]: EachOf<T["indexes"][N][keyof T["indexes"][N] & ("hashKey" | "rangeKey")]>;
}[keyof T["indexes"]];
type EachOf<K> = K extends string ? K : K extends readonly (infer E extends string)[] ? E : never;

/** The options of a table's model(), besides the columns. */
export interface KindOptions<T extends TableType, C extends string> {
  /** How the table's key attributes are made. One that a column is stored as is left out. */
  readonly key?: { readonly [A in T["keys"]]?: KeySpec<C> };
  /** By property name: an index of the table, and how its key attributes are made. */
  readonly indexes?: {
    readonly [name: string]: { readonly on: keyof T["indexes"] & string } & {
      readonly [A in IndexAttribute<T>]?: KeySpec<C>;
    };
  };
  /** The model's value of the attribute that tells kinds apart; of several, by attribute. Default: the model's name. */
  readonly kind?: string | { readonly [A in T["kind"]]: string };
  /** true: items that have no such attribute, from before there was one, are of this model. */
  readonly missing?: boolean;
  /** true: the model is a view of all items, of whatever kind. */
  readonly view?: boolean;
  /**
   * Columns of which no two items of the kind may have the same value; of several in an array, the same values of all.
   * An item without a value is left alone. Writes of such a column are transactions.
   *
   * @example
   * unique: ["email", ["tenant", "userName"]]
   */
  readonly unique?: readonly (C | readonly C[])[];
}

/** The compiler's message for invalid options; no constraint if they are valid. */
export interface OptionsCheck<T extends TableType, S extends Shape, O> {
  readonly key?: {
    readonly [A in Exclude<keyof KeyOf<O>, T["keys"]>]: Rejected<"the table has no key attribute of this name">;
  };
  readonly indexes?: { readonly [K in keyof S]?: Rejected<"a column has this name"> };
  readonly unique?: [T["kind"]] extends [never]
    ? Rejected<"unique columns take a table that declares an attribute of kinds">
    : unknown;
  readonly kind?: [T["kind"]] extends [never]
    ? Rejected<"the table declares no attribute of kinds">
    : O extends { view: true }
      ? Rejected<"a view has no kind">
      : unknown;
}

/** The compiler's message for key attributes that are left out; no constraint for one that a column is stored as. */
type WholeKey<S extends Shape, T extends TableType, A> = [A] extends [never] ? unknown : Needed<Unmade<S, T, A>>;
type Unmade<S extends Shape, T extends TableType, A> = A extends string
  ? [WithFlag<S, A extends T["hash"] ? "hash" : "range">] extends [never]
    ? A
    : never
  : never;
type Needed<A extends string> = [A] extends [never] ? unknown : { readonly key: { readonly [N in A]: unknown } };

/** The columns of a key attribute, in order. */
type Parts<O, A extends string> = O extends { readonly [K in A]: infer Spec } ? SpecParts<Spec> : [];
type SpecParts<Spec> = Spec extends KeyTemplate<infer P> ? Named<P> : Spec extends string ? [Spec] : [];
type Named<P extends readonly unknown[]> = {
  -readonly [I in keyof P]: P[I] extends { readonly column: infer C } ? C : P[I];
};
type Names<P> = P extends readonly (infer C extends string)[] ? C : never;

/** A table's key as columns: of one that is not composed, the column with its flag. */
type TableKey<S extends Shape, P, F extends "hash" | "range"> = P extends readonly [] ? One<WithFlag<S, F>> : P;
/** A tuple of one name, or of none. */
type One<C> = [C] extends [never] ? [] : [C];

type KeyOf<O> = O extends { readonly key: infer K } ? K : unknown;
type HashParts<S extends Shape, T extends TableType, O> = TableKey<S, Parts<KeyOf<O>, T["hash"]>, "hash">;
type RangeParts<S extends Shape, T extends TableType, O> = TableKey<S, Parts<KeyOf<O>, T["range"]>, "range">;

/** The columns with the flags of a key, so that all else that asks for keys finds them. */
type Keyed<S extends Shape, H, R, E = H | R> = {
  [K in keyof S]: K extends E ? Flagged<S[K], K extends H ? "hash" : "range"> : S[K];
};
type Flagged<X extends Shape[string], F extends "hash" | "range"> = Type<
  X[typeof local],
  X[typeof wired],
  X[typeof flagged] | F | "required",
  X[typeof inner]
>;

/** A model of a declared table: a constructor, with its columns and indexes as properties. */
export type KindModel<M extends string, S extends Shape, T extends TableType, O> = KeyedModel<
  M,
  S,
  T,
  O,
  HashParts<S, T, O>,
  RangeParts<S, T, O>
>;
type KeyedModel<M extends string, S extends Shape, T extends TableType, O, H, R> = KindOf<
  M,
  S,
  Keyed<S, Names<H>, Names<R>>,
  T,
  O,
  string & Ordered<H, R>
>;

type KindOf<M extends string, S extends Shape, K extends Shape, T extends TableType, O, H extends string> = ModelBase<
  M,
  K,
  T["include"]
> &
  Searchable<M, K, H, never, keyof S & string, "table"> & {
    readonly [P in keyof K]: Place<M, P & string, K[P]>;
  } & (O extends { readonly indexes: infer X }
    ? { readonly [N in keyof X & string]: KindIndex<M, S, K, T, O, X[N]> } & {
        /** Types only: absent at run time. */
        readonly [composed]: IndexPart<X[keyof X]>;
      }
    : unknown);

/** The columns that an index's own keys are composed of, or copies of. */
type IndexPart<X> = X extends unknown ? SpecPart<X[Exclude<keyof X, "on">]> : never;
type SpecPart<Spec> = Spec extends KeyTemplate<infer P> ? Names<Named<P>> : Spec & string;

type KindIndex<M extends string, S extends Shape, K extends Shape, T extends TableType, O, X> = X extends {
  readonly on: infer N extends keyof T["indexes"];
}
  ? SearchableIndex<M, S, K, T, { options: O; index: X; on: T["indexes"][N] }>
  : never;

interface IndexPlace {
  options: unknown;
  index: unknown;
  on: TableIndexDeclaration;
}

/** A key attribute as columns: of one that is not composed, the column of its name. */
type Own<P, C> = P extends readonly [] ? One<C> : P;

/** A key attribute of an index: the table's, composed, or the column of its name. */
type IndexParts<S extends Shape, T extends TableType, X extends IndexPlace, A> = A extends T["hash"]
  ? HashParts<S, T, X["options"]>
  : A extends T["range"]
    ? RangeParts<S, T, X["options"]>
    : A extends string
      ? Own<Parts<X["index"], A>, A & keyof S>
      : A extends readonly [infer First, ...infer Rest]
        ? [...IndexParts<S, T, X, First>, ...IndexParts<S, T, X, Rest>]
        : [];

type IndexHash<T extends TableType, X extends IndexPlace> = X["on"] extends { hashKey: infer A } ? A : T["hash"];

type SearchableIndex<
  M extends string,
  S extends Shape,
  K extends Shape,
  T extends TableType,
  X extends IndexPlace,
> = SearchableParts<M, K, IndexParts<S, T, X, IndexHash<T, X>>, IndexParts<S, T, X, X["on"]["rangeKey"]>, X>;

type SearchableParts<M extends string, K extends Shape, H, R, X extends IndexPlace> = Searchable<
  M,
  K,
  string & Ordered<H, R>,
  never,
  IndexColumns<K, Names<H> | Names<R>, X["on"]["projection"]>,
  X["on"] extends { hashKey: unknown } ? "global" : "local"
>;

type IndexColumns<K extends Shape, Own extends string, P> = P extends "all"
  ? keyof K & string
  : HashOf<K> | RangeOf<K> | Own | (P extends readonly (infer C)[] ? C & keyof K & string : never);
