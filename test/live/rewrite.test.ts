/** checkKeys() and rewriteKeys(): keys of an older template, columns that came later, unique values from before. */

import { type AttributeValue, DeleteItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
import { type AnyModel, integer, key, model, string, table, template } from "bloop-dynamodb";
import {
  checkKeys,
  type KeyFinding,
  type KeyReport,
  type KeyRewriteOptions,
  rewriteKeys,
} from "bloop-dynamodb/rewrite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { interruptedEngine } from "../support/rivals.js";

const { client, engine, tableName, sent } = live("rewrite");

const declared = () =>
  table("shop", {
    hashKey: "pk",
    rangeKey: "sk",
    kind: "_type",
    indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } },
  });
const shape = () => ({
  customer: string(),
  id: string(),
  status: string(),
  email: string(),
  note: string(),
  version: integer().version(),
});

/** The program as it was. */
const Before = declared();
const OldOrder = Before.model("Order", shape(), {
  key: { pk: key`CUSTOMER#${"customer"}`, sk: key`ORDER#${"id"}` },
  indexes: { byStatus: { on: "gsi1", gsi1pk: key`STATUS#${"status"}`, gsi1sk: key`${"customer"}` } },
});
const OldTask = Before.model(
  "Task",
  { id: string(), text: string() },
  { key: { pk: key`TASK#${"id"}`, sk: key`TASK` } },
);

/** Another key of the index, a computed column, and unique e-mails. */
const After = declared();
const Order = After.model(
  "Order",
  { ...shape(), lower: string().from(["email"], ({ email }: { email: string }) => email.toLowerCase()) },
  {
    key: { pk: key`CUSTOMER#${"customer"}`, sk: key`ORDER#${"id"}` },
    indexes: { byStatus: { on: "gsi1", gsi1pk: key`S#${"status"}`, gsi1sk: key`${"customer"}#${"id"}` } },
    unique: ["email"],
  },
);

/** Another key of the table. */
const Moved = declared();
const MovedOrder = Moved.model("Order", shape(), {
  key: { pk: key`C#${"customer"}`, sk: key`O#${"id"}` },
  indexes: { byStatus: { on: "gsi1", gsi1pk: key`S#${"status"}`, gsi1sk: key`${"customer"}#${"id"}` } },
});
const MovedTask = Moved.model("Task", { id: string(), text: string() }, { key: { pk: key`T#${"id"}`, sk: key`TASK` } });

type Raw = Record<string, AttributeValue>;

async function items(): Promise<Raw[]> {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: tableName("shop"), ConsistentRead: true }));
  return Items.sort((left, right) =>
    `${left["pk"]?.S} ${left["sk"]?.S}` < `${right["pk"]?.S} ${right["sk"]?.S}` ? -1 : 1,
  );
}
const put = (item: Raw) => client.send(new PutItemCommand({ TableName: tableName("shop"), Item: item }));
const remove = ({ pk, sk }: Raw) =>
  client.send(
    new DeleteItemCommand({
      TableName: tableName("shop"),
      Key: { pk: pk as AttributeValue, sk: sk as AttributeValue },
    }),
  );

interface Outcome {
  readonly report: KeyReport;
  readonly findings: KeyFinding[];
}

async function rewriting(models: AnyModel | readonly AnyModel[], options: KeyRewriteOptions = {}): Promise<Outcome> {
  const findings: KeyFinding[] = [];
  const report = await rewriteKeys(engine, models, { ...options, finding: (one) => void findings.push(one) });
  return { report, findings };
}
async function checking(models: AnyModel | readonly AnyModel[]): Promise<Outcome> {
  const findings: KeyFinding[] = [];
  const report = await checkKeys(engine, models, { finding: (one) => void findings.push(one) });
  return { report, findings };
}

const writes = () => sent().filter(({ name }) => !/^(Scan|BatchGetItem|GetItem)$/.test(name));
const byKey = (findings: readonly KeyFinding[]) =>
  [...findings].sort((left, right) => (JSON.stringify(left.key) < JSON.stringify(right.key) ? -1 : 1));
