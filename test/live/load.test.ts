/** Loading many by key. */

import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { binary, MissingObjects, model, number, string } from "bloop-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const { client, engine, sent, tableName } = live("load");
const Many = model("Many", { id: string().hashKey(), no: number().rangeKey(), text: string() });
const Bytes = model("Bytes", { id: binary().hashKey(), text: string() });
const Half = model("Half", { id: string().hashKey(), no: number().rangeKey(), other: string() }, { tableName: "Many" });
const count = effort(3000, 10_000);
const all = Array.from({ length: count }, (_, no) => no);

beforeAll(async () => {
  await engine.bind([Many, Bytes]);
  await engine.save(all.map((no) => new Many({ id: `id ${no % 100}`, no, text: `${no}` })));
}, 120_000);

test(`${count} items by getMany, in the order of the keys, with duplicates and some that are not there`, async () => {
  const keys = [...all, ...all.slice(0, 50), -1, -2].map((no) => ({ id: `id ${(no + 100) % 100}`, no }));
  sent();
  const found = await engine.getMany(Many, keys, { consistent: true });
  expect(found.map((object) => object?.no)).toEqual([...all, ...all.slice(0, 50), undefined, undefined]);
  expect(found[0]).not.toBe(found[count]);
  expect(sent()).toHaveLength(count / 100 + 1);
});

test(`${count} objects by load, in place, with duplicates; those missing are listed`, async () => {
  const objects = all.map((no) => new Many({ id: `id ${no % 100}`, no }));
  const twins = all.slice(0, 50).map((no) => new Many({ id: `id ${no % 100}`, no }));
  const missing = [new Many({ id: "nobody", no: 1 }), new Many({ id: "id 1", no: 100_001 })];
  const error: unknown = await engine
    .load([...objects, ...twins, ...missing, ...objects.slice(0, 10)])
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MissingObjects);
  expect((error as MissingObjects).objects).toEqual(missing);
  expect([...objects, ...twins].every((object) => object.text === `${object.no}`)).toBe(true);
});

test("keys are matched by value: bytes, and numbers that are stored otherwise than they are asked for", async () => {
  const Key = (N: string) => ({ id: { S: "numbers" }, no: { N } });
  for (const [N, text] of [
    ["1.0", "one"],
    ["1E+3", "thousand"],
    ["0.10", "tenth"],
    ["-0", "zero"],
  ] as const) {
    await client.send(new PutItemCommand({ TableName: tableName("Many"), Item: { ...Key(N), text: { S: text } } }));
  }
  const found = await engine.getMany(
    Many,
    [1, 1000, 0.1, 0].map((no) => ({ id: "numbers", no })),
  );
  expect(found.map((object) => object?.text)).toEqual(["one", "thousand", "tenth", "zero"]);
  const bytes = [[1], [1, 2], [0]].map((content) => new Bytes({ id: new Uint8Array(content), text: `${content}` }));
  await engine.save(bytes);
  const copies = bytes.map(({ id }) => new Bytes({ id }));
  await engine.load(copies);
  expect(copies).toEqual(bytes);
});

test("objects of several models and tables in one load; two models of one item share its read", async () => {
  const objects = [
    new Many({ id: "id 1", no: 1 }),
    new Half({ id: "id 1", no: 1 }),
    new Bytes({ id: new Uint8Array([1]) }),
  ];
  sent();
  await engine.load(objects);
  expect(sent()).toHaveLength(1);
  expect(objects.map((object) => ("text" in object ? object.text : undefined))).toEqual(["1", undefined, "1"]);
});

test("(A, B) and (B, A) are two keys", async () => {
  const Pair = model("Pair", { left: string().hashKey(), right: string().rangeKey(), text: string() });
  await engine.bind(Pair);
  await engine.save([new Pair({ left: "a", right: "b", text: "ab" }), new Pair({ left: "b", right: "a", text: "ba" })]);
  const found = await engine.getMany(Pair, [
    { left: "b", right: "a" },
    { right: "b", left: "a" },
    { left: "a", right: "a" },
  ]);
  expect(found.map((object) => object?.text)).toEqual(["ba", "ab", undefined]);
});

test("16 MB and more come over several rounds of unprocessed keys", async () => {
  const large = Array.from(
    { length: 60 },
    (_, no) => new Many({ id: "large", no, text: `${no}`.padEnd(390_000, "x") }),
  );
  await engine.save(large);
  sent();
  const copies = large.map(({ id, no }) => new Many({ id, no }));
  await engine.load(copies);
  expect(copies.map(({ text }) => text?.length)).toEqual(large.map(() => 390_000));
  expect(sent().length).toBeGreaterThan(1);
}, 60_000);

test("nothing is asked for nothing, and an abort ends it", async () => {
  sent();
  expect(await engine.getMany(Many, [])).toEqual([]);
  await engine.load([]);
  expect(sent()).toEqual([]);
  const reason = new Error("enough");
  const controller = new AbortController();
  const loading = engine.getMany(
    Many,
    all.map((no) => ({ id: `id ${no % 100}`, no })),
    { signal: controller.signal },
  );
  setTimeout(() => controller.abort(reason), 5);
  await expect(loading).rejects.toBe(reason);
});
