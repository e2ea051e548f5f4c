/** Changes of an item as data: what an update sets, removes, adds and deletes, and where. */

import type { Attribute } from "../wire/attribute.js";
import type { StoredPath } from "./path.js";

/** One change. No two changes of an update overlap: DynamoDB refuses paths that do. */
export type Change =
  | { readonly kind: "remove"; readonly path: StoredPath }
  | {
      readonly kind:
        | "set"
        /** Adds elements to, or deletes them from, a set. */
        | "add"
        | "delete"
        /** Adds to a number. */
        | "increase"
        /** Puts the elements of a list behind, or before, those that are there. */
        | "append"
        | "prepend"
        | "setIfMissing";
      readonly path: StoredPath;
      readonly value: Attribute;
    };

/** A condition on what is stored at a path. */
export type Guard =
  /** It is this value, or nothing if that is undefined. */
  | { readonly path: StoredPath; readonly value: Attribute | undefined }
  /** It is a map, whatever it holds. */
  | { readonly path: StoredPath; readonly isMap: true }
  /** It is no number outside of these two, which are decimal texts. */
  | { readonly path: StoredPath; readonly low: string | undefined; readonly high: string | undefined };
