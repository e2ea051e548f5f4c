/** Types only: the properties of objects and of their inputs, computed from a shape. */

import type { AnyType, Flag, flagged, local, Shape } from "./type.js";

/** Shows a computed object type as if it had been written by hand. */
export type Simplify<O> = { [K in keyof O]: O[K] } & {};

/** The local value of a type. */
export type LocalOf<X extends AnyType> = X[typeof local];

/**
 * `{ hash: "store"; range: "at"; required: "store" | "at" | "total" }`: the properties that have each flag. One pass
 * computes all of them, since a model has many columns.
 */
type Flagged<S extends Shape> = { [K in keyof S as S[K][typeof flagged]]: K };

/** The properties that have a flag. */
export type WithFlag<S extends Shape, F extends Flag> =
  Flagged<S> extends { [K in F]: infer P extends string } ? P & keyof S : never;

/**
 * The properties without those that have a default, computed from `Flagged`. Computed from `WithFlag`, they would cost
 * 200 more instantiations before any shape is known.
 */
type Without<R, O> = O extends { default: infer D } ? Exclude<R, D> : R;

/** The properties of an object: columns by property name, optional unless they are required. */
export type Values<S extends Shape> = Simplify<Optional<S> & { [K in WithFlag<S, "required">]: S[K][typeof local] }>;

/** The input of `new Model()`: as `Values`, but properties with a default may be left out. */
export type InputOfShape<S extends Shape> = Simplify<
  Optional<S> & {
    [K in Without<WithFlag<S, "required">, Flagged<S>> & keyof S]: S[K][typeof local];
  }
>;

/** Every property as an optional one. `Values` and `InputOfShape` share this part, so that it is computed once. */
type Optional<S extends Shape> = { [K in keyof S]?: S[K][typeof local] | undefined };
