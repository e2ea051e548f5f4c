/** runEventSource() behaves as AWS documents the event source mapping of a stream. */

import { InvalidOption } from "bloop-dynamodb";
import { type EventRecord, type EventSourceOptions, runEventSource } from "bloop-dynamodb/testing";
import { describe, expect, test } from "vitest";
import { changeOf, changesOf, numberOf } from "../../support/lambda-events.js";

const n = numberOf;
const reporting = { reportBatchItemFailures: true };
type Event = { Records: EventRecord[] };

function numbersOf({ Records }: Event): string[] {
  return Records.map(({ dynamodb }) => dynamodb?.SequenceNumber ?? "");
}

/** Calls with the numbers of each event; an answer of a function is what is thrown. */
async function run(answers: unknown[], options: EventSourceOptions, keys = "abcd") {
  const events: string[][] = [];
  const outcome = await runEventSource(
    async (event: Event) => {
      events.push(numbersOf(event));
      const answer = answers.shift();
      if (answer instanceof Error) throw answer;
      return answer;
    },
    changesOf(keys),
    options,
  );
  return {
    events,
    discarded: numbersOf({ Records: [...outcome.discarded] }),
    outcomes: outcome.invocations.map((one) => one.outcome),
  };
}

const no = () => new Error("no");
const reported = (...numbers: number[]) => ({
  batchItemFailures: numbers.map((number) => ({ itemIdentifier: n(number) })),
});

describe("success", () => {
  test.each([undefined, null, {}, { batchItemFailures: null }, { batchItemFailures: [] }])(
    "%o is success",
    async (answer) => {
      expect(await run([answer], reporting)).toEqual({
        events: [[n(0), n(1), n(2), n(3)]],
        discarded: [],
        outcomes: ["success"],
      });
    },
  );

  test("any answer is, without ReportBatchItemFailures: what was named is lost", async () => {
    expect((await run([reported(1)], {})).outcomes).toEqual(["success"]);
  });

  test("a batch is of batchSize records at most", async () => {
    expect((await run([], { batchSize: 3 }, "abcdefg")).events.map(({ length }) => length)).toEqual([3, 3, 1]);
  });
});

describe("failure", () => {
  test("retries from the lowest number that is named", async () => {
    const { events, outcomes } = await run([reported(2, 1), reported(3)], reporting);
    expect(events).toEqual([[n(0), n(1), n(2), n(3)], [n(1), n(2), n(3)], [n(3)]]);
    expect(outcomes).toEqual(["partial", "partial", "success"]);
  });

  test.each([
    ["an empty identifier", { batchItemFailures: [{ itemIdentifier: "" }] }],
    ["null", { batchItemFailures: [{ itemIdentifier: null }] }],
    ["another name", { batchItemFailures: [{ sequenceNumber: n(1) }] }],
    ["a number of no record", { batchItemFailures: [{ itemIdentifier: "7" }] }],
    ["no list", { batchItemFailures: "none" }],
    ["a throw", no()],
  ])("the whole batch is tried again after %s", async (_, answer) => {
    const { events, outcomes } = await run([answer], reporting);
    expect(events.map(({ length }) => length)).toEqual([4, 4]);
    expect(outcomes).toEqual(["error", "success"]);
  });

  test("in halves, if it is bisected, which is no attempt", async () => {
    const { events, discarded } = await run([no(), no(), no()], {
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 0,
    });
    expect(events).toEqual([[n(0), n(1), n(2), n(3)], [n(0), n(1)], [n(0)], [n(1)], [n(2), n(3)]]);
    expect(discarded).toEqual([n(0)]);
  });

  test("a batch is given up after the last attempt, and the next ones go on", async () => {
    const { events, discarded } = await run([no(), no(), no()], { maximumRetryAttempts: 2, batchSize: 3 });
    expect(events.map(({ length }) => length)).toEqual([3, 3, 3, 1]);
    expect(discarded).toEqual([n(0), n(1), n(2)]);
  });

  test("attempts begin again with a batch that became shorter", async () => {
    const { discarded } = await run([no(), reported(2), no()], { ...reporting, maximumRetryAttempts: 1 });
    expect(discarded).toEqual([]);
  });

  test("a time-out makes the whole batch fail, and the context tells the time that is left", async () => {
    const left: number[] = [];
    let calls = 0;
    const { invocations } = await runEventSource(
      (_: Event, context: { getRemainingTimeInMillis(): number }) => {
        left.push(context.getRemainingTimeInMillis());
        calls += 1;
        return calls === 1 ? new Promise(() => {}) : undefined;
      },
      changesOf("ab"),
      { timeout: 20 },
    );
    expect(invocations.map(({ outcome }) => outcome)).toEqual(["timeout", "success"]);
    for (const one of left) expect(one > 0 && one <= 20).toBe(true);
  });
});

test("records of one item stay in their order if batches are side by side, and those of others do not wait", async () => {
  const seen = new Map<string, string[]>();
  let [running, most] = [0, 0];
  await runEventSource(
    async ({ Records }: Event) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      for (const { dynamodb } of Records) {
        const key = JSON.stringify(dynamodb?.Keys);
        seen.set(key, [...(seen.get(key) ?? []), dynamodb?.SequenceNumber ?? ""]);
      }
      running -= 1;
    },
    changesOf("abcdeabcdeabcde"),
    { parallelizationFactor: 4, batchSize: 2 },
  );
  expect(most).toBeGreaterThan(1);
  expect([...seen.values()].flat()).toHaveLength(15);
  for (const numbers of seen.values()) expect(numbers).toEqual([...numbers].sort());
});

test("takes what comes in time, and each event is a copy", async () => {
  async function* records() {
    for (const number of [0, 1, 2]) yield changeOf({ key: "a", number });
  }
  const given = changesOf("ab");
  const { invocations } = await runEventSource(({ Records }: Event) => void Records.pop(), given, {});
  expect([invocations.length, given.length]).toEqual([1, 2]);
  expect((await runEventSource(() => undefined, records(), { batchSize: 2 })).invocations).toHaveLength(2);
});

test("a signal ends a run that would go on without end", async () => {
  const controller = new AbortController();
  const run = runEventSource(() => Promise.reject(no()), changesOf("a"), {
    signal: controller.signal,
    maximumRetryAttempts: 1e9,
  });
  setTimeout(() => controller.abort(new Error("enough")), 5);
  await expect(run).rejects.toThrow("enough");
});

test.each([
  [{ batchsize: 1 }, /no option "batchsize".*batchSize/],
  [{ batchSize: 0 }, /batchSize is a number from 1/],
  [{ reportBatchItemFailures: "yes" }, /reportBatchItemFailures is true or false/],
])("options that can't be are refused: %o", async (options, message) => {
  await expect(runEventSource(() => undefined, [], options as never)).rejects.toThrow(message);
  await expect(runEventSource(undefined as never, [])).rejects.toThrow(InvalidOption);
});
