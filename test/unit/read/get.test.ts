/** get(): the requests of each option, and what comes of the answers. */

import { boolean, InvalidValue, model, number, RequestFailed, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { sdkError } from "../../support/recording-client.js";
import { scriptedEngine } from "../../support/requests.js";

const Thing = model("Thing", { id: string().hashKey(), at: number().rangeKey().storedAs("t"), open: boolean() });
const key = { id: "1", at: 2 };
const Key = { id: { S: "1" }, t: { N: "2" } };
const Item = { ...Key, open: { BOOL: true } };

test.each([
  [{}, {}],
  [{ consistent: true }, { ConsistentRead: true }],
  [{ consistent: false }, {}],
  [{ onInvalid: "omit" as const }, {}],
])("with %j, one GetItem with %j", async (options, parameters) => {
  const { engine, requests } = scriptedEngine([{ Item }]);
  const thing = await engine.get(Thing, key, options);
  expect(thing).toBeInstanceOf(Thing);
  expect({ ...thing }).toEqual({ id: "1", at: 2, open: true });
  expect(requests()).toEqual([{ operation: "GetItem", TableName: "Thing", Key, ...parameters }]);
});

test("get() resolves with undefined if there is no item", async () => {
  expect(await scriptedEngine([{}]).engine.get(Thing, key)).toBeUndefined();
});

test("the table has the name of the engine's option", async () => {
  const { engine, requests } = scriptedEngine([], { tableName: "dev-{tableName}" });
  await engine.get(Thing, key);
  expect(requests()[0]).toMatchObject({ TableName: "dev-Thing" });
});

test("a stored value that does not fit is an error, or left off, by the option of the engine or of the operation", async () => {
  const wrong = { Item: { ...Item, open: { S: "yes" } } };
  await expect(scriptedEngine([wrong]).engine.get(Thing, key)).rejects.toThrow(InvalidValue);
  expect({ ...(await scriptedEngine([wrong]).engine.get(Thing, key, { onInvalid: "omit" })) }).toEqual(key);
  const lenient = scriptedEngine([wrong, wrong], { onInvalid: "omit" }).engine;
  expect({ ...(await lenient.get(Thing, key)) }).toEqual(key);
  await expect(lenient.get(Thing, key, { onInvalid: "throw" })).rejects.toThrow(InvalidValue);
});

test("an already aborted signal's reason is thrown", async () => {
  const { engine } = scriptedEngine([sdkError("AbortError")]);
  await expect(engine.get(Thing, key, { signal: AbortSignal.abort(new Error("enough")) })).rejects.toThrow("enough");
});

test("a request that fails says which object it was for", async () => {
  const { engine } = scriptedEngine([sdkError("ResourceNotFoundException")]);
  await expect(engine.get(Thing, key)).rejects.toThrow(RequestFailed);
  await expect(scriptedEngine([sdkError("ResourceNotFoundException")]).engine.get(Thing, key)).rejects.toThrow(
    'Thing (id "1", at 2): GetItem failed. ResourceNotFoundException. Is the table there?',
  );
});
