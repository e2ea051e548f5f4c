/** Changes of an item as data: the parts of an update, each with its path. */

import type { Attribute } from "../wire/attribute.js";
import type { StoredPath } from "./path.js";

/** One change. No two changes of an update overlap: DynamoDB refuses overlapping paths. */
export type Change =
  | { readonly kind: "remove"; readonly path: StoredPath }
  | {
      readonly kind:
        | "set"
        /** Adds elements to a set, or deletes them from it. */
        | "add"
        | "delete"
        /** Adds to a number. */
        | "increase"
        /** Puts elements after, or before, those of a stored list. */
        | "append"
        | "prepend"
        | "setIfMissing";
      readonly path: StoredPath;
      readonly value: Attribute;
    };

/** A condition on what is stored at a path. */
export type Guard =
  /** The stored value is this one; nothing is stored if it is undefined. */
  | { readonly path: StoredPath; readonly value: Attribute | undefined }
  /** The stored value is a map with any content. */
  | { readonly path: StoredPath; readonly isMap: true }
  /** The stored value is not a number outside these two decimal texts. */
  | { readonly path: StoredPath; readonly low: string | undefined; readonly high: string | undefined };
