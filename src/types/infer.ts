/** Type level only: what objects hold and take, read from a shape. */

import type { AnyType, flagged, local, Shape } from "./type.js";

/** Shows a computed object type as if it had been written by hand. */
export type Simplify<O> = { [K in keyof O]: O[K] } & {};

/** The local value of a type. */
export type LocalOf<X extends AnyType> = X[typeof local];

/** What an object holds: columns by property, absent where not required. */
export type Values<S extends Shape> = Optional<S> & {
  [K in keyof S as "required" extends S[K][typeof flagged] ? K : never]: S[K][typeof local];
};

/** What `new Model()` takes: as `Values`, but what has a default may be left out. */
export type Input<S extends Shape> = Simplify<
  Optional<S> & {
    [K in keyof S as "required" extends S[K][typeof flagged]
      ? "default" extends S[K][typeof flagged]
        ? never
        : K
      : never]: S[K][typeof local];
  }
>;

/** Every property, whether needed or not: one part that `Values` and `Input` share, so that it is computed once. */
type Optional<S extends Shape> = { [K in keyof S]?: S[K][typeof local] | undefined };