const at = (id: string) => ({ pk: "CUSTOMER#ada#", sk: `ORDER#${id}#` });

beforeAll(() => engine.bind([OldOrder, OldTask]));
beforeEach(async () => {
  for (const item of await items()) await remove(item);
  await engine.save([
    new OldOrder({ customer: "ada", id: "1", status: "open", email: "A@x", note: "n" }),
    new OldOrder({ customer: "ada", id: "2", status: "paid", email: "B@x" }),
    new OldOrder({ customer: "ada", id: "3" }),
    new OldTask({ id: "1", text: "t" }),
  ]);
  sent();
});

describe("checkKeys()", () => {
  test("finds what is not as the model makes it, and writes nothing", async () => {
    const before = await items();
    const { report, findings } = await checking(Order);
    expect(byKey(findings).slice(0, 2)).toEqual([
      {
        model: "Order",
        key: at("1"),
        outcome: "found",
        problem: "attributes",
        attributes: [
          { attribute: "lower", stored: undefined, computed: { S: "a@x" } },
          { attribute: "gsi1pk", stored: { S: "STATUS#open#" }, computed: { S: "S#open#" } },
          { attribute: "gsi1sk", stored: { S: "ada#" }, computed: { S: "ada#1#" } },
        ],
      },
      { model: "Order", key: at("1"), outcome: "found", problem: "marker", columns: ["email"] },
    ]);
    expect(findings.map(({ problem }) => problem).sort()).toEqual([
      "attributes",
      "attributes",
      "attributes",
      "marker",
      "marker",
    ]);
    expect(report).toEqual({
      scanned: 4,
      items: 3,
      right: 0,
      problems: { attributes: 3, key: 0, disagreement: 0, marker: 2, duplicate: 0, invalid: 0 },
      outcomes: { found: 5, rewritten: 0, left: 0, gone: 0 },
      token: undefined,
    });
    expect(writes()).toEqual([]);
    expect(await items()).toEqual(before);
    expect(await checkKeys(engine, [OldOrder, OldTask])).toMatchObject({ items: 4, right: 4 });
  });

  test("finds two items with one unique value before there are markers, by both keys", async () => {
    await engine.save(new OldOrder({ customer: "ada", id: "4", email: "A@x" }));
    const { findings } = await checking(Order);
    const [duplicate, ...others] = findings.filter(({ problem }) => problem === "duplicate");
    expect(others).toEqual([]);
    expect(duplicate).toMatchObject({ problem: "duplicate", columns: ["email"], outcome: "found" });
    const keys = [duplicate?.key, duplicate?.problem === "duplicate" ? duplicate.owner : undefined];
    expect(keys).toEqual(expect.arrayContaining([at("1"), at("4")]));
  });

  test("says which columns are missing if another template's key alone had them", async () => {
    await put({ pk: { S: "CUSTOMER#ada#" }, sk: { S: "OTHER" }, _type: { S: "Order" }, customer: { S: "ada" } });
    const { findings } = await checking(OldOrder);
    expect(findings).toMatchObject([{ problem: "invalid", key: { pk: "CUSTOMER#ada#", sk: "OTHER" } }]);
    expect(findings[0]?.reason).toContain('the column "id" is stored nowhere else');
  });
});

