/** Types only: a model as the compiler sees it, and the results of its searches. */

import type { Action, Increase, Merge } from "../expression/action.js";
import type { Place, Rejected } from "../expression/infer.js";
import type { Dynamic } from "../types/dynamic.js";
import type { InputOfShape, Simplify, Values, WithFlag } from "../types/infer.js";
import type { flagged, inner, KeyRole, local, Shape, Type, wired } from "../types/type.js";
import type { ModelObject } from "../util/model-object.js";
import type { IndexCheck, IndexColumns, Indexes, IndexHash, IndexKind, IndexRange } from "./declaration/infer.js";

type Numeric<S extends Shape> = { [K in keyof S & string]: S[K][typeof wired] extends "N" ? K : never }[keyof S &
  string];
export type HashOf<S extends Shape> = WithFlag<S, "hash">;
export type RangeOf<S extends Shape> = WithFlag<S, "range">;

/** The images in a stream's records. */
export type StreamInclude = "keys" | "new" | "old";

/** The table's key columns of an object. A conditional type, since editors then show its content and not its name. */
export type KeyOfShape<S extends Shape> = S extends Shape
  ? { [K in HashOf<S> | RangeOf<S>]: S[K][typeof local] } & {}
  : never;

/**
 * The changes of update(): a value or an action for each column that is to change. A union whose parts are conditional,
 * since compilers before TypeScript 5.9 infer nothing from a type that is conditional as a whole. Without type names,
 * so that editors show the columns and their changes.
 */
export type ChangesOfShape<S extends Shape, P = never> = {
  [K in keyof S]?:
    | ([S[K][typeof flagged] & (KeyRole | "version")] extends [never]
        ? K extends P
          ?
              | S[K][typeof local]
              | ("required" extends S[K][typeof flagged] ? never : Action<undefined>)
              | Rejected<"a key of an index is composed of it: it takes a value, and no action">
          :
              | S[K][typeof local]
              | Action<"required" extends S[K][typeof flagged] ? S[K][typeof local] : S[K][typeof local] | undefined>
              | (S[K][typeof wired] extends "N" | "any" ? Increase<NonNullable<S[K][typeof local]>> : never)
        : Rejected<
            "version" extends S[K][typeof flagged]
              ? "bloop raises the version itself"
              : "a key column cannot be updated"
          >)
    | (S[K][typeof wired] extends "M" ? Merge<ChangesOfShape<S[K][typeof inner]>> : never)
    | (S[K][typeof wired] extends "any" ? Merge<DynamicChanges> : never);
} & {};

/**
 * The changes of update() for a model: `Changes<typeof Page>`. For use with variables, since merge() outside a call
 * can't know its keys.
 *
 * @example
 * const changes: Changes<typeof Page> = { views: add(1) };
 */
export type Changes<T extends AnyModel> = ChangesOfShape<ShapeOf<T>, PartsOf<T>>;

/** The columns that keys of a model's indexes are composed of. */
type PartsOf<T extends AnyModel> = T extends { readonly [composed]: infer P } ? P : never;

/** The key columns of a model: `Key<typeof Receipt>` is `{ store: string; at: Date }`. */
export type Key<T extends AnyModel> = KeyOfShape<ShapeOf<T>>;

/** The input of `new Model()`: `Input<typeof Receipt>`. */
export type Input<T extends AnyModel> = InputOfShape<ShapeOf<T>>;

type DynamicChanges = ChangesOfShape<{ [key: string]: Type<Dynamic, "any"> }>;

/** Actions for a save of an object, by its properties. */
export type ObjectActions<T> = {
  [K in keyof T]?:
    | Action<T[K]>
    | Increase<NonNullable<T[K]>>
    | (T[K] extends readonly unknown[] | ReadonlySet<unknown> | undefined | null
        ? never
        : Merge<MemberActions<NonNullable<T[K]>>>);
};

/** The values of a dynamic map may be dynamic maps: this type is not followed without end. */
type MemberActions<T> = { [key: string]: Dynamic } extends T ? DynamicChanges : ObjectActions<T>;

/** The compiler's message for columns that can't be those of a table; no constraint if they can. */
export type KeyCheck<S extends Shape> = [HashOf<S>] extends [never]
  ? Rejected<"a model needs a hash key: call hashKey() on one column">
  : [Several<HashOf<S>>] extends [never]
    ? [Several<RangeOf<S>>] extends [never]
      ? unknown
      : Rejected<"a model has at most one range key, and these columns have several">
    : Rejected<"a model has one hash key, and these columns have several">;

/** The members of a union of several; never for one alone. `Each` iterates over the union, member by member. */
type Several<All, Each = All> = Each extends unknown ? ([All] extends [Each] ? never : Each) : never;

declare const searched: unique symbol;
/** Of a model of a declared table: the columns that keys of its indexes are composed of. */
export declare const composed: unique symbol;
declare const shaped: unique symbol;

/** The target of a search; "several": some models of one table, or their indexes. */
export type SearchKind = "table" | "local" | "global" | "several";

/** A target of queries and scans: a model or one of its indexes. */
export interface Searchable<
  out M extends string,
  out S extends Shape,
  out H extends string,
  out R extends string,
  out C extends string,
  out Kind extends SearchKind,
> {
  /** Types only: absent at run time. */
  readonly [searched]: { model: M; shape: S; hash: H; range: R; columns: C; kind: Kind };
}

