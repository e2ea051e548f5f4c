/** `ifNotExists()`, built on what metadataOf() tells anyone. */

import type { Condition } from "../expression/condition.js";
import type { Shape } from "../types/type.js";
import type { HashOf, ModelBase } from "./infer.js";
import { metadataOf } from "./metadata.js";

/**
 * A condition that holds only where the item does not exist yet.
 *
 * @example
 * await engine.save(account, { condition: ifNotExists(Account) });
 */
export function ifNotExists<M extends string, S extends Shape, I extends string>(
  model: ModelBase<M, S, I>,
): Condition<M, HashOf<S>, "notExists"> {
  const { model: declared, hashKey } = metadataOf(model);
  const column = Reflect.get(declared, hashKey.property) as { notExists(): Condition<M, HashOf<S>, "notExists"> };
  return column.notExists();
}
