/** A condition of the caller's that did not hold: which part it was, if that can be told, and the two versions. */

import {
  type Condition,
  ConstraintViolation,
  type Engine,
  integer,
  list,
  map,
  model,
  string,
  TransactionCanceled,
} from "bloop-dynamodb";
import { expect, test } from "vitest";
import { conditionFailed, scriptedEngine, transactionCanceled } from "../../support/requests.js";

const Doc = model("Doc", {
  id: string().hashKey(),
  title: string(),
  address: map({ city: string() }),
  tags: list(string()),
  version: integer().version(),
});
const key = { id: "1" };
const Item = { id: { S: "1" }, title: { S: "secret" }, version: { N: "3" } };

async function violationOf(run: (engine: Engine) => Promise<unknown>, item?: object): Promise<ConstraintViolation> {
  const { engine } = scriptedEngine([conditionFailed(item)]);
  const error = await run(engine).catch((thrown: unknown) => thrown);
  if (!(error instanceof ConstraintViolation)) throw error;
  return error;
}

const update = (condition: Condition<"Doc">) => (engine: Engine) =>
  engine.update(Doc, key, { title: "new" }, { condition });

test.each([
  [Doc.address.exists(), "it demands a value of address, and there is none"],
  [Doc.title.notExists(), "it demands no value of title, and there is one"],
  [Doc.title.exists().and(Doc.address.at("city").exists()), "it demands a value of address.city, and there is none"],
])("%#: the part about a value is named", async (condition, part) => {
  const { message } = await violationOf(update(condition), Item);
  expect(message).toContain(`Doc (id "1"): the condition did not hold: ${part}. Nothing was written.`);
  expect(message).not.toContain("secret");
});

test.each([
  Doc.title.eq("old").and(Doc.title.exists()),
  Doc.address.exists().or(Doc.title.eq("old")),
  Doc.title.exists().not(),
  Doc.tags.at(0).exists(),
])("%#: a part that can't be told from the item is not named", async (condition) => {
  const { message } = await violationOf(update(condition), Item);
  expect(message).toContain('Doc (id "1"): the condition did not hold. Nothing was written.');
});

test("a version that the condition of an update demands is told like an object's", async () => {
  const { message, version } = await violationOf(update(Doc.title.exists().and(Doc.version.eq(2))), Item);
  expect(version).toEqual({ expected: 2, stored: 3 });
  expect(message).toContain(
    "its version does not match: the condition demands version 2, and the stored item has version 3",
  );
});

test("if there is no item, or none of a version, the stored one is undefined", async () => {
  const without = await violationOf(update(Doc.version.eq(2)), { id: { S: "1" } });
  expect(without.version).toEqual({ expected: 2, stored: undefined });
  expect(without.message).toContain("the condition demands version 2, and the stored item has none");
  const gone = await violationOf(update(Doc.version.eq(2)));
  expect(gone.version).toEqual({ expected: 2, stored: undefined });
  expect(gone.message).toContain("the condition demands version 2, and the item is not there");
});

test("a version that is as demanded is no mismatch, nor one that is compared otherwise", async () => {
  for (const condition of [Doc.version.eq(3).and(Doc.title.eq("old")), Doc.version.lt(3)])
    expect((await violationOf(update(condition), Item)).version).toBeUndefined();
});

test("in a transaction, the reason has the two versions", async () => {
  const { engine } = scriptedEngine([transactionCanceled({ Code: "ConditionalCheckFailed", Item })]);
  const error = await engine
    .transaction((all) => all.update(Doc, key, { title: "new" }, { condition: Doc.version.eq(2) }))
    .catch((thrown: unknown) => thrown);
  if (!(error instanceof TransactionCanceled)) throw error;
  expect(error.reasons.map(({ version }) => version)).toEqual([{ expected: 2, stored: 3 }]);
});