describe("rewriteKeys()", () => {
  test("makes keys of indexes, computed columns and markers right, and then finds nothing to do", async () => {
    const { report } = await rewriting(Order);
    expect(report).toMatchObject({ items: 3, right: 0, outcomes: { found: 0, rewritten: 5, left: 0, gone: 0 } });
    const stored = await items();
    expect(stored.find(({ sk }) => sk?.S === "ORDER#1#")).toEqual({
      pk: { S: "CUSTOMER#ada#" },
      sk: { S: "ORDER#1#" },
      _type: { S: "Order" },
      customer: { S: "ada" },
      id: { S: "1" },
      status: { S: "open" },
      email: { S: "A@x" },
      lower: { S: "a@x" },
      note: { S: "n" },
      version: { N: "1" },
      gsi1pk: { S: "S#open#" },
      gsi1sk: { S: "ada#1#" },
    });
    expect(stored.find(({ sk }) => sk?.S === "ORDER#3#")).not.toHaveProperty("gsi1pk");
    expect(stored.filter(({ _type }) => _type?.S === "bloop:unique").map(({ pk }) => pk?.S)).toEqual([
      "UNIQUE#Order#email#A@x#",
      "UNIQUE#Order#email#B@x#",
    ]);
    sent();
    expect((await rewriting(Order)).report).toMatchObject({ items: 3, right: 3, outcomes: { rewritten: 0 } });
    expect(writes()).toEqual([]);
    expect(await engine.query(Order.byStatus, { key: Order.status.eq("open") }).count()).toBe(1);
  });

  test("takes away a key of which a part is missing", async () => {
    await rewriting(Order);
    const [first] = await items();
    const { status: _, ...others } = first as Raw;
    await put(others);
    const { findings } = await rewriting(Order);
    expect(findings).toMatchObject([
      { problem: "attributes", attributes: [{ attribute: "gsi1pk" }], outcome: "rewritten" },
    ]);
    expect((await items())[0]).not.toHaveProperty("gsi1pk");
  });

  test("leaves a duplicate with its owner's key, and writes the others of its item", async () => {
    await rewriting(Order);
    await engine.save(new OldOrder({ customer: "ada", id: "4", status: "open", email: "A@x" }));
    const { findings } = await rewriting(Order);
    expect(findings).toEqual([
      expect.objectContaining({ key: at("4"), problem: "attributes", outcome: "rewritten" }),
      {
        model: "Order",
        key: at("4"),
        problem: "duplicate",
        columns: ["email"],
        owner: at("1"),
        outcome: "left",
        reason: "another item has it",
      },
    ]);
    expect((await items()).find(({ sk }) => sk?.S === "ORDER#4#")).toMatchObject({ gsi1pk: { S: "S#open#" } });
    // The second of two that nobody has checked is found by the marker of the first.
    for (const item of await items()) if (item["_type"]?.S === "bloop:unique") await remove(item);
    const again = (await rewriting(Order)).findings.filter(({ problem }) => problem === "duplicate");
    expect(again).toHaveLength(1);
  });

  test("takes over a marker whose owner does not have the value any more", async () => {
    await rewriting(Order);
    await remove({ pk: { S: "CUSTOMER#ada#" }, sk: { S: "ORDER#1#" } });
    await engine.save(new OldOrder({ customer: "ada", id: "4", email: "A@x" }));
    const { findings } = await checking(Order);
    expect(findings).toMatchObject([{ problem: "attributes" }, { problem: "marker", key: at("4") }]);
    expect((await rewriting(Order)).report.outcomes).toMatchObject({ rewritten: 2, left: 0 });
    const marker = (await items()).find(({ pk }) => pk?.S === "UNIQUE#Order#email#A@x#");
    expect(marker?.["bloop_owner"]?.M?.["sk"]).toEqual({ S: "ORDER#4#" });
  });

  test("moves an item whose key another template made, whole, and raises its version", async () => {
    const before = (await items()).find(({ sk }) => sk?.S === "ORDER#1#") as Raw;
    await put({ ...before, extra: { L: [{ NULL: true }] } });
    const { findings, report } = await rewriting(MovedOrder);
    expect(byKey(findings)[0]).toMatchObject({
      key: at("1"),
      problem: "key",
      computed: { pk: "C#ada#", sk: "O#1#" },
      outcome: "rewritten",
    });
    expect(report.outcomes).toMatchObject({ left: 0, gone: 0 });
    const stored = await items();
    expect(stored.map(({ pk }) => pk?.S)).toEqual(["C#ada#", "C#ada#", "C#ada#", "TASK#1#"]);
    expect(stored[0]).toEqual({
      ...before,
      extra: { L: [{ NULL: true }] },
      pk: { S: "C#ada#" },
      sk: { S: "O#1#" },
      gsi1pk: { S: "S#open#" },
      gsi1sk: { S: "ada#1#" },
      version: { N: "2" },
    });
    expect((await checking(MovedOrder)).report).toMatchObject({ items: 3, right: 3 });
  });

  test("moves no item without a version, unless nobody else writes it", async () => {
    const { findings } = await rewriting(MovedTask);
    expect(findings).toMatchObject([{ problem: "key", outcome: "left" }]);
    expect(findings[0]?.reason).toContain("quiet: true");
    expect((await rewriting(MovedTask, { quiet: true })).report.outcomes.rewritten).toBe(1);
    expect((await items()).map(({ pk }) => pk?.S)).toContain("T#1#");
  });

  test("does not move onto an item", async () => {
    await engine.save(new MovedOrder({ customer: "ada", id: "1", note: "there" }));
    const { findings } = await rewriting(MovedOrder);
    const [left, ...others] = findings.filter(({ outcome }) => outcome === "left");
    expect(others).toMatchObject([{ problem: "attributes", key: at("1") }]);
    expect(left).toMatchObject({ problem: "key", key: at("1") });
    expect(left?.reason).toContain("there is an item under this key");
    expect((await items()).filter(({ id }) => id?.S === "1")).toHaveLength(3);
  });

  test("leaves an item whose key and columns disagree, unless that is accepted", async () => {
    const [first] = await items();
    await put({ ...first, id: { S: "9" } });
    const { findings } = await rewriting([OldOrder, OldTask]);
    expect(findings[0]).toMatchObject({
      problem: "disagreement",
      key: at("1"),
      computed: at("9"),
      outcome: "left",
    });
    const seen: string[] = [];
    const accept = async ({ problem }: KeyFinding) => seen.push(problem) > 0;
    await rewriting(OldOrder, { accept });
    expect(seen).toEqual(["disagreement"]);
    expect((await items()).map(({ sk }) => sk?.S)).toEqual(["ORDER#2#", "ORDER#3#", "ORDER#9#", "TASK#"]);
  });

  test("writes no finding that is not accepted", async () => {
    const before = await items();
    const { report } = await rewriting(Order, { accept: () => false });
    expect(report.outcomes).toEqual({ found: 0, rewritten: 0, left: 5, gone: 0 });
    expect(await items()).toEqual(before);
  });

  test("gives the kind to items from before there was one", async () => {
    const Late = declared().model("Order", shape(), {
      key: { pk: key`CUSTOMER#${"customer"}`, sk: key`ORDER#${"id"}` },
      missing: true,
    });
    const [first] = await items();
    const { _type: _, ...others } = first as Raw;
    await put(others);
    const { findings } = await rewriting(Late);
    expect(findings).toMatchObject([
      { attributes: [{ attribute: "_type", computed: { S: "Order" } }], outcome: "rewritten" },
    ]);
    expect((await items())[0]).toEqual(first);
  });

  test("reports a column that no key can be made of", async () => {
    const Open = declared().model("Order", shape(), {
      key: { pk: key`CUSTOMER#${"customer"}`, sk: key`ORDER#${"id"}` },
      indexes: { byStatus: { on: "gsi1", gsi1pk: template`${"status"}/${"note"}`, gsi1sk: "customer" } },
    });
    const [first] = await items();
    await put({ ...first, status: { S: "a/b" } });
    const { findings } = await rewriting(Open);
    const [invalid] = findings.filter(({ problem }) => problem === "invalid");
    expect(invalid).toMatchObject({ key: at("1"), outcome: "left" });
    expect(invalid?.reason).toContain("Order.status");
  });
});

