/** streamHandler(): order, concurrency, failures, the end of the time, and the routes of records. */

import type { DynamoDBStreamHandler } from "aws-lambda";
import { Engine, InvalidOption, InvalidRecord, InvalidStream, model, number, string, TimedOut } from "bloop-dynamodb";
import { type LambdaEvent, streamHandler } from "bloop-dynamodb/lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { changeOf, changesOf, contextWith, numberOf } from "../../support/lambda-events.js";
import { recordingClient } from "../../support/recording-client.js";

const stream = { include: ["new", "old"] } as const;
const Order = model("Order", { id: string().hashKey(), total: number() }, { stream });
const Customer = model("Customer", { id: string().hashKey(), name: string() }, { stream });
const engine = new Engine({ dynamodb: recordingClient() });

const failed = (number: number) => ({ batchItemFailures: [{ itemIdentifier: numberOf(number) }] });
const succeeded = { batchItemFailures: [] };

/** Handlers that end when the test says so, by the records' numbers. */
function controlled() {
  const started: number[] = [];
  const ends = new Map<number, { resolve(): void; reject(error: unknown): void }>();
  const handler = ({ new: order }: { new: { total?: number | undefined } | undefined }) =>
    new Promise<void>((resolve, reject) => {
      const number = order?.total ?? -1;
      started.push(number);
      ends.set(number, { resolve, reject });
    });
  return {
    started,
    handler,
    async end(number: number) {
      ends.get(number)?.resolve();
      await vi.advanceTimersByTimeAsync(0);
    },
    async fail(number: number) {
      ends.get(number)?.reject(new Error("no"));
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe("order", () => {
  test("one record at a time, in their order (others: Promise.all by default)", async () => {
    const { started, handler, end } = controlled();
    const answer = streamHandler(engine, Order, handler)({ Records: changesOf("abc") });
    await vi.advanceTimersByTimeAsync(0);
    for (const number of [0, 1, 2]) {
      expect(started).toEqual([0, 1, 2].slice(0, number + 1));
      await end(number);
    }
    expect(await answer).toEqual(succeeded);
  });

  test("nothing is handled after a failure, and the failed record is named (others: later records run before the retry)", async () => {
    const handled: number[] = [];
    const handle = streamHandler(engine, Order, ({ new: order }) => {
      if (order?.total === 1) throw new Error("no");
      handled.push(order?.total ?? -1);
    });
    expect(await handle({ Records: changesOf("aaa") })).toEqual(failed(1));
    expect(handled).toEqual([0]);
  });

  test("with concurrency, items side by side, and each item's records in their order", async () => {
    const { started, handler, end } = controlled();
    const answer = streamHandler(engine, Order, handler, { concurrency: 2 })({ Records: changesOf("aabcb") });
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toEqual([0, 2]);
    await end(2);
    expect(started).toEqual([0, 2, 3]);
    await end(3);
    expect(started).toEqual([0, 2, 3, 4]);
    await end(0);
    expect(started).toEqual([0, 2, 3, 4, 1]);
    await end(4);
    await end(1);
    expect(await answer).toEqual(succeeded);
  });

  test("with concurrency, the lowest record that is not done is named, and what is under way may end", async () => {
    const { started, handler, end, fail } = controlled();
    const answer = streamHandler(engine, Order, handler, { concurrency: 3 })({ Records: changesOf("abcd") });
    await vi.advanceTimersByTimeAsync(0);
    await fail(2);
    await end(0);
    expect(started).toEqual([0, 1, 2]);
    await end(1);
    expect(await answer).toEqual(failed(2));
  });

  test("numbers that are keys are one item however they are written", async () => {
    const Counter = model("Counter", { id: number().hashKey() }, { stream });
    const records = ["1", "1.0", "1E0"].map((N, number) => {
      const record = changeOf({ table: "Counter", key: "", number });
      return {
        ...record,
        dynamodb: { ...record.dynamodb, Keys: { id: { N } }, NewImage: { id: { N } }, OldImage: { id: { N } } },
      };
    });
    let most = 0;
    let running = 0;
    const handle = streamHandler(
      engine,
      Counter,
      async () => {
        running += 1;
        most = Math.max(most, running);
        await Promise.resolve();
        running -= 1;
      },
      { concurrency: 3 },
    );
    expect(await handle({ Records: records })).toEqual(succeeded);
    expect(most).toBe(1);
  });
});

describe("failures", () => {
  const poison = ({ new: order }: { new: { total?: number | undefined } | undefined }) => {
    if (order?.total === 1) throw new Error("poison");
  };

  test("a handler that never fails makes no failure list", async () => {
    expect(await streamHandler(engine, Order, () => {})({ Records: changesOf("abcabc") })).toEqual(succeeded);
  });

  test('"skip" goes on without the record, and logs the error', async () => {
    expect(await streamHandler(engine, Order, poison, { onError: "skip" })({ Records: changesOf("aaa") })).toEqual(
      succeeded,
    );
    expect(vi.mocked(console.error).mock.calls).toEqual([[expect.stringContaining(numberOf(1)), new Error("poison")]]);
  });

  test("a function decides by the error, the record and its age", async () => {
    vi.setSystemTime(1_700_000_060_000);
    const onError = vi.fn(async () => "skip" as const);
    expect(await streamHandler(engine, Order, poison, { onError })({ Records: changesOf("aaa") })).toEqual(succeeded);
    const record = expect.objectContaining({ model: "Order", type: "modify", key: { id: "a" } });
    expect(onError.mock.calls).toEqual([
      [new Error("poison"), record, { raw: changeOf({ key: "a", number: 1 }), age: 60_000 }],
    ]);
    expect(console.error).not.toHaveBeenCalled();
  });

  test.each([
    ["throws", () => Promise.reject(new Error("onError itself"))],
    ["decides nothing", async () => undefined as never],
  ])("a function that %s drops nothing", async (_, onError) => {
    expect(await streamHandler(engine, Order, poison, { onError })({ Records: changesOf("aaa") })).toEqual(failed(1));
  });

  test("a record that can't be loaded is a failure, and its order is kept", async () => {
    const records = changesOf("aaa");
    Object.assign(records[1]?.dynamodb?.NewImage ?? {}, { total: { S: "much" } });
    const handled: number[] = [];
    const handler = ({ new: order }: { new: { total?: number | undefined } | undefined }) =>
      handled.push(order?.total ?? -1);
    expect(await streamHandler(engine, Order, handler)({ Records: records })).toEqual(failed(1));
    expect(handled).toEqual([0]);
    const onError = vi.fn(() => "skip" as const);
    expect(await streamHandler(engine, Order, handler, { onError })({ Records: records })).toEqual(succeeded);
    expect(handled).toEqual([0, 0, 2]);
    expect(onError.mock.calls).toEqual([
      [expect.any(InvalidRecord), undefined, expect.objectContaining({ raw: records[1] })],
    ]);
    expect(await streamHandler(engine, Order, handler, { onInvalid: "omit" })({ Records: records })).toEqual(succeeded);
  });

  test('"throw" throws the error itself, so that the whole batch fails', async () => {
    await expect(
      streamHandler(engine, Order, poison, { mode: "throw" })({ Records: changesOf("aaa") }),
    ).rejects.toThrow("poison");
  });

  test("a failed record without a SequenceNumber makes the batch fail (others: it is dropped)", async () => {
    const records = changesOf("aaa");
    delete records[1]?.dynamodb?.SequenceNumber;
    await expect(streamHandler(engine, Order, poison)({ Records: records })).rejects.toThrow("poison");
    Object.assign(records[1]?.dynamodb ?? {}, { SequenceNumber: "" });
    await expect(streamHandler(engine, Order, poison)({ Records: records })).rejects.toThrow("poison");
  });

  test("the last of many is named by itself (others: a batch of which all failed is thrown, and what was done is done again)", async () => {
    const handle = streamHandler(engine, Order, ({ new: order }) => {
      if (order?.total === 99) throw new Error("no");
    });
    const Records = Array.from({ length: 100 }, (_, number) => changeOf({ key: "a", number }));
    expect(await handle({ Records })).toEqual(failed(99));
    expect(await handle({ Records: Records.slice(99) })).toEqual(failed(99));
  });

  test("an error of the handler that is not an Error is a failure", async () => {
    const handle = streamHandler(engine, Order, () => Promise.reject(undefined));
    expect(await handle({ Records: changesOf("a") })).toEqual(failed(0));
  });
});

describe("the end of the time", () => {
  test("with 3 hanging, 4 done and 5 not begun, 3 is named, and the handlers' signal is aborted", async () => {
    const { started, handler, end } = controlled();
    let signal: AbortSignal | undefined;
    const handle = streamHandler(
      engine,
      Order,
      (record, context) => {
        ({ signal } = context);
        return handler(record);
      },
      { concurrency: 2, margin: 500 },
    );
    const answer = handle({ Records: changesOf("abcdefd") }, contextWith(3000));
    await vi.advanceTimersByTimeAsync(0);
    for (const number of [0, 1, 2]) await end(number);
    await end(4);
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
    await vi.advanceTimersByTimeAsync(2499);
    expect(signal?.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    expect(signal?.aborted).toBe(true);
    expect(signal?.reason).toBeInstanceOf(TimedOut);
    await vi.advanceTimersByTimeAsync(250);
    expect(await answer).toEqual(failed(3));
    expect(started).toEqual([0, 1, 2, 3, 4, 5]);
  });

  test("records that end within half of the margin count, and no other is begun", async () => {
    const { started, handler, end } = controlled();
    const answer = streamHandler(engine, Order, handler)({ Records: changesOf("ab") }, contextWith(3000));
    await vi.advanceTimersByTimeAsync(2100);
    await end(0);
    expect(await answer).toEqual(failed(1));
    expect(started).toEqual([0]);
  });

  test("a record that was cut off is never skipped", async () => {
    const handle = streamHandler(
      engine,
      Order,
      (_, { signal }) =>
        new Promise<void>((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
      { onError: "skip" },
    );
    const answer = handle({ Records: changesOf("ab") }, contextWith(3000));
    await vi.advanceTimersByTimeAsync(2000);
    expect(await answer).toEqual(failed(0));
  });

  test('"throw" throws TimedOut', async () => {
    const handle = streamHandler(engine, Order, () => new Promise(() => {}), { mode: "throw" });
    const answer = handle({ Records: changesOf("ab") }, contextWith(3000)).catch((error) => error);
    await vi.advanceTimersByTimeAsync(3000);
    expect(await answer).toBeInstanceOf(TimedOut);
    expect((await answer).message).toContain("1 of 2");
  });

  test("a margin that leaves no time fails the batch, and says so", async () => {
    const handle = streamHandler(engine, Order, () => {}, { margin: 3000 });
    await expect(handle({ Records: changesOf("a") }, contextWith(3000))).rejects.toThrow(/margin is 3000 ms/);
  });

  test("no timer is left behind", async () => {
    await streamHandler(engine, Order, () => {})({ Records: changesOf("a") }, contextWith(900_000));
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a hanging handler that fails after the answer is no unhandled rejection", async () => {
    const { handler, fail } = controlled();
    const answer = streamHandler(engine, Order, handler)({ Records: changesOf("a") }, contextWith(3000));
    await vi.advanceTimersByTimeAsync(3000);
    expect(await answer).toEqual(failed(0));
    const unhandled = vi.fn();
    process.on("unhandledRejection", unhandled);
    await fail(0);
    vi.useRealTimers();
    await new Promise((resolve) => setTimeout(resolve, 5));
    process.off("unhandledRejection", unhandled);
    expect(unhandled).not.toHaveBeenCalled();
  });
});

describe("routes", () => {
  test("records of several tables are loaded as their models, by the ARN", async () => {
    const customer = changeOf({ table: "Customer", key: "c", number: 1 });
    Object.assign(customer.dynamodb?.NewImage ?? {}, { name: { S: "Ada" } });
    const seen: unknown[] = [];
    const handle = streamHandler(engine, [Order, Customer], (record) => {
      if (record.model === "Customer" && record.type === "modify")
        seen.push(record.new.name, record.new instanceof Customer);
      if (record.model === "Order" && record.type === "modify")
        seen.push(record.new.total, record.new instanceof Order);
    });
    expect(await handle({ Records: [changeOf({ key: "o", number: 0 }), customer] })).toEqual(succeeded);
    expect(seen).toEqual([0, true, "Ada", true]);
  });

  test("keys of two tables are different items", async () => {
    const { started, handler } = controlled();
    const records = [changeOf({ key: "1", number: 0 }), changeOf({ table: "Customer", key: "1", number: 1 })];
    void streamHandler(engine, [Order, Customer], (record) => handler(record as never), { concurrency: 2 })({
      Records: records,
    });
    await vi.advanceTimersByTimeAsync(0);
    expect(started).toHaveLength(2);
  });

  test("a table's name is the engine's, also if it is an ARN", async () => {
    const named = new Engine({ dynamodb: recordingClient(), tableName: "dev-{tableName}" });
    const Records = [changeOf({ table: "dev-Order", key: "a", number: 0 })];
    expect(await streamHandler(named, Order, () => {})({ Records })).toEqual(succeeded);
    const byArn = new Engine({
      dynamodb: recordingClient(),
      tableName: () => "arn:aws:dynamodb:eu-west-1:123456789012:table/dev-Order",
    });
    expect(await streamHandler(byArn, Order, () => {})({ Records })).toEqual(succeeded);
  });

  test("a record of another table fails the batch, and is not taken for handled", async () => {
    const handled = vi.fn();
    const handle = streamHandler(engine, Order, handled);
    const Records = [changeOf({ key: "a", number: 0 }), changeOf({ table: "Other", key: "a", number: 1 })];
    await expect(handle({ Records })).rejects.toThrow(/of the table "Other".*models are of "Order"/);
    expect(handled).not.toHaveBeenCalled();
  });

  test("a record without an ARN is of the only table, and else refused", async () => {
    const Records = [{ ...changeOf({ key: "a", number: 0 }), eventSourceARN: undefined }];
    expect(await streamHandler(engine, Order, () => {})({ Records })).toEqual(succeeded);
    await expect(streamHandler(engine, [Order, Customer], () => {})({ Records })).rejects.toThrow(InvalidOption);
  });
});

describe("bad input", () => {
  test.each([
    ["nothing", undefined],
    ["an array, as EventBridge Pipes sends", changesOf("a")],
    ["no records", {}],
    ["a queue's records", { Records: [{ eventSource: "aws:sqs", body: "" }] }],
    ["null as a record", { Records: [null] }],
    ["a tumbling window", { Records: [], window: { start: "", end: "" }, state: {} }],
  ])("an event of %s is refused, and does not count as handled", async (_, event) => {
    await expect(streamHandler(engine, Order, () => {})(event as LambdaEvent)).rejects.toThrow(InvalidOption);
  });

  test("an event without records is handled", async () => {
    expect(await streamHandler(engine, Order, () => {})({ Records: [] })).toEqual(succeeded);
  });

  test.each([
    [{ concurrency: 0 }, /concurrency is a whole number/],
    [{ margin: -1 }, /margin is a number of milliseconds/],
    [{ onError: "drop" }, /onError is "retry" or "skip" or a function/],
    [{ mode: "return" }, /mode is "report" or "throw"/],
    [{ concurency: 2 }, /no option "concurency".*concurrency/],
  ])("the options %o are refused when the handler is made", (options, message) => {
    expect(() => streamHandler(engine, Order, () => {}, options as never)).toThrow(message);
  });

  test("an engine, models and a handler that are none are refused", () => {
    const Plain = model("Plain", { id: string().hashKey() });
    const Same = model("Same", { id: string().hashKey() }, { tableName: "Order", stream });
    expect(() => streamHandler({} as never, Order, () => {})).toThrow(/Expected an Engine/);
    expect(() => streamHandler(engine, [] as never, () => {})).toThrow(/at least one model/);
    expect(() => streamHandler(engine, Order, undefined as never)).toThrow(
      /handler of streamHandler\(\) is a function/,
    );
    expect(() => streamHandler(engine, Plain as never, () => {})).toThrow(InvalidStream);
    expect(() => streamHandler(engine, [Order, Same], () => {})).toThrow(/"Order" and "Same" are not declared on one/);
  });
});

test("the types are those of @types/aws-lambda, and the context is handed on", async () => {
  const handle: DynamoDBStreamHandler = streamHandler(engine, Order, (_, { context }) => {
    expect(context?.getRemainingTimeInMillis()).toBe(5000);
  });
  const context = { getRemainingTimeInMillis: () => 5000 } as Parameters<DynamoDBStreamHandler>[1];
  expect(await handle({ Records: changesOf("a") }, context, () => {})).toEqual(succeeded);
});