/** A model's constructor, and its phantom properties for the compiler. */
export interface ModelBase<M extends string, S extends Shape, I extends string> {
  new (values: InputOfShape<S>): Values<S> & ModelObject<M>;
  /** Types only: absent at run time. */
  readonly [shaped]: { name: M; shape: S; include: I };
}

/**
 * Any model, for code that is generic in it.
 *
 * @example
 * async function exists<T extends AnyModel>(model: T, key: Key<T>) {
 *   return (await engine.get(model, key)) !== undefined;
 * }
 */
export interface AnyModel extends Searchable<string, Shape, string, string, string, "table"> {
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

/** A source of objects. The compiler refuses it unless a model made them. */
export type ObjectSource<T> = T extends Iterable<ModelObject<string>> | AsyncIterable<ModelObject<string>>
  ? T
  : Rejected<"only objects made by a model">;

/** The compiler's message for a model whose stream can't be read; no constraint if it can. */
export type StreamCheck<I extends string> = [I] extends [never]
  ? Rejected<"this model declares no stream: give it the option stream">
  : unknown;

export type IncludeOf<T extends AnyModel> = T[typeof shaped]["include"];

export type ModelName<T extends AnyModel> = T[typeof shaped]["name"];

/** Keys can't be combined: images hold them too. */
type IncludeCheck<I extends StreamInclude> = [I] extends ["keys"]
  ? unknown
  : "keys" extends I
    ? Rejected<"keys stand alone: new and old images hold the keys too">
    : unknown;

export interface ModelOptions<S extends Shape, X extends Indexes<S>, I extends StreamInclude> {
  indexes?: X & IndexCheck<S, X>;
  /** The table's name, if it differs from the model's. An engine may add a prefix or suffix. */
  tableName?: string;
  stream?: { include: readonly I[] & IncludeCheck<I> };
  ttl?: { column: [Numeric<S>] extends [never] ? Rejected<"no column of this model holds a number"> : Numeric<S> };
  /** Default: no check for an existing table; "on_demand" for a new one. */
  billing?: "on_demand" | "provisioned";
  readUnits?: number;
  writeUnits?: number;
  /** true: encrypted with a key of AWS KMS; false: with DynamoDB's own. */
  encryption?: boolean;
  /** true: continuous backups with point-in-time recovery. */
  backups?: boolean;
}

/**
 * The result of a search of all columns that it can see. Each branch is written out, since a named type is compared with
 * itself for each of its parameters: 500 instantiations.
 */
type WholeResult<M extends string, S extends Shape, C extends string> = [keyof S & string] extends [C]
  ? Values<S> & ModelObject<M>
  : Simplify<Pick<Values<S>, C & keyof S>> & ModelObject<M>;

/** The result of a search of some columns, and the table's keys. */
type Result<M extends string, S extends Shape, P> = P extends readonly (infer E extends string)[]
  ? Simplify<Pick<Values<S>, (E | HashOf<S> | RangeOf<S>) & keyof S>> & ModelObject<M>
  : Simplify<Pick<Values<S>, (HashOf<S> | RangeOf<S>) & keyof S>> & ModelObject<M>;

/**
 * The objects that a search finds: those of a model or a subclass if all columns are read; else the visible columns.
 */
export type Found<T, M extends string, S extends Shape, C extends string, P> = P extends "all"
  ? T extends abstract new (
      ...args: never
    ) => infer O
    ? O
    : T extends readonly (infer E)[]
      ? EachFound<E>
      : WholeResult<M, S, C>
  : Result<M, S, P>;

/** The objects that a search of several models finds of one of them. */
export type EachFound<E> = E extends abstract new (
  ...args: never
) => infer O
  ? O
  : E extends Searchable<infer M, infer S, string, string, infer C, SearchKind>
    ? WholeResult<M, S, C>
    : never;

/** What the compiler knows of several models that are searched at once; the defaults of a search's type parameters. */
export interface SeveralOf<T> {
  model: T extends readonly { readonly [searched]: { model: infer M extends string } }[] ? M : string;
  hash: T extends readonly { readonly [searched]: { hash: infer H extends string } }[] ? H : string;
  kind: T extends readonly unknown[] ? "several" : "table";
}

/** A value in DynamoDB's form, as the SDK has it. */
export type UnknownAttribute =
  | { S: string }
  | { N: string }
  | { B: Uint8Array }
  | { BOOL: boolean }
  | { NULL: true }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Uint8Array[] }
  | { L: UnknownAttribute[] }
  | { M: { [key: string]: UnknownAttribute } };

/** An item of a kind that no model of the table knows, as `onUnknown: "raw"` gives it: attributes by their stored names. */
export interface UnknownItem {
  readonly [attribute: string]: UnknownAttribute;
}

/** How to treat items of a kind that no model of the table knows. */
export type UnknownPolicy = "skip" | "error" | "raw";

/** The additional results of a search under each policy. */
export interface UnknownItems {
  skip: never;
  error: never;
  raw: UnknownItem;
}

/** Some models of one table, or their indexes of one name. */
export type SeveralSearched = readonly Searchable<string, Shape, string, string, string, SearchKind>[];

/** The new values of a move: of columns of the key, and of others. */
export type MoveChanges<T> = { readonly [P in Exclude<keyof T, keyof ModelObject<string>>]?: T[P] };
