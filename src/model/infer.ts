/** Type level only: what a model is to the compiler, and what searches of it yield. */

import type { Action, Increase, Merge } from "../expression/action.js";
import type { Place, Rejected } from "../expression/infer.js";
import type { Dynamic } from "../types/dynamic.js";
import type { Input, LocalOf, Values } from "../types/infer.js";
import type { AnyType, flagged, inner, KeyRole, Shape, Type, wired } from "../types/type.js";

type Numeric<S extends Shape> = { [K in keyof S & string]: S[K][typeof wired] extends "N" ? K : never }[keyof S &
  string];
/** `{ hash: "store"; range: "at" }`: both in one pass, since a model has many columns. */
type KeyColumns<S extends Shape> = { [K in keyof S as S[K][typeof flagged] & KeyRole]: K };
export type HashOf<S extends Shape> = KeyColumns<S> extends { hash: infer H extends string } ? H : never;
type RangeOf<S extends Shape> = KeyColumns<S> extends { range: infer R extends string } ? R : never;

/** What a stream's records hold. */
export type StreamInclude = "keys" | "new" | "old";

/** The table's key columns of an object. */
export type Key<S extends Shape> = { [K in HashOf<S> | RangeOf<S>]: LocalOf<S[K]> };

/** What update() takes: a value or an action for each column that is to change. */
export type Changes<S extends Shape> = { [K in keyof S]?: ChangeOf<S[K]> };

/**
 * The same by model, to declare a variable with: outside of a call, merge() can't know which keys it takes.
 *
 * @example
 * const changes: ChangesOf<typeof Page> = { views: add(1) };
 */
export type ChangesOf<T extends AnyModel> = Changes<ShapeOf<T>>;

/** A value, or an action that the attribute type supports. */
type ChangeOf<X extends AnyType> = [X[typeof flagged] & (KeyRole | "version")] extends [never]
  ?
      | LocalOf<X>
      | Action<"required" extends X[typeof flagged] ? LocalOf<X> : LocalOf<X> | undefined>
      | ActionsOfWire<X>[X[typeof wired] & keyof ActionsOfWire<X>]
  : [X[typeof flagged] & KeyRole] extends [never]
    ? Rejected<"bloop raises the version itself">
    : Rejected<"a key column cannot be updated">;

interface ActionsOfWire<X extends AnyType> {
  N: Increase<NonNullable<LocalOf<X>>>;
  M: Merge<Changes<X[typeof inner]>>;
}

/** Actions for a save of an object, by its properties. */
export type ObjectActions<T> = {
  [K in keyof T]?:
    | Action<T[K]>
    | Increase<NonNullable<T[K]>>
    | (T[K] extends readonly unknown[] | ReadonlySet<unknown> | undefined | null
        ? never
        : Merge<MemberActions<NonNullable<T[K]>>>);
};

/** What a dynamic map holds may hold itself: it is no shape to go down into without end. */
type MemberActions<T> = { [key: string]: Dynamic } extends T
  ? Changes<{ [key: string]: Type<Dynamic> }>
  : ObjectActions<T>;

type Projection<Columns extends string> = "all" | "keys" | readonly Columns[];

/** `Keys` are the columns that can be keys: those stored as S, N or B. */
export interface GlobalIndex<Keys extends string, Columns extends string> {
  hashKey: Keys;
  rangeKey?: Keys;
  projection: Projection<Columns>;
  /** The index's name in DynamoDB, when it differs. */
  storedAs?: string;
  readUnits?: number;
  writeUnits?: number;
}

/** Has no hashKey: a local index shares the table's. */
export interface LocalIndex<Keys extends string, Columns extends string> {
  hashKey?: never;
  rangeKey: Keys;
  projection: Projection<Columns>;
  storedAs?: string;
  /** false: a search may ask for columns that are not projected; DynamoDB reads them from the table, for more units. */
  strict?: boolean;
}

/** By property name. The columns that can be keys are found here and not in an alias, whose name messages would show. */
export interface Indexes<S extends Shape> {
  readonly [name: string]: AnyIndex<
    { [K in keyof S & string]: S[K][typeof wired] extends "S" | "N" | "B" ? K : never }[keyof S & string],
    keyof S & string
  >;
}

