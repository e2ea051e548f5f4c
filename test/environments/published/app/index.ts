/** Another team's program, which has the library's declarations and nothing else of it. */

import * as models from "@example/models";
import { engine, Order, Receipt, Times } from "@example/models";
import {
  type AnyModel,
  append,
  type Changes,
  ConstraintViolation,
  type Input,
  type Item,
  type Key,
  merge,
  type RecordOf,
  type Stream,
  setIfMissing,
} from "bloop-dynamodb";
import { toJson } from "bloop-dynamodb/json";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : never;

const key: Key<typeof Order> = { store: "s1", at: new Date() };
const input: Input<typeof Order> = {
  ...key,
  kind: "sale",
  lines: [{ sku: "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b", count: 1 }],
  tags: new Set(["new"]),
};
export const order = new Order(input);
true satisfies Same<typeof order.kind, "sale" | "refund">;
true satisfies Same<typeof order.note, string | null | undefined>;
true satisfies Same<typeof order.big, bigint | undefined>;
true satisfies Same<typeof order.flag, number | boolean | undefined>;
true satisfies Same<typeof order.tags, Set<"new" | "old"> | undefined>;
true satisfies Same<Key<typeof Order>, { store: string; at: Date }>;
if (order.payment?.by === "card") order.payment.last4.trim();
order.tree?.children?.[0]?.name.trim();
order.total?.plus(1);
order.home?.href.trim();
export const times = new Times({ id: "1" });
times.instant?.epochNanoseconds.toString();
times.luxon?.toISO();
times.dayjs?.toISOString();
new Receipt(input).year.toFixed();

export async function everyday(): Promise<string | undefined> {
  await engine.save(order, { condition: models.isNew, actions: { lines: append({ sku: "y" }) } });
  await engine.update(Order, key, {
    kind: setIfMissing("sale"),
    any: merge({ n: 1 }),
    address: merge({ city: "Oslo" }),
  });
  const changes: Changes<typeof Order> = models.raise;
  await engine.update(Order, key, changes, { condition: models.either });
  const found: Item<typeof Order> | undefined = await models.get(key);
  const sale = await models.findSales().first();
  true satisfies Same<typeof sale extends infer S | undefined ? keyof S & string : never, "store" | "at" | "total">;
  const first = await engine
    .query(Order, { key: models.inStore("s1").and(Order.at.between(new Date(0), new Date())) })
    .first();
  const stream: Stream<RecordOf<typeof Order>> = models.changesOf();
  for await (const record of stream) if (record.type === "modify") record.new.kind satisfies "sale" | "refund";
  toJson(Order, first ?? order, { except: ["code"] });
  models.read({}).kind satisfies "sale" | "refund";
  try {
    await engine.delete(order, { atomic: true });
  } catch (error) {
    if (error instanceof ConstraintViolation && error.current instanceof Order) return error.current.store;
  }
  return found?.store;
}

export class Repository<T extends AnyModel> {
  readonly model: T;
  constructor(model: T) {
    this.model = model;
  }
  create(values: Input<T>): Item<T> {
    return new this.model(values);
  }
  get(key: Key<T>): Promise<Item<T> | undefined> {
    return engine.get(this.model, key);
  }
  change(key: Key<T>, changes: Changes<T>) {
    return engine.update(this.model, key, changes);
  }
  all() {
    return engine.scan(this.model).all();
  }
}
export const orders = new Repository(Order);
orders.get(key).then(
  (found) => found?.kind satisfies "sale" | "refund" | undefined,
  () => undefined,
);

export function refused(): void {
  // @ts-expect-error: not one of its values
  new Order({ ...key, kind: "gift" });
  // @ts-expect-error: the range key is missing
  void engine.get(Order, { store: "s1" });
  // @ts-expect-error: a copy by spread is no object of a model
  void engine.save({ ...order });
  // @ts-expect-error: another model's condition
  void engine.save(times, { condition: models.recent });
  // @ts-expect-error: no such column
  void engine.update(Order, key, { totl: 1 });
}

console.log(JSON.stringify([order.kind, Object.keys(toJson(Order, order)), models.metadata.columns.size]));
