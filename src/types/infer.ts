/** Type level only: what objects hold and take, read from a shape. */

import type { AnyType, Flag, flagged, local, Shape } from "./type.js";

/** Shows a computed object type as if it had been written by hand. */
export type Simplify<O> = { [K in keyof O]: O[K] } & {};

/** The local value of a type. */
export type LocalOf<X extends AnyType> = X[typeof local];

/**
 * `{ hash: "store"; range: "at"; required: "store" | "at" | "total" }`: the properties that have each flag. All of them
 * in one pass, since a model has many columns.
 */
type Flagged<S extends Shape> = { [K in keyof S as S[K][typeof flagged]]: K };

/** The properties that have a flag. */
export type WithFlag<S extends Shape, F extends Flag> =
  Flagged<S> extends { [K in F]: infer P extends string } ? P & keyof S : never;

/**
 * Properties but for those that have a default, by `Flagged`. By `WithFlag`, they cost 200 instantiations more, before
 * any shape is known.
 */
type Without<R, O> = O extends { default: infer D } ? Exclude<R, D> : R;

/** What an object holds: columns by property, absent where not required. */
export type Values<S extends Shape> = Simplify<Optional<S> & { [K in WithFlag<S, "required">]: S[K][typeof local] }>;

/** What `new Model()` takes: as `Values`, but what has a default may be left out. */
export type InputOfShape<S extends Shape> = Simplify<
  Optional<S> & {
    [K in Without<WithFlag<S, "required">, Flagged<S>> & keyof S]: S[K][typeof local];
  }
>;

/** Every property, whether needed or not: one part that `Values` and `InputOfShape` share, so that it is computed once. */
type Optional<S extends Shape> = { [K in keyof S]?: S[K][typeof local] | undefined };