type AnyIndex<Keys extends string, Columns extends string> = GlobalIndex<Keys, Columns> | LocalIndex<Keys, Columns>;

type IndexHash<S extends Shape, X> = X extends { hashKey: infer H extends string } ? H : HashOf<S>;
type IndexRange<X> = X extends { rangeKey: infer R extends string } ? R : never;
type IndexColumns<S extends Shape, X> = X extends { projection: "all" } | { strict: false }
  ? keyof S & string
  :
      | HashOf<S>
      | RangeOf<S>
      | IndexHash<S, X>
      | IndexRange<X>
      | (X extends { projection: readonly (infer C extends string)[] } ? C : never);
type IndexKind<X> = X extends { hashKey: string } ? "global" : "local";

declare const searched: unique symbol;
declare const shaped: unique symbol;

/** What can be queried and scanned: a model or one of its indexes. */
export interface Searchable<
  M extends string,
  S extends Shape,
  H extends string,
  R extends string,
  C extends string,
  Kind extends "table" | "local" | "global",
> {
  /** Type level only: never there at run time. */
  readonly [searched]: { model: M; shape: S; hash: H; range: R; columns: C; kind: Kind };
}

/** Any model's constructor, and what it says of itself to the compiler. */
export interface ModelBase<M extends string, S extends Shape, I extends string> {
  new (values: Input<S>): Values<S>;
  /** Type level only: never there at run time. */
  readonly [shaped]: { name: M; shape: S; include: I };
}

/** Any model, for constraints. */
export interface AnyModel {
  // biome-ignore lint/suspicious/noExplicitAny: a constraint that every constructor meets
  new (values: any): any;
  readonly [shaped]: { name: string; shape: Shape; include: string };
}

/** A model: a constructor, with its columns and indexes as properties. */
export type Model<M extends string, S extends Shape, X, I extends string = never> = ModelBase<M, S, I> &
  Searchable<M, S, HashOf<S>, RangeOf<S>, keyof S & string, "table"> & {
    readonly [K in keyof S]: Place<M, K & string, S[K]>;
  } & {
    readonly [K in keyof X & string]: Searchable<
      M,
      S,
      IndexHash<S, X[K]>,
      IndexRange<X[K]>,
      IndexColumns<S, X[K]>,
      IndexKind<X[K]>
    >;
  };

/** The object type of a model: `type Account = Item<typeof Account>`. */
// biome-ignore lint/suspicious/noExplicitAny: the constraint of InstanceType
export type Item<T extends abstract new (...args: any) => any> = InstanceType<T>;

export type ShapeOf<T extends AnyModel> = T[typeof shaped]["shape"];

export type IncludeOf<T extends AnyModel> = T[typeof shaped]["include"];

export type ModelName<T extends AnyModel> = T[typeof shaped]["name"];

export interface ModelOptions<S extends Shape, X extends Indexes<S>, I extends StreamInclude> {
  indexes?: X;
  /** The table's name, when it differs from the model's. An engine may put something around it. */
  tableName?: string;
  stream?: { include: readonly I[] };
  ttl?: { column: [Numeric<S>] extends [never] ? Rejected<"no column of this model holds a number"> : Numeric<S> };
  /** Default: whatever the table has; "on_demand" for a new one. */
  billing?: "on_demand" | "provisioned";
  readUnits?: number;
  writeUnits?: number;
  /** true: encrypted with a key of AWS KMS; false: with DynamoDB's own. */
  encryption?: boolean;
  /** true: continuous backups with point-in-time recovery. */
  backups?: boolean;
}

type Projected<S extends Shape, C extends string> = Pick<Values<S>, C & keyof S>;

/** What a search yields: all of the columns that it can see, or those asked for and the table's keys. */
type Result<S extends Shape, C extends string, P> = P extends readonly (infer E extends string)[]
  ? Projected<S, E | HashOf<S> | RangeOf<S>>
  : [keyof S & string] extends [C]
    ? Values<S>
    : Projected<S, C>;

/** What a search finds: of a model or a subclass of one, its objects; else what can be seen of them. */
export type Found<T, S extends Shape, C extends string, P> = P extends "all"
  ? T extends abstract new (
      ...args: never
    ) => infer O
    ? O
    : Result<S, C, P>
  : Result<S, C, P>;
