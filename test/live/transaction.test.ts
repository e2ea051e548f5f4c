/** Transactions: all of it or nothing, on many models; committed again safely; what failed is said of each item. */

import { GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import {
  add,
  addTo,
  ConstraintViolation,
  changes,
  Engine,
  InvalidTransaction,
  integer,
  MissingObjects,
  type ModelObject,
  map,
  merge,
  model,
  number,
  RequestFailed,
  record,
  remove,
  set,
  string,
  TransactionCanceled,
  TransactionTokenExpired,
} from "bloop-dynamodb";
import type { FaultKind, Faults } from "bloop-dynamodb/testing";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { engineWithFaults, live } from "../support/live.js";

const { client, engine, sent, tableName } = live("transaction");
const Order = model("Order", {
  customer: string().hashKey(),
  number: integer().rangeKey(),
  total: number().required(),
  state: string("open", "paid"),
  notes: record(map({ text: string(), by: string() })),
});
const Stock = model("Stock", { product: string().hashKey(), left: integer().required(), tags: set(string()) });
const Doc = model("Doc", { id: string().hashKey(), text: string(), version: integer().version().storedAs("v") });

let faults: Faults;
beforeAll(async () => {
  await engine.bind([Order, Stock, Doc]);
});
afterEach(() => {
  vi.useRealTimers();
});

let made = 0;
const order = (total = 10) => new Order({ customer: `c${made++}`, number: 1, total });
async function saved<T extends ModelObject<string>>(object: T): Promise<T> {
  await engine.save(object);
  return object;
}
const product = () => `p${made++}`;
const reload = ({ customer, number: index }: { customer: string; number: number }) =>
  engine.get(Order, { customer, number: index }, { consistent: true });

/** An engine whose client tries so often, and meets the faults of one kind as soon as `faults` has a rate. */
function faulty(attempts: number, kind: FaultKind): Engine {
  const made = engineWithFaults("transaction", { seed: 1, rate: 0, kinds: [kind] }, attempts);
  faults = made.faults;
  return made.engine;
}

describe("a commit", () => {
  test("writes, updates, deletes and checks items of several models and tables in one request", async () => {
    const [kept, gone, stock] = [await saved(order()), await saved(order()), product()];
    await engine.save(new Stock({ product: stock, left: 5, tags: new Set(["old"]) }));
    const created = order(30);
    kept.total = 11;
    sent();
    await engine.transaction((transaction) => {
      transaction
        .save(created, { condition: Order.customer.notExists() })
        .save(kept)
        .delete(gone, { condition: Order.total.eq(10) })
        .update(Stock, { product: stock }, { left: add(-2), tags: addTo("new") }, { condition: Stock.left.ge(2) });
    });
    expect(sent().map(({ name }) => name)).toEqual(["TransactWriteItems"]);
    expect(await reload(created)).toEqual(created);
    expect(await reload(kept)).toEqual(kept);
    expect(await reload(gone)).toBeUndefined();
    expect(await engine.get(Stock, { product: stock })).toMatchObject({ left: 3, tags: new Set(["new", "old"]) });
  });

  test("leaves every object as one that was saved: another save sends nothing", async () => {
    const [created, changed, doc] = [order(), await saved(order()), new Doc({ id: product(), text: "a" })];
    changed.total = 11;
    await engine.transaction((transaction) => transaction.save(created).save(changed).save(doc));
    expect([created, changed, doc].map(changes)).toEqual([[], [], []]);
    expect(doc.version).toBe(1);
    sent();
    await engine.save([created, changed, doc]);
    expect(sent()).toEqual([]);
  });

  test("takes 100 items", async () => {
    const orders = Array.from({ length: 100 }, () => order());
    await engine.transaction((transaction) => {
      for (const one of orders) transaction.save(one);
    });
    expect(
      (
        await engine.getMany(
          Order,
          orders.map(({ customer }) => ({ customer, number: 1 })),
        )
      ).every(Boolean),
    ).toBe(true);
  });

  test("of nothing to write makes no request", async () => {
    const unchanged = await saved(order());
    sent();
    await engine.transaction(() => {});
    await engine.transaction((transaction) => transaction.save(unchanged));
    expect(sent()).toEqual([]);
  });

  test("awaits what builds it, and does nothing where that throws", async () => {
    const one = order();
    const failing = engine.transaction(async (transaction) => {
      transaction.save(one);
      await Promise.resolve();
      throw new Error("changed my mind");
    });
    await expect(failing).rejects.toThrow("changed my mind");
    expect(await reload(one)).toBeUndefined();
    await engine.transaction(async (transaction) => {
      await Promise.resolve();
      transaction.save(one);
    });
    expect(await reload(one)).toBeDefined();
  });

  test("that is aborted says so by the signal's reason", async () => {
    const options = { signal: AbortSignal.abort(new Error("enough")) };
    await expect(engine.transaction((transaction) => transaction.save(order()), options)).rejects.toThrow("enough");
  });

  test("makes a map again that another writer took away, and keeps what others wrote", async () => {
    const one = order();
    one.notes = { first: { text: "a", by: "me" } };
    await engine.save(one);
    const key = { customer: one.customer, number: 1 };
    await engine.update(Order, key, { notes: remove(), state: "paid" });
    one.notes.first = { text: "changed", by: "me" };
    const [stock, nested] = [product(), { customer: "nested", number: made++ }];
    await engine.transaction((transaction) => {
      transaction
        .save(one)
        .update(Stock, { product: stock }, { left: 1 })
        .update(Order, nested, { total: 1, notes: merge({ a: merge({ by: "you" }) }) });
    });
    expect(await reload(one)).toMatchObject({ state: "paid", notes: { first: { text: "changed" } } });
    expect(await engine.get(Stock, { product: stock })).toMatchObject({ left: 1 });
    expect(await engine.get(Order, nested)).toMatchObject({ notes: { a: { by: "you" } } });
  });
});

describe("a transaction that is canceled", () => {
  test("gives a reason for each item, with the stored item of those that failed, and leaves objects alone", async () => {
    const [fine, stale] = [await saved(order()), await saved(new Doc({ id: product(), text: "a" }))];
    const behind = await engine.get(Doc, { id: stale.id });
    if (behind === undefined) throw new Error("gone");
    stale.text = "b";
    await engine.save(stale);
    behind.text = "c";
    fine.total = 12;
    const checked = await saved(order(3));
    const refused = engine.transaction((transaction) => {
      transaction.save(fine).save(behind).check(checked, Order.total.gt(5));
    });
    const error: unknown = await refused.catch((thrown: unknown) => thrown);
    if (!(error instanceof TransactionCanceled)) throw error;
    const shown = error.reasons.map(({ object, code, message, current, version }) => ({
      ...{ object, code, message, current, version },
    }));
    expect(shown).toEqual([
      { object: fine, code: "None", message: "", current: undefined, version: undefined },
      {
        object: behind,
        code: "ConditionalCheckFailed",
        message: "its version does not match: the object has version 1, and the stored item has version 2",
        current: stale,
        version: { expected: 1, stored: 2 },
      },
      {
        object: checked,
        code: "ConditionalCheckFailed",
        message: "the condition did not hold",
        current: checked,
        version: undefined,
      },
    ]);
    expect(error.message).toBe(
      `The transaction was canceled, and nothing of it was done. Doc (id "${stale.id}"): its version does not match: the object has version 1, and the stored item has version 2. Order (customer "${checked.customer}", number 1): the condition did not hold.`,
    );
    expect({ ...behind }).toEqual({ id: stale.id, text: "c", version: 1 });
    expect(changes(fine)).toEqual([{ path: ["total"], before: 10, after: 12 }]);
    expect(await reload(fine)).toMatchObject({ total: 10 });
  });

  test("is not tried again where a condition failed", async () => {
    const one = await saved(order());
    sent();
    const refused = engine.transaction((transaction) => transaction.check(one, Order.total.gt(100)));
    await expect(refused).rejects.toBeInstanceOf(TransactionCanceled);
    expect(sent()).toHaveLength(1);
  });

  test("is tried again, after pauses, where others were at work on its items", async () => {
    const shaky = faulty(1, "conflict");
    const stock = product();
    faults.rate = 0.5;
    for (let round = 0; round < 20; round++) {
      await shaky.transaction((transaction) => transaction.update(Stock, { product: stock }, { left: add(1) }, {}));
      if (round === 0) await engine.update(Stock, { product: stock }, { left: 1 });
    }
    expect(await engine.get(Stock, { product: stock }, { consistent: true })).toMatchObject({ left: 20 });
  });
});

describe("a prepared transaction", () => {
  test("is done once, however often it is committed", async () => {
    const stock = product();
    await engine.save(new Stock({ product: stock, left: 1 }));
    const prepared = engine
      .transaction()
      .update(Stock, { product: stock }, { left: add(1) })
      .prepare();
    expect(prepared.firstCommitAt).toBeUndefined();
    await Promise.all([prepared.commit(), prepared.commit()]);
    await prepared.commit();
    expect(prepared.firstCommitAt).toBeInstanceOf(Date);
    expect(await engine.get(Stock, { product: stock })).toMatchObject({ left: 2 });
  });

  test("whose response was lost is committed again, and done once all the same", async () => {
    const stock = product();
    await engine.save(new Stock({ product: stock, left: 1 }));
    const created = order();
    const prepared = faulty(1, "lost")
      .transaction()
      .update(Stock, { product: stock }, { left: add(1) })
      .save(created, { condition: Order.customer.notExists() })
      .prepare();
    const { id } = prepared;
    faults.rate = 1;
    await expect(prepared.commit()).rejects.toBeInstanceOf(RequestFailed);
    expect(changes(created)).not.toEqual([]);
    expect(await engine.get(Stock, { product: stock }, { consistent: true })).toMatchObject({ left: 2 });
    faults.rate = 0;
    await prepared.commit();
    expect(prepared.id).toBe(id);
    expect(await engine.get(Stock, { product: stock }, { consistent: true })).toMatchObject({ left: 2 });
    expect(changes(created)).toEqual([]);
  });

  test("is done once through faults, and where rivals take away the map it writes into, so that it is planned anew", async () => {
    const fragile = faulty(1, "lost");
    faults.kinds = ["lost", "cut", "errorBefore", "errorAfter", "conflict", "delayed"];
    faults.rate = 0.4;
    const [first, second] = [order(), await saved(new Stock({ product: product(), left: 0 }))];
    await engine.save(first);
    const key = { customer: first.customer, number: 1 };
    let planned = 0;
    for (let round = 0; round < 20; round++) {
      await engine.update(Order, key, { notes: remove() });
      const prepared = fragile
        .transaction()
        .update(Order, key, { total: add(1), notes: merge({ a: merge({ by: `${round}` }) }) })
        .update(Stock, { product: second.product }, { left: add(1) })
        .prepare();
      const { id } = prepared;
      const commit = (): Promise<void> =>
        prepared.commit().catch((error: unknown) => {
          if (error instanceof RequestFailed) return commit();
          throw error;
        });
      await commit();
      if (prepared.id !== id) planned++;
    }
    expect(planned).toBeGreaterThan(0);
    expect(await reload(first)).toMatchObject({ total: 30, notes: { a: { by: "19" } } });
    expect(await engine.get(Stock, { product: second.product }, { consistent: true })).toMatchObject({ left: 20 });
  });

  test("expires 9.5 minutes after its first commit, before DynamoDB forgets it", async () => {
    const prepared = faulty(1, "lost").transaction().save(order()).prepare();
    faults.rate = 1;
    await expect(prepared.commit()).rejects.toBeInstanceOf(RequestFailed);
    faults.rate = 0;
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 9.5 * 60_000 - 2_000);
    await prepared.commit();
    const other = faulty(1, "lost").transaction().save(order()).prepare();
    faults.rate = 1;
    await expect(other.commit()).rejects.toBeInstanceOf(RequestFailed);
    faults.rate = 0;
    vi.setSystemTime(Date.now() + 9.5 * 60_000 + 2_000);
    await expect(other.commit()).rejects.toBeInstanceOf(TransactionTokenExpired);
    await expect(other.commit()).rejects.toThrow("Find out whether it was done");
  });

  test("committed twice at once is not given up by one call's signal for the other", async () => {
    const stock = product();
    await engine.save(new Stock({ product: stock, left: 1 }));
    const prepared = engine
      .transaction()
      .update(Stock, { product: stock }, { left: add(1) })
      .prepare();
    const controller = new AbortController();
    const aborted = prepared.commit({ signal: controller.signal });
    const other = prepared.commit();
    controller.abort(new Error("enough"));
    await expect(aborted).rejects.toThrow("enough");
    await other;
    expect(await engine.get(Stock, { product: stock }, { consistent: true })).toMatchObject({ left: 2 });
    await expect(prepared.commit({ singal: undefined } as never)).rejects.toThrow('no option "singal"');
  });

  test("that is done is never too old to be committed again", async () => {
    const prepared = engine.transaction().save(order()).prepare();
    await prepared.commit();
    vi.useFakeTimers({ toFake: ["Date"] });
    vi.setSystemTime(Date.now() + 60 * 60_000);
    await prepared.commit();
  });

  test("leaves every object saved, also where a listener throws at one", async () => {
    const own = new Engine({ dynamodb: client, tableName: "transaction-{tableName}" });
    let heard = 0;
    own.on("objectSaved", () => {
      if (heard++ === 0) throw new Error("a listener's own");
    });
    const docs = [new Doc({ id: product(), text: "a" }), new Doc({ id: product(), text: "b" })] as const;
    await expect(own.transaction((tx) => tx.save(docs[0]).save(docs[1]))).rejects.toThrow("a listener's own");
    expect(docs.map(({ version }) => version)).toEqual([1, 1]);
    expect(docs.map(changes)).toEqual([[], []]);
  });

  test("writes what objects held when it was prepared; what changed since stays a change", async () => {
    const one = order(1);
    const transaction = engine.transaction().save(one);
    one.total = 2;
    const prepared = transaction.prepare();
    one.total = 3;
    await prepared.commit();
    expect(await reload(one)).toMatchObject({ total: 2 });
    expect(changes(one)).toEqual([{ path: ["total"], before: 2, after: 3 }]);
  });

  test("knows itself again by its id: the token that DynamoDB gets", async () => {
    const prepared = engine.transaction().save(order()).prepare();
    sent();
    await prepared.commit();
    expect(sent()[0]?.input).toMatchObject({ ClientRequestToken: prepared.id });
  });
});

