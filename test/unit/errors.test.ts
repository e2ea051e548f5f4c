/** What an error shows when it is logged, and whose fault it says it is. */

import { inspect } from "node:util";
import {
  ConstraintViolation,
  Engine,
  InvalidValue,
  MissingObjects,
  map,
  model,
  number,
  string,
  TransactionCanceled,
  WriteFailures,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { recordingClient, type Sent, sdkError } from "../support/recording-client.js";
import { stubClient } from "../support/stub-client.js";

const secret = "hunter2-secret-hash";
const User = model("User", { id: string().hashKey(), password: string(), deep: map({ token: string() }), n: number() });
const stored = { id: { S: "1" }, password: { S: secret }, deep: { M: { token: { S: secret } } } };
const user = () => new User({ id: "1", password: secret, deep: { token: secret } });

function engineOn(answer: (command: Sent) => object | undefined) {
  return new Engine({ dynamodb: recordingClient(answer) });
}

async function thrownBy(run: () => Promise<unknown>): Promise<unknown> {
  return run().then(
    () => {
      throw new Error("nothing was thrown");
    },
    (error: unknown) => error,
  );
}

const failed = () => {
  throw sdkError("ConditionalCheckFailedException", "no", { Item: stored });
};
const canceled = () => {
  throw sdkError("TransactionCanceledException", "no", {
    CancellationReasons: [{ Code: "ConditionalCheckFailed", Message: "no", Item: stored }],
  });
};
const wrong = () => ({ Item: { ...stored, n: { S: "1" } } });

const errors: readonly [name: string, type: new (...args: never[]) => Error, run: () => Promise<unknown>][] = [
  ["a violation", ConstraintViolation, () => engineOn(failed).save(user(), { atomic: true })],
  ["a canceled transaction", TransactionCanceled, () => engineOn(canceled).transaction((tx) => tx.save(user()))],
  ["failures of many", WriteFailures, () => engineOn(failed).save([user(), new User({ id: "2" })], { atomic: true })],
  ["missing objects", MissingObjects, () => engineOn(() => undefined).load(user())],
  ["a stored value that does not fit", InvalidValue, () => engineOn(wrong).get(User, { id: "1" })],
  ["a violation on the SDK's road", ConstraintViolation, () => violationOn("sdk")],
  ["a violation on the lean road", ConstraintViolation, () => violationOn("lean")],
];

function violationOn(road: "sdk" | "lean"): Promise<unknown> {
  const body = JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
    message: "The conditional request failed",
    Item: stored,
  });
  const { client } = stubClient(() => ({ status: 400, body }));
  return new Engine({ dynamodb: client, road }).save(user(), { atomic: true });
}

describe.each(errors)("%s", (_, type, run) => {
  test("shows no stored value and no value of an object, in a log or as JSON", async () => {
    const error = await thrownBy(run);
    expect(error).toBeInstanceOf(type);
    expect(inspect(error, { depth: 10 })).not.toContain(secret);
    expect(JSON.stringify(error)).not.toContain(secret);
    expect(String(error)).not.toContain(secret);
  });
});

test("values that a log leaves out can be read as properties", async () => {
  const violation = await thrownBy(errors[0]?.[2] ?? expect.unreachable);
  if (!(violation instanceof ConstraintViolation && violation.current instanceof User)) throw violation;
  expect(violation.current.password).toBe(secret);
  const transaction = await thrownBy(errors[1]?.[2] ?? expect.unreachable);
  if (!(transaction instanceof TransactionCanceled)) throw transaction;
  expect(transaction.reasons[0]?.current).toMatchObject({ password: secret });
  expect(transaction.reasons[0]?.object).toBeInstanceOf(User);
  const failures = await thrownBy(errors[2]?.[2] ?? expect.unreachable);
  if (!(failures instanceof WriteFailures)) throw failures;
  expect(failures.failures.map(({ object }) => object)).toHaveLength(2);
  const missing = await thrownBy(errors[3]?.[2] ?? expect.unreachable);
  if (!(missing instanceof MissingObjects)) throw missing;
  expect(missing.objects[0]).toBeInstanceOf(User);
});

describe("an InvalidValue says whose value it is", () => {
  const origins: readonly [name: string, origin: "input" | "stored", run: () => unknown][] = [
    ["stored", "stored", () => engineOn(wrong).get(User, { id: "1" })],
    ["of a new object", "input", () => new User({ id: "1", n: "x" as never, nmae: 1 } as never)],
    ["saved", "input", () => engineOn(() => undefined).save(Object.assign(user(), { n: "x" }))],
    ["of a key", "input", () => engineOn(() => undefined).get(User, { id: 3 as never })],
    ["of a condition", "input", async () => User.n.eq("x" as never)],
    ["of an update", "input", () => engineOn(() => undefined).update(User, { id: "1" }, { n: "x" as never })],
  ];
  test.each(origins)("%s", async (_, origin, run) => {
    const error = await thrownBy(async () => run());
    if (!(error instanceof InvalidValue)) throw error;
    expect(error.origin).toBe(origin);
  });
});
