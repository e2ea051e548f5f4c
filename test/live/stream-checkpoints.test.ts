/** Checkpoints of streams on a real DynamoDB: stored with the user's work, alone, and found again. */

import {
  add,
  ConstraintViolation,
  checkpointModel,
  type Engine,
  InvalidOption,
  InvalidStream,
  model,
  number,
  streamToken,
  string,
  TransactionCanceled,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { live } from "../support/live.js";

const { engine } = live("checkpoint");
const Checkpoint = checkpointModel("Checkpoint");
const Tally = model("Tally", { id: string().hashKey(), changes: number() });

/** A model of a table of its own, with some records in its stream, and a reader of that name. */
async function begin(name: string, count: number) {
  const Note = model(name, { id: string().hashKey() }, { stream: { include: ["new"] } });
  await engine.bind([Note, Checkpoint, Tally]);
  const write = async (from: number, to: number) => {
    for (let id = from; id < to; id++) await engine.save(new Note({ id: String(id) }));
  };
  await write(0, count);
  const open = (of: Engine = engine) => of.stream(Note, { checkpoints: Checkpoint, name });
  return { Note, write, open };
}

interface Polled<R> {
  poll(): Promise<R | undefined>;
}

async function next<R>(stream: Polled<R>): Promise<R> {
  const record = await stream.poll();
  if (record === undefined) throw new Error("no record");
  return record;
}

async function rest(stream: Polled<{ readonly key: { readonly id: string } }>): Promise<string[]> {
  const ids: string[] = [];
  for (let record = await stream.poll(); record !== undefined; record = await stream.poll()) ids.push(record.key.id);
  return ids;
}

test("a stream that is made again goes on behind what was checkpointed, with work or alone", async () => {
  const { open } = await begin("Again", 6);
  const stream = open();
  const first = await next(stream);
  await engine.transaction((transaction) => {
    transaction.update(Tally, { id: "again" }, { changes: add(1) });
    stream.checkpoint(transaction, first);
  });
  await stream.checkpoint(await next(stream));
  const [third, fourth] = [await next(stream), await next(stream)];
  await stream.checkpoint([third, fourth]);
  await next(stream);
  await stream.close();
  expect(await engine.get(Tally, { id: "again" })).toMatchObject({ changes: 1 });
  const again = open();
  expect(await rest(again)).toEqual(["4", "5"]);
  await again.close();
});

test("what is not committed is not done", async () => {
  const { open } = await begin("Failed", 2);
  const stream = open();
  const record = await next(stream);
  const failing = engine.transaction((transaction) => {
    transaction.update(Tally, { id: "failed" }, { changes: add(1) }, { condition: Tally.changes.gt(5) });
    stream.checkpoint(transaction, record);
  });
  await expect(failing).rejects.toThrow(TransactionCanceled);
  // The same record can be tried again, in the stream's life or in another.
  await engine.transaction((transaction) => {
    stream.checkpoint(transaction, record);
  });
  await stream.close();
  const again = open();
  expect(await rest(again)).toEqual(["1"]);
  await again.close();
});

test("a record that would pass another, or is done, is refused", async () => {
  const { open } = await begin("Passing", 3);
  const stream = open();
  const [first, second, third] = [await next(stream), await next(stream), await next(stream)];
  await expect(stream.checkpoint(second)).rejects.toThrow(InvalidStream);
  await expect(stream.checkpoint([first, third])).rejects.toThrow(/is not done/);
  await stream.checkpoint([second, first]);
  await expect(stream.checkpoint(first)).rejects.toThrow(/checkpointed already/);
  await stream.close();
  const again = open();
  expect(await rest(again)).toEqual(["2"]);
  await again.close();
});

test("two readers of one name can't both do a record", async () => {
  const { open } = await begin("Two", 3);
  const [one, other] = [open(), open()];
  const record = await next(one);
  const same = await next(other).catch((error) => error);
  await one.checkpoint(record);
  // Both began at once, and one was refused; or the second found the first one's start, and is refused now.
  if (same instanceof Error) expect(same).toBeInstanceOf(InvalidStream);
  else {
    await expect(other.checkpoint(same)).rejects.toThrow(ConstraintViolation);
    const transaction = engine.transaction();
    other.checkpoint(transaction, same);
    await expect(transaction.commit()).rejects.toThrow(TransactionCanceled);
  }
  await Promise.all([one.close(), other.close()]);
});

test("latest is where the first stream of the name began, also if nothing was checkpointed", async () => {
  const { Note, write } = await begin("Latest", 2);
  const open = () => engine.stream(Note, { checkpoints: Checkpoint, name: "from now", start: "latest" });
  const stream = open();
  await stream.ready;
  await write(10, 12);
  expect((await next(stream)).key.id).toBe("10");
  await stream.close();
  const again = open();
  // Times are coarse: what was written up to a minute before may come again.
  expect((await rest(again)).slice(-2)).toEqual(["10", "11"]);
  await again.close();
});

test("acknowledged records are stored when the stream is closed", async () => {
  const { open } = await begin("Closed", 3);
  const stream = open();
  const [first, second] = [await next(stream), await next(stream)];
  stream.acknowledge([second, first]);
  await stream.close();
  const again = open();
  expect(await rest(again)).toEqual(["2"]);
  await again.close();
});

describe("a stream without checkpoints, or with wrong ones", () => {
  test("says so", async () => {
    const { Note, open } = await begin("Wrong", 1);
    const plain = engine.stream(Note, "trim_horizon");
    const record = await next(plain);
    await expect(plain.checkpoint(record)).rejects.toThrow(/has no checkpoints/);
    await plain.close();
    const position = (checkpoints: unknown, name: unknown, more: object = {}) =>
      ({ checkpoints, name, ...more }) as never;
    const refused = (given: never, options = {}) =>
      expect(() => engine.stream(Note, given, options)).toThrow(InvalidOption);
    refused(position(Tally, "x"));
    refused(position(Checkpoint, ""));
    refused(position(Checkpoint, "x", { begin: "latest" }));
    refused(position(Checkpoint, "x"), { acknowledge: "pull" });
    const stream = open();
    await expect(stream.moveTo("latest")).rejects.toThrow(InvalidStream);
    await expect(stream.checkpoint({} as never)).rejects.toThrow(InvalidOption);
    const one = await next(stream);
    expect(() => stream.checkpoint({} as never, one)).toThrow(InvalidOption);
    await stream.close();
  });
});

test("a token is stored in a column of its own, and comes back as one", async () => {
  const Reader = model("Reader", { name: string().hashKey(), token: streamToken() });
  const { Note } = await begin("Column", 2);
  await engine.bind(Reader);
  const stream = engine.stream(Note, "trim_horizon");
  await next(stream);
  await next(stream);
  await engine.save(new Reader({ name: "x", token: stream.token }));
  await stream.close();
  const token = (await engine.get(Reader, { name: "x" }))?.token;
  if (token === undefined) throw new Error("no token");
  const restored = engine.stream(Note, token);
  expect(await rest(restored)).toEqual(["1"]);
  await restored.close();
  await expect(engine.save(new Reader({ name: "y", token: { version: 1 } as never }))).rejects.toThrow(
    /lacks its table/,
  );
});
