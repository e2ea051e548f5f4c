/** Unique columns: the requests of a write, of what comes after a failure, and declarations that are refused. */

import { InvalidModel, key, list, string, table, UniqueViolation } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { scriptedEngine, transactionCanceled } from "../../support/requests.js";

const Shop = table("shop", { hashKey: "pk", rangeKey: "sk", kind: "_type" });
const User = Shop.model(
  "User",
  { id: string(), email: string(), note: string() },
  { key: { pk: key`USER#${"id"}`, sk: key`PROFILE` }, unique: ["email"] },
);
const keyOf = (id: string) => ({ pk: { S: `USER#${id}#` }, sk: { S: "PROFILE#" } });
const marker = (email: string) => ({ pk: { S: `UNIQUE#User#email#${email}#` }, sk: { S: "UNIQUE#" } });
const userItem = (id: string, email: string) => ({
  ...keyOf(id),
  _type: { S: "User" },
  id: { S: id },
  email: { S: email },
});
const markerItem = (email: string, id: string) => ({
  ...marker(email),
  _type: { S: "bloop:unique" },
  bloop_owner: { M: keyOf(id) },
});
const refused = (Item?: object) => ({ Code: "ConditionalCheckFailed", ...(Item && { Item }) });

/** The kinds of a transaction's items, with their keys and conditions. */
function partsOf(request: { readonly [name: string]: unknown } | undefined): unknown[] {
  const items = (request?.["TransactItems"] ?? []) as readonly Record<string, Record<string, unknown>>[];
  return items.map((item) => {
    const [[kind, input = {}] = []] = [Object.entries(item)[0]];
    const { pk } = (input["Key"] ?? input["Item"] ?? {}) as { readonly pk?: { readonly S: string } };
    return [kind, pk?.S, input["ConditionExpression"]];
  });
}

describe("requests", () => {
  test("a new object and its marker are one transaction, without a read", async () => {
    const { engine, requests } = scriptedEngine();
    await engine.save(new User({ id: "1", email: "a@x" }));
    const [request, ...others] = requests();
    expect(others).toEqual([]);
    expect(request?.operation).toBe("TransactWriteItems");
    expect(partsOf(request)).toMatchSnapshot();
  });

  test("a changed value is held to, the new one claimed, and the old one released", async () => {
    const { engine, requests } = scriptedEngine([{ Item: userItem("1", "a@x") }]);
    const user = await engine.get(User, { id: "1" });
    requests();
    await engine.save(Object.assign(user ?? {}, { email: "b@x" }) as NonNullable<typeof user>);
    expect(partsOf(requests()[0])).toMatchSnapshot();
  });

  test("a write of other columns is the request that it is without unique columns", async () => {
    const { engine, requests } = scriptedEngine([{}, { Attributes: userItem("1", "a@x") }]);
    await engine.save(new User({ id: "1", note: "n" }));
    await engine.update(User, { id: "1" }, { note: "m" });
    expect(requests().map(({ operation }) => operation)).toEqual(["UpdateItem", "UpdateItem"]);
  });

  test("an update reads the value that it gives up, and the item after it", async () => {
    const answers = [{ Item: userItem("1", "a@x") }, {}, { Item: userItem("1", "b@x") }];
    const { engine, requests } = scriptedEngine(answers);
    await engine.update(User, { id: "1" }, { email: "b@x" });
    const sent = requests();
    expect(sent.map(({ operation, ConsistentRead }) => [operation, ConsistentRead])).toEqual([
      ["GetItem", true],
      ["TransactWriteItems", undefined],
      ["GetItem", true],
    ]);
    expect(partsOf(sent[1])).toMatchSnapshot();
  });

  test("a marker is taken over from an owner that is gone, under a condition on it", async () => {
    const answers = [transactionCanceled("None", refused(markerItem("a@x", "2"))), {}, {}];
    const { engine, requests } = scriptedEngine(answers);
    await engine.save(new User({ id: "1", email: "a@x" }));
    const sent = requests();
    expect(sent.map(({ operation }) => operation)).toEqual(["TransactWriteItems", "GetItem", "TransactWriteItems"]);
    expect(partsOf(sent[2])).toMatchSnapshot();
  });

  test("an owner that has the value is named, after a consistent read of it", async () => {
    const answers = [transactionCanceled("None", refused(markerItem("a@x", "2"))), { Item: userItem("2", "a@x") }];
    const { engine, requests } = scriptedEngine(answers);
    const error = await engine.save(new User({ id: "1", email: "a@x" })).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UniqueViolation);
    expect(error).toMatchObject({ owner: { id: "2" }, columns: ["email"] });
    expect(JSON.stringify(error)).not.toContain("a@x");
    expect(String(error)).not.toContain("a@x");
    expect(requests().map(({ operation, Key, ConsistentRead }) => [operation, Key, ConsistentRead])).toEqual([
      ["TransactWriteItems", undefined, undefined],
      ["GetItem", keyOf("2"), true],
    ]);
  });

  test("a server that returns no item with a failed condition is asked for the marker", async () => {
    const answers = [
      transactionCanceled("None", refused()),
      { Item: markerItem("a@x", "2") },
      { Item: userItem("2", "a@x") },
    ];
    const { engine, requests } = scriptedEngine(answers);
    await expect(engine.save(new User({ id: "1", email: "a@x" }))).rejects.toThrow(UniqueViolation);
    expect(requests()[1]).toMatchObject({ operation: "GetItem", Key: marker("a@x") });
  });
});

describe("declarations that are refused", () => {
  const columns = { id: string(), email: string(), tags: list(string()) };
  const options = { key: { pk: key`X#${"id"}`, sk: key`X` } };
  const declare = (unique: unknown, on: object = Shop) =>
    (on as typeof Shop).model("X", columns, { ...options, unique } as never);

  test.each([
    ["email", 'unique is "email", not an array of columns'],
    [["emial"], 'unique names a column "emial" that is not there; did you mean "email"?'],
    [[[]], "unique has"],
    [[["email", "email"]], "unique has"],
    [["email", "email"], 'unique names the column "email" twice'],
    [
      [
        ["id", "email"],
        ["email", "id"],
      ],
      "twice",
    ],
    [["tags"], 'unique is composed of the column "tags", which is stored as L'],
  ])("%j", (unique, message) => {
    expect(() => declare(unique)).toThrow(InvalidModel);
    expect(() => declare(unique)).toThrow(message);
  });

  test("on a table without an attribute of kinds, and with keys that are no texts", () => {
    expect(() => declare(["email"], table("plain", { hashKey: "pk", rangeKey: "sk" }))).toThrow(
      "an attribute of kinds",
    );
    const kinds = table("kinds", { hashKey: "pk", rangeKey: "_type", kind: "_type" });
    const keys = { key: { pk: key`X#${"id"}` }, unique: ["email"] };
    expect(() => kinds.model("X", columns, keys as never)).toThrow('"_type" is the kind');
  });

  test("a kind that is the one of markers", () => {
    expect(() => Shop.model("X", columns, { ...options, kind: "bloop:unique" })).toThrow(
      "which bloop gives to markers",
    );
  });
});
