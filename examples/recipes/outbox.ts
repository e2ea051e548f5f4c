/** An outbox: what is written, and the event that tells of it, are one. A stream carries the events on. */

import { type Engine, type Item, ifNotExists, json, model, type StreamToken, string } from "bloop-dynamodb";

// #region write
export const Order = model("Order", { id: string().hashKey(), status: string("open", "paid") });
export const Event = model(
  "Event",
  { id: string().hashKey(), topic: string().required(), payload: json() },
  { stream: { include: ["new"] } },
);

export async function pay(engine: Engine, order: Item<typeof Order>): Promise<void> {
  order.status = "paid";
  const event = new Event({ id: crypto.randomUUID(), topic: "order-paid", payload: { order: order.id } });
  await engine.transaction((all) =>
    all.save(order, { condition: Order.status.eq("open") }).save(event, { condition: ifNotExists(Event) }),
  );
}
// #endregion

// #region relay
export interface Relay {
  /** Undefined at the first start: from the oldest event on. */
  readonly token?: StreamToken | undefined;
  /** Has to take an event that comes twice: after a crash, the last ones come again. */
  publish(event: Item<typeof Event>): Promise<void>;
  /** Keeps a token where it survives the process. */
  keep(token: StreamToken): Promise<void>;
  readonly signal: AbortSignal;
}

/** Carries events on, in order for each item, until the signal ends it. */
export async function relay(engine: Engine, { token, publish, keep, signal }: Relay): Promise<void> {
  const stream = engine.stream(Event, token ?? "trim_horizon", { acknowledge: "manual", signal });
  for await (const record of stream) {
    if (record.type === "insert") {
      await publish(record.new);
      await engine.delete(record.new);
    }
    stream.acknowledge();
    await keep(stream.token);
  }
}
// #endregion
