/** Whether a stored value and a dumped one are the same to their column. */

import { loadsAlike } from "../types/stored.js";
import type { Codec } from "../types/type.js";
import type { Attribute } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";

/**
 * A stored value may be another than what its column dumps for it: a time with an offset, an upper-case UUID. It has
 * not changed if loading and dumping it again gives what the object dumps to.
 */
export function storesAlike(codec: Codec, before: Attribute, after: Attribute): boolean {
  return sameAttribute(before, after) || loadsAlike(codec, before, after);
}
