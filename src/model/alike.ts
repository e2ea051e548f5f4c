/** Whether a stored value and a dumped one are the same to their column. */

import { loadsAlike } from "../types/stored.js";
import type { Codec } from "../types/type.js";
import type { Attribute } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";

/**
 * The stored form of a value may differ from the form that its column dumps: a time with an offset, an upper-case UUID.
 * The value has not changed if loading and dumping the stored form again gives the dumped one.
 */
export function storesAlike(codec: Codec, before: Attribute, after: Attribute): boolean {
  return sameAttribute(before, after) || loadsAlike(codec, before, after);
}
