/** The order of keys, as DynamoDB has it. */

import type { Attribute } from "./attribute.js";
import { bytesOf } from "./binary.js";
import { compareNumbers } from "./decimal.js";

/**
 * Negative, 0 or positive, for two keys of one type. Texts and bytes compare by their bytes. Returns 0 for two types.
 */
export function compareScalars(left: Attribute, right: Attribute): number {
  if ("N" in left && "N" in right) return compareNumbers(left.N, right.N);
  if ("S" in left && "S" in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ("B" in left && "B" in right) return Buffer.compare(bytesOf(left.B), bytesOf(right.B));
  return 0;
}
