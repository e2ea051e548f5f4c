/** `ifNotExists()`: the condition that there is no item. */

import { type Condition, isMissing, makeCondition } from "../../expression/condition.js";
import type { AnyModel, HashOf, ModelName, ShapeOf } from "../infer.js";
import { metaOf } from "../registry.js";

/**
 * A condition that holds only if the item does not exist yet.
 *
 * @example
 * await engine.save(account, { condition: ifNotExists(Account) });
 */
export function ifNotExists<T extends AnyModel>(model: T): Condition<ModelName<T>, HashOf<ShapeOf<T>>, "notExists"> {
  return makeCondition(isMissing(metaOf(model).hashKey.path));
}
