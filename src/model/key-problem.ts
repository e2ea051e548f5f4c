/** DynamoDB's rules for a key attribute of a table or an index. Pure. */

import type { Attribute } from "../wire/attribute.js";
import { sizeAtMost, sizeOf } from "../wire/size.js";

/** Why DynamoDB refuses an attribute as the key of a table or index, or undefined if it takes it. */
export function keyProblem(attribute: Attribute, maxBytes: number): string | undefined {
  if ("N" in attribute) return undefined;
  // Most keys are far from the limit: then nobody needs their exact size.
  const most = sizeAtMost(attribute);
  if (most > 0 && most <= maxBytes) return undefined;
  const size = sizeOf(attribute);
  if (size === 0) return "is empty, which DynamoDB refuses for keys";
  return size > maxBytes ? `has ${size} bytes; DynamoDB takes ${maxBytes} for it` : undefined;
}
