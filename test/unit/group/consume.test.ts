/** What consume() refuses, and what it says. */

import { Engine, InvalidOption, InvalidStream, model, string } from "bloop-dynamodb";
import { consume, GroupRow } from "bloop-dynamodb/group";
import { expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Account = model("Account", { id: string().hashKey() }, { stream: { include: ["new"] } });
const streams = {
  send: async () => ({ Streams: [] }),
};
const engine = new Engine({ dynamodb: recordingClient(), streams });
const handler = () => {};

test.each([
  [{ handler }, /group is the name of a group, such as "mails", got undefined/],
  [{ group: "", handler }, /group is the name of a group/],
  [{ group: "a" }, /handler is a function, got undefined/],
  [{ group: "a", handler, lease: 10 }, /lease is a number of milliseconds from 1000/],
  [{ group: "a", handler, checkpointEvery: 0 }, /checkpointEvery is a whole number/],
  [{ group: "a", handler, onError: "drop" }, /onError is "retry" or "skip" or a function/],
  [{ group: "a", handler, start: "oldest" }, /start is "trim_horizon" or "latest" or a Date/],
  [{ group: "a", handler, start: new Date(Number.NaN) }, /start is "trim_horizon" or "latest" or a Date/],
  [{ group: "a", handler, maxShards: 0 }, /maxShards is a whole number from 1/],
  [{ group: "a", handler, leese: 1 }, /no option "leese".*lease/],
])("refuses %o", (options, message) => {
  expect(() => consume(engine, Account, options as never)).toThrow(message);
});

test("refuses models that records don't tell apart, and none at all", () => {
  const Other = model("Other", { id: string().hashKey() }, { stream: { include: ["new"] } });
  expect(() => consume(engine, [Account, Other], { group: "a", handler })).toThrow(
    /"Account" and "Other" are not declared on one/,
  );
  expect(() => consume(engine, [] as never, { group: "a", handler })).toThrow(InvalidOption);
});

test("refuses a model without a stream, and what is no engine", () => {
  const Plain = model("Plain", { id: string().hashKey() });
  expect(() => consume(engine, Plain as never, { group: "a", handler })).toThrow(InvalidStream);
  expect(() => consume({} as never, Account, { group: "a", handler })).toThrow(InvalidOption);
});

test("a group does not begin at another stream's token, nor at a text that is no position", async () => {
  const token = { version: 1, tableName: "Account", streamArn: "", shards: [] } as const;
  // @ts-expect-error
  expect(() => consume(engine, Account, { group: "a", handler, start: token })).toThrow(InvalidOption);
  // @ts-expect-error
  expect(() => consume(engine, Account, { group: "a", handler, start: "newest" })).toThrow(InvalidOption);
  const consumer = consume(engine, Account, { group: "a", handler, start: new Date(), maxShards: 3 });
  await expect(consumer.done).rejects.toThrow(InvalidStream);
});

test("a table without a stream is told to who awaits the end", async () => {
  const consumer = consume(engine, Account, { group: "a", handler });
  await expect(consumer.done).rejects.toThrow(InvalidStream);
});

test("a signal that there is not is refused", async () => {
  const consumer = consume(engine, Account, { group: "a", handler });
  expect(() => consumer.on("lagg" as never, () => {})).toThrow(/no signal "lagg".*lag/);
  await expect(consumer.done).rejects.toThrow(InvalidStream);
  expect(String(GroupRow.group)).toContain("group");
});
