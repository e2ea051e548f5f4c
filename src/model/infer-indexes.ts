/** Type level only: the compiler's messages for indexes that can't be. */

import type { Rejected } from "../expression/infer.js";

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

type IndexOption = "hashKey" | "rangeKey" | "projection" | "storedAs" | "readUnits" | "writeUnits" | "strict";
/** The options of all indexes. */
type OptionOf<I> = I extends unknown ? keyof I : never;