describe("positions", () => {
  test("a run goes on from the token of any report, with segments and pages", async () => {
    const tokens: KeyReport[] = [];
    const stop = new AbortController();
    const progress = (report: KeyReport) => {
      tokens.push(JSON.parse(JSON.stringify(report)));
      if (tokens.length === 3) stop.abort(new Error("enough"));
    };
    const options = { pageSize: 1, segments: 2 };
    await expect(rewriting(Order, { ...options, progress, signal: stop.signal })).rejects.toThrow("enough");
    const token = tokens.at(-1)?.token;
    if (token === undefined) throw new Error("no token");
    const rest = await rewriting(Order, { ...options, token });
    expect(rest.report.scanned).toBeLessThan(4);
    expect((await checking(Order)).report).toMatchObject({ items: 3, right: 3 });
    await expect(rewriting(Order, { ...options, segments: 3, token })).rejects.toThrow("segments");
    await expect(
      rewriting([Order, After.model("Other", { a: string() }, { key: { pk: key`X#${"a"}`, sk: key`X` } })], {
        ...options,
        token,
      }),
    ).rejects.toThrow("another key, or another filter");
  });

  test("processes share the segments", async () => {
    const reports = await Promise.all(
      [0, 1, 2].map((segment) => rewriteKeys(engine, Order, { parallel: { segment, total: 3 } })),
    );
    expect(reports.reduce((total, { items: count }) => total + count, 0)).toBe(3);
    expect((await checking(Order)).report.right).toBe(3);
  });

  test("capacity is limited, and a limit of writes paces no reads", async () => {
    const start = performance.now();
    await rewriting(OldOrder, { pageSize: 1, readUnits: 10 });
    expect(performance.now() - start).toBeGreaterThan(300);
  });
});

