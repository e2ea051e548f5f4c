/** Type level only: what objects hold and take, read from a shape. */

import type { AnyType, Of, Shape } from "./type.js";

/** Shows a computed object type as if it had been written by hand. */
export type Simplify<O> = { [K in keyof O]: O[K] } & {};

/** The local value of a type: `LocalOf<typeof Account.columns.id>`. */
export type LocalOf<X extends AnyType> = Of<X>["local"];

/** What an object holds: columns by property, absent where not required. */
export type Values<S extends Shape> = Simplify<
  { [K in keyof S as Of<S[K]>["flags"]["required"] extends true ? K : never]: Of<S[K]>["local"] } & {
    [K in keyof S as Of<S[K]>["flags"]["required"] extends true ? never : K]?: Of<S[K]>["local"] | undefined;
  }
>;

/** What `new Model()` takes: as `Values`, but what has a default may be left out. */
export type Input<S extends Shape> = Simplify<
  {
    [K in keyof S as Of<S[K]>["flags"] extends { required: true; hasDefault: false } ? K : never]: Of<S[K]>["local"];
  } & {
    [K in keyof S as Of<S[K]>["flags"] extends { required: true; hasDefault: false } ? never : K]?:
      | Of<S[K]>["local"]
      | undefined;
  }
>;