describe("before any request", () => {
  const refused = async (build: () => unknown, message: string) => {
    sent();
    await expect((async () => build())()).rejects.toThrow(message);
    expect(sent()).toEqual([]);
  };

  test("two actions on one item are refused, whatever they are", async () => {
    const one = order();
    const twin = new Order({ customer: one.customer, number: 1, total: 1 });
    const message = `Order (customer "${one.customer}", number 1): the transaction has two actions on this item`;
    await refused(() => engine.transaction((transaction) => transaction.save(one).delete(twin)), message);
    const key = { customer: one.customer, number: 1 };
    await refused(
      () => engine.transaction((tx) => tx.check(one, Order.total.gt(0)).update(Order, key, { total: add(1) })),
      message,
    );
  });

  test("too many items, too many bytes, checks of nothing", async () => {
    const many = engine.transaction();
    for (let index = 0; index < 101; index++) many.save(order());
    expect(() => many.prepare()).toThrow(InvalidTransaction);
    await refused(() => many.commit(), "has 101 items; DynamoDB takes 100");
    const large = engine.transaction();
    const notes = { a: { text: "x".repeat(390_000) } };
    for (let index = 0; index < 11; index++) large.save(Object.assign(order(), { notes }));
    await refused(() => large.commit(), "bytes; DynamoDB takes 4194304");
    await refused(() => engine.transaction().check(order(), "unchanged").commit(), "was loaded or saved");
    await refused(
      () =>
        engine
          .transaction()
          .check(order(), undefined as never)
          .commit(),
      "takes a condition",
    );
    await refused(() => engine.transaction().save(order(), { atomc: true } as never), 'has no option "atomc"');
  });
});

