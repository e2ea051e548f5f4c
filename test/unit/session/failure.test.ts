/** What the SDK throws, as what bloop throws; and what of it is worth another try. */

import { RequestFailed } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import {
  ConditionFailed,
  failureOf,
  failureOfReason,
  isConflict,
  isResourceInUse,
  isStaleUpdate,
  isThrottled,
  TransactionFailed,
} from "../../../src/session/failure.js";
import { sdkError } from "../../support/recording-client.js";
import { transactionCanceled } from "../../support/requests.js";
import { call } from "../../support/stub-client.js";

const failure = (thrown: unknown) => failureOf(thrown, "UpdateItem", call);

describe("the message", () => {
  test.each<[unknown, string]>([
    [sdkError("ThrottlingException", "slow down"), "Thing: UpdateItem failed. ThrottlingException: slow down."],
    [sdkError("ThrottlingException", "Slow down!"), "Thing: UpdateItem failed. ThrottlingException: Slow down!"],
    [sdkError("ResourceNotFoundException"), "ResourceNotFoundException. Is the table there? engine.bind() creates it."],
    [Object.assign(new Error("refused"), { code: "ECONNREFUSED" }), "Nothing answers at the endpoint"],
    [new Error("Region is missing"), "Error: Region is missing. Set AWS_REGION, or give the engine a client"],
    ["a text", "Thing: UpdateItem failed. Error: a text."],
    [undefined, "Thing: UpdateItem failed. Error: undefined."],
  ])("of %o", (thrown, message) => {
    expect(failure(thrown).message).toContain(message);
  });

  test("has the request's id, the code, and what was thrown as its cause", () => {
    const thrown = sdkError("InternalServerError");
    expect(failure(thrown)).toMatchObject({ code: "InternalServerError", requestId: "r-1", cause: thrown });
    expect(failure("a text")).toMatchObject({ requestId: undefined, cause: "a text" });
  });
});

test("a condition that did not hold has the item as it was", () => {
  const item = { id: { S: "1" } };
  const failed = failure(sdkError("ConditionalCheckFailedException", "", { Item: item }));
  expect(failed).toBeInstanceOf(ConditionFailed);
  expect(failed).toMatchObject({ item });
});

test("a transaction that was canceled has a reason for each of its items", () => {
  const item = { id: { S: "1" } };
  const failed = failure(transactionCanceled("None", { Code: "ConditionalCheckFailed", Item: item }));
  expect(failed).toBeInstanceOf(TransactionFailed);
  expect(failed).toMatchObject({
    reasons: [
      { code: "None", message: "", item: undefined },
      { code: "ConditionalCheckFailed", message: "", item },
    ],
  });
  expect(failure(sdkError("TransactionCanceledException", "without reasons"))).toBeInstanceOf(RequestFailed);
  expect(failure(sdkError("TransactionCanceledException", "", { CancellationReasons: [{}] }))).toMatchObject({
    reasons: [{ code: "None" }],
  });
});

test("the reason of one write is the error that it would have met alone", () => {
  const reason = (code: string) => failureOfReason({ code, message: "m", item: undefined }, call, undefined);
  expect(reason("ConditionalCheckFailed")).toBeInstanceOf(ConditionFailed);
  expect(reason("ValidationError")).toMatchObject({ code: "ValidationException" });
  expect(reason("TransactionConflict")).toMatchObject({ code: "TransactionConflict" });
});

test.each<[unknown, { conflict?: true; throttled?: true; stale?: true; inUse?: true }]>([
  [sdkError("TransactionConflictException"), { conflict: true }],
  [sdkError("TransactionInProgressException"), { conflict: true }],
  [sdkError("ReplicatedWriteConflictException"), { conflict: true }],
  [transactionCanceled("TransactionConflict", "None"), { conflict: true }],
  [transactionCanceled("ThrottlingError", "ProvisionedThroughputExceeded"), { conflict: true }],
  [transactionCanceled("TransactionConflict", "ConditionalCheckFailed"), {}],
  [transactionCanceled("None"), {}],
  [sdkError("ProvisionedThroughputExceededException"), { throttled: true }],
  [sdkError("ThrottlingException"), { throttled: true }],
  [sdkError("RequestLimitExceeded"), { throttled: true }],
  [sdkError("ValidationException", "The document path provided is invalid for update"), { stale: true }],
  [sdkError("ValidationException", "An operand in the update expression has an incorrect data type"), { stale: true }],
  [sdkError("ValidationException", "Item size has exceeded the maximum"), {}],
  [sdkError("ResourceInUseException"), { inUse: true }],
  [sdkError("InternalServerError"), {}],
  [sdkError("ConditionalCheckFailedException"), {}],
])("%o is %o", (thrown, { conflict = false, throttled = false, stale = false, inUse = false }) => {
  const error = failure(thrown);
  expect([isConflict(error), isThrottled(error), isStaleUpdate(error), isResourceInUse(error)]).toEqual([
    conflict,
    throttled,
    stale,
    inUse,
  ]);
});

test("an error that is not of a request is none of them", () => {
  for (const test of [isConflict, isThrottled, isStaleUpdate, isResourceInUse])
    expect(test(new Error("x"))).toBe(false);
});
