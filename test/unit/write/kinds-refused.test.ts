/** Writes of kinds that can keep no key right, or would change the key of the table: refused before a request. */

import { add, type Engine, InvalidCondition, InvalidValue, type Item, WriteFailures } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { Order, storedOrder as stored } from "../../support/order-kind.js";
import { scriptedEngine, there } from "../../support/requests.js";

describe("what no key can be made of is refused before a request:", () => {
  const at = { id: "1" };
  type Order = Item<typeof Order>;
  const order = (changes: object) => new Order({ ...at, status: "open", day: 7, ...changes });
  async function refusal(write: (engine: Engine, loaded: Order) => unknown, projection?: readonly ["id", "status"]) {
    const { engine, requests, answer } = scriptedEngine();
    answer({ Items: [stored], Count: 1, ScannedCount: 1 });
    const options = projection === undefined ? {} : { projection };
    const loaded = there((await engine.scan(Order, options as never).all())[0]) as Order;
    requests();
    const thrown: unknown = await Promise.resolve()
      .then(() => write(engine, loaded))
      .catch((refused: unknown) => refused);
    const error = thrown instanceof WriteFailures ? thrown.failures[0]?.error : thrown;
    expect(requests()).toEqual([]);
    expect(error).toBeInstanceOf(InvalidValue);
    return String(error);
  }

  test.each<[string, (engine: Engine) => unknown]>([
    ["update", (engine) => engine.update(Order, at, { status: "paid" })],
    ["update, once", (engine) => engine.update(Order, at, { status: "paid" }, { once: true })],
    ["an update that is given another part", (engine) => engine.update(Order, at, { day: 1 }, { given: {} })],
    ["a transaction", (engine) => engine.transaction().update(Order, at, { status: "paid" }).commit()],
  ])("a part whose other part is not known, by %s", async (_, write) => {
    expect(await refusal(write)).toMatch(
      /the key of the index "byStatus" is composed of the columns "status" and "day", and the column "(day|status)" is not known/,
    );
  });

  test.each<[string, (engine: Engine, loaded: Order) => unknown]>([
    ["save", (engine, loaded) => engine.save(Object.assign(loaded, { status: "paid" }))],
    ["an atomic save", (engine, loaded) => engine.save(Object.assign(loaded, { status: "paid" }), { atomic: true })],
    ["a save of several", (engine, loaded) => engine.save([Object.assign(loaded, { status: "paid" }), loaded])],
    [
      "a transaction",
      (engine, loaded) => engine.transaction((tx) => tx.save(Object.assign(loaded, { status: "paid" }))),
    ],
  ])("a part of an object that a projection loaded without the other one, by %s", async (_, write) => {
    const error = await refusal(write, ["id", "status"]);
    expect(error).toContain(
      'column "day" is not known. Load the object with it, or tell update() what is stored: given: { day }',
    );
  });

  test("a put of an object that a projection loaded", async () => {
    expect(await refusal((engine, loaded) => engine.putAll([loaded]), ["id", "status"])).toMatch(
      /put of it would remove/,
    );
  });

  test.each<[string, (engine: Engine, loaded: Order) => unknown]>([
    ["update", (engine) => engine.update(Order, at, { day: add(1) as never }, { given: { status: "open" } })],
    ["a save", (engine, loaded) => engine.save(loaded, { actions: { day: add(1) } })],
    [
      "a transaction",
      (engine) =>
        engine
          .transaction()
          .update(Order, at, { day: add(1) as never })
          .commit(),
    ],
  ])("an action on a part, by %s", async (_, write) => {
    expect(await refusal(write)).toContain(
      'the key of the index "byStatus" is composed of it, so that it takes a value, and no action',
    );
  });

  test.each<[string, (engine: Engine, loaded: Order) => unknown]>([
    ["save", (engine, loaded) => engine.save(Object.assign(loaded, { id: "2" }))],
    ["putAll", (engine, loaded) => engine.putAll([Object.assign(loaded, { id: "2" })])],
    ["modify", (engine) => engine.modify(Order, at, (found) => void Object.assign(found, { id: "2" }))],
    ["delete", (engine, loaded) => engine.delete(Object.assign(loaded, { id: "2" }))],
    ["deleteAll", (engine, loaded) => engine.deleteAll([Object.assign(loaded, { id: "2" })])],
    [
      "a transaction",
      (engine, loaded) =>
        engine
          .transaction()
          .save(Object.assign(loaded, { id: "2" }))
          .commit(),
    ],
  ])("another value of a part of the table's key, by %s", async (way, write) => {
    const { engine, requests, answer } = scriptedEngine([{ Item: stored }]);
    const loaded = there(await engine.get(Order, at));
    if (way === "modify") answer({ Item: stored });
    requests();
    const error: unknown = await Promise.resolve()
      .then(() => write(engine, loaded))
      .catch((thrown: unknown) => thrown);
    expect(String(error)).toContain("engine.move(object, { id: ... }) moves the item");
    expect(requests().filter(({ operation }) => operation !== "GetItem")).toEqual([]);
  });

  test.each<[string, (engine: Engine, long: string) => unknown]>([
    ["save", (engine, status) => engine.save(order({ status }))],
    ["putAll", (engine, status) => engine.putAll([order({ status })])],
    ["update", (engine, status) => engine.update(Order, at, { status }, { given: { day: 7 } })],
    ["a transaction", (engine, status) => engine.transaction().save(order({ status })).commit()],
  ])("a key of an index that is too long as encoded, by %s", async (_, write) => {
    const error = await refusal((engine) => write(engine, " ".repeat(700)));
    expect(error).toMatch(/Order\.status.*is composed of the columns .*, and has 2109 bytes/);
  });
});

describe("a condition on a part that the key tells", () => {
  const { engine, requests, answer } = scriptedEngine();

  test.each(["beginsWith", "contains"] as const)(
    "%s() takes a value, and no column that the key does not tell",
    async (name) => {
      const condition = Order.id[name](Order.status as never);
      const refused = `Order.id is told by the key of its item, so that ${name}() takes a value, and no column.`;
      await expect(engine.save(new Order({ id: "1" }), { condition })).rejects.toThrow(InvalidCondition);
      await expect(engine.delete(Order, { id: "1" }, { condition })).rejects.toThrow(refused);
      expect(requests()).toEqual([]);
    },
  );

  test.each(["beginsWith", "contains"] as const)("%s() with a value is decided before the request", async (name) => {
    answer({});
    await engine.delete(Order, { id: "1" }, { condition: Order.id[name]("1") });
    expect(JSON.stringify(requests())).toContain("attribute_exists");
    expect(JSON.stringify(requests())).not.toMatch(/begins_with|contains/);
  });
});