describe("a read transaction", () => {
  test("reads items of several models as they are at one moment, and fills objects", async () => {
    const [one, stock] = [await saved(order()), await saved(new Stock({ product: product(), left: 4 }))];
    const filled = new Order({ customer: one.customer, number: 1, total: 0 });
    const [found, other, none] = await engine
      .readTransaction()
      .load(filled)
      .get(Order, { customer: one.customer, number: 1 })
      .get(Stock, { product: stock.product })
      .get(Stock, { product: "none" })
      .commit();
    expect([filled, found, other, none]).toEqual([one, one, stock, undefined]);
    expect(changes(filled)).toEqual([]);
  });

  test("lists what is missing, after the others are filled", async () => {
    const one = await saved(order(7));
    const [filled, missing] = [new Order({ customer: one.customer, number: 1, total: 0 }), order()];
    const failing = engine.readTransaction().load(filled, missing).commit();
    await expect(failing).rejects.toMatchObject({ objects: [missing] });
    await expect(failing).rejects.toBeInstanceOf(MissingObjects);
    expect(filled.total).toBe(7);
  });

  test("of more than 100 items is refused before a request; of none makes none", async () => {
    sent();
    const orders = Array.from({ length: 101 }, () => order());
    await expect(
      engine
        .readTransaction()
        .load(...orders)
        .commit(),
    ).rejects.toThrow("reads 101 items");
    expect(await engine.readTransaction().commit()).toEqual([]);
    expect(sent()).toEqual([]);
  });

  test("is tried again where a write is at work", async () => {
    const one = await saved(order());
    const shaky = faulty(1, "conflict");
    faults.rate = 0.5;
    for (let round = 0; round < 10; round++) {
      const [found] = await shaky.readTransaction().get(Order, { customer: one.customer, number: 1 }).commit();
      expect(found).toEqual(one);
    }
  });
});

