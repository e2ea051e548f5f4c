/** What can be exported with isolatedDeclarations: everything that is of a model, and not the model itself. */

import { engine, Order } from "@example/models";
import {
  add,
  type Changes,
  type Condition,
  type Input,
  type Item,
  type Key,
  type Model,
  model,
  type RecordOf,
  type Search,
  type Stream,
  string,
  type Type,
} from "bloop-dynamodb";

export const raise: Changes<typeof Order> = { count: add(1) };
export const sale: Condition<"Order", "kind"> = Order.kind.eq("sale");
export class Mine extends Order {
  get label(): string {
    return `${this.store} ${this.kind}`;
  }
}
export function make(values: Input<typeof Order>): Item<typeof Order> {
  return new Order(values);
}
export function find(store: string): Search<Item<typeof Order>> {
  return engine.query(Order, { key: Order.store.eq(store) });
}
export function get(key: Key<typeof Order>): Promise<Item<typeof Order> | undefined> {
  return engine.get(Order, key);
}
export function changes(): Stream<RecordOf<typeof Order>> {
  return engine.stream(Order, "latest");
}

/** A model of few columns can be written out, too. */
export const Written: Model<
  "Written",
  { id: Type<string, "S", "hash" | "required">; name: Type<string, "S"> },
  object
> = model("Written", { id: string().hashKey(), name: string() });
