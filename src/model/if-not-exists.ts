/** `ifNotExists()`, built on what metadataOf() tells anyone. */

import type { Condition } from "../expression/condition.js";
import type { AnyModel, HashOf, ModelName, ShapeOf } from "./infer.js";
import { metadataOf } from "./metadata.js";

/**
 * A condition that holds only where the item does not exist yet.
 *
 * @example
 * await engine.save(account, { condition: ifNotExists(Account) });
 */
export function ifNotExists<T extends AnyModel>(model: T): Condition<ModelName<T>, HashOf<ShapeOf<T>>, "notExists"> {
  const { model: declared, hashKey } = metadataOf(model);
  const column = Reflect.get(declared, hashKey.property) as {
    notExists(): Condition<ModelName<T>, HashOf<ShapeOf<T>>, "notExists">;
  };
  return column.notExists();
}