describe("once", () => {
  test("a save, a delete, an update and a modify whose responses are all lost at first are done once", async () => {
    const shaky = faulty(50, "lost");
    const one = order();
    const lost = async (write: () => Promise<unknown>) => {
      faults.rate = 0.6;
      await write();
      faults.rate = 0;
    };
    for (let round = 0; round < 5; round++) {
      one.customer = `once ${made++}`;
      const key = { customer: one.customer, number: 1 };
      const object = new Order({ ...key, total: 1 });
      await lost(() => shaky.save(object, { condition: Order.customer.notExists(), once: true }));
      await lost(() => shaky.update(Order, key, { total: add(1) }, { once: true }));
      await lost(() =>
        shaky.modify(Order, key, (found) => void Object.assign(found, { total: found.total * 3 }), { once: true }),
      );
      expect(await reload(one)).toMatchObject({ total: 6 });
      await lost(() => shaky.delete(object, { condition: Order.customer.exists(), once: true }));
      expect(await reload(one)).toBeUndefined();
    }
  });

  test("a condition that fails is a violation, with the stored item, as without it", async () => {
    const one = await saved(order());
    for (const options of [{ once: true }, { once: false }]) {
      const refused = engine.delete(one, { condition: Order.total.gt(10), ...options });
      await expect(refused).rejects.toBeInstanceOf(ConstraintViolation);
      await expect(refused).rejects.toMatchObject({ current: one, object: one });
    }
  });

  test("what others wrote with the bare SDK counts too", async () => {
    const doc = await saved(new Doc({ id: product(), text: "a" }));
    const Key = { id: { S: doc.id } };
    const ExpressionAttributeValues = { ":v": { N: "9" } };
    const UpdateExpression = "SET v = :v";
    const TableName = tableName("Doc");
    await client.send(new UpdateItemCommand({ TableName, Key, UpdateExpression, ExpressionAttributeValues }));
    doc.text = "b";
    const refused = engine.save(doc, { once: true });
    await expect(refused).rejects.toMatchObject({ version: { expected: 1, stored: 9 } });
    expect((await client.send(new GetItemCommand({ TableName, Key }))).Item).toMatchObject({ text: { S: "a" } });
  });
});
