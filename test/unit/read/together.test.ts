/** query() and scan() of several kinds: items of a kind that no model of the table knows. */

import { Engine, InvalidValue, key, string, table, template } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Shop = table("shop", { hashKey: "pk", rangeKey: "sk", kind: "_type" });
const columns = { group: string(), id: string() };
const Customer = Shop.model("Customer", columns, { key: { pk: key`G#${"group"}`, sk: key`C#${"id"}` } });
const Order = Shop.model("Order", columns, { key: { pk: key`G#${"group"}`, sk: key`O#${"id"}` } });

const customer = {
  ...{ pk: { S: "G#g#" }, sk: { S: "C#1#" }, _type: { S: "Customer" } },
  ...{ group: { S: "g" }, id: { S: "1" } },
};
const later = { pk: { S: "G#g#" }, sk: { S: "L#1#" }, _type: { S: "Later" } };
const engine = () =>
  new Engine({ dynamodb: recordingClient(() => ({ Items: [customer, later], Count: 2, ScannedCount: 2 })) });
const searches = {
  "a query": (one: Engine, options: object) =>
    one.query([Customer, Order], { key: Customer.group.eq("g"), ...options }),
  "a scan": (one: Engine, options: object) => one.scan([Customer, Order], options),
};

describe.each(Object.entries(searches))("%s", (_, search) => {
  test("skips an unknown kind, and tells of it", async () => {
    const one = engine();
    const told: unknown[] = [];
    one.on("unknownItem", ({ item }) => told.push(item));
    expect(await search(one, {}).all()).toMatchObject([{ group: "g", id: "1" }]);
    expect(told).toEqual([later]);
  });

  test('yields it in DynamoDB\'s form with onUnknown: "raw"', async () => {
    const found = await search(engine(), { onUnknown: "raw" }).all();
    expect(found[0]).toBeInstanceOf(Customer);
    expect(found[1]).toEqual(later);
  });

  test('throws with onUnknown: "error"', async () => {
    const error = await search(engine(), { onUnknown: "error" })
      .all()
      .catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(InvalidValue);
    expect(error).toMatchObject({ item: later });
  });
});

test.each(["skip", "raw", "error"] as const)(
  "an item of a known kind that can't be read is an error all the same (onUnknown: %s)",
  async (onUnknown) => {
    const broken = { ...customer, sk: { S: "C#2#" }, id: { N: "2" } };
    const Items = [customer, broken];
    const one = new Engine({ dynamodb: recordingClient(() => ({ Items, Count: 2, ScannedCount: 2 })) });
    for (const search of Object.values(searches)) {
      const error = await search(one, { onUnknown })
        .all()
        .catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidValue);
      expect(String(error)).toContain("Customer.id");
    }
  },
);

test("a key that another program has written in lower case is told as such", async () => {
  const Old = table("old", { hashKey: "pk", kind: "_type" });
  const User = Old.model("User", { id: string() }, { key: { pk: template`USER#${"id"}` } });
  const scanned = (pk: string) => {
    const Items = [{ pk: { S: pk }, _type: { S: "User" }, id: { S: "Ada" } }];
    const one = new Engine({ dynamodb: recordingClient(() => ({ Items, Count: 1, ScannedCount: 1 })) });
    return one.scan(User).all();
  };
  expect(await scanned("USER#Ada")).toHaveLength(1);
  await expect(scanned("user#ada")).rejects.toThrow(
    'the item\'s key "pk" is in lower case; give its parts as { column, case:',
  );
  await expect(scanned("USER#ada")).rejects.toThrow('the item\'s key "pk" was made of another value');
  await expect(scanned("U#Ada")).rejects.toThrow('the item\'s key "pk" is none that this model makes');
});