describe("what can't be", () => {
  const Plain = model("Plain", { id: string().hashKey() });
  const View = Before.model("All", { pk: string().hashKey(), sk: string().rangeKey() }, { view: true });

  test.each<[string, AnyModel | AnyModel[], KeyRewriteOptions, string]>([
    ["a model on no declared table", Plain, {}, "Plain is on no table that table() declares"],
    ["a view", View, {}, "All is a view"],
    ["an option that is none", Order, { segment: 1 } as never, 'rewriteKeys() has no option "segment"'],
    [
      "two kinds of segments",
      Order,
      { segments: 2, parallel: { segment: 0, total: 2 } },
      "takes segments, or parallel",
    ],
    ["a token that is none", Order, { token: {} as never }, "it is no search token"],
    ["models of two tables", [Order, OldTask], {}, "another table"],
    ["no model", [], {}, "names no model"],
  ])("%s is refused", async (_, models, options, message) => {
    await expect(rewriteKeys(engine, models, options)).rejects.toThrow(message);
    expect(sent()).toEqual([]);
  });
});

describe("under rivals", () => {
  const { engine: busy, interrupt } = interruptedEngine("rewrite");
  const target = { customer: "ada", id: "1" };

  test("a part that changes in between has the key made of its new value", async () => {
    interrupt(() =>
      engine
        .update(OldOrder, target, { status: "sent" }, { given: {} as never })
        .catch(() => engine.update(OldOrder, target, { status: "sent" })),
    );
    await rewriteKeys(busy, Order, { concurrency: 1 });
    const stored = (await items()).find(({ sk }) => sk?.S === "ORDER#1#");
    expect(stored).toMatchObject({ status: { S: "sent" }, gsi1pk: { S: "S#sent#" }, gsi1sk: { S: "ada#1#" } });
  });

  test("an item that is deleted in between stays away", async () => {
    interrupt(async () => {
      for (const item of await items()) await remove(item);
    });
    const findings: KeyFinding[] = [];
    await rewriteKeys(busy, Order, { concurrency: 1, finding: (one) => void findings.push(one) });
    expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(new Set(["gone"]));
    expect(await items()).toEqual([]);
  });

  test("what is added to an item that moves goes along", async () => {
    interrupt(async () => {
      for (const id of ["1", "2", "3"]) await engine.update(OldOrder, { customer: "ada", id }, { note: `rival ${id}` });
    });
    const findings: KeyFinding[] = [];
    await rewriteKeys(busy, MovedOrder, { concurrency: 1, finding: (one) => void findings.push(one) });
    expect(new Set(findings.map(({ outcome }) => outcome))).toEqual(new Set(["rewritten"]));
    expect((await items()).slice(0, 3).map(({ pk, note }) => [pk?.S, note?.S])).toEqual([
      ["C#ada#", "rival 1"],
      ["C#ada#", "rival 2"],
      ["C#ada#", "rival 3"],
    ]);
  });
});
