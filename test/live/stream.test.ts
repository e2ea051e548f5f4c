/** Streams on a real DynamoDB: positions, tokens, acknowledgement, errors, and an end that leaves nothing running. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import {
  add,
  Engine,
  InvalidPosition,
  InvalidRecord,
  InvalidStream,
  integer,
  model,
  number,
  RequestFailed,
  type StreamToken,
  string,
} from "bloop-dynamodb";
import { describe, expect, inject, test } from "vitest";
import { makeStreamSession } from "../../src/session/streams.js";
import { live } from "../support/live.js";
import { SteppedCore } from "../support/stream/core.js";

/** Dynoxide knows a table's stream by any label, and none once it was disabled. */
const keepsStreams = process.env["BLOOP_ENGINE"] !== "dynoxide";

const { engine, client, tableName } = live("stream");

/** A model of a table of its own, with some records in its stream. */
async function begin(name: string, count = 0) {
  const Note = model(
    name,
    { id: string().hashKey(), text: string(), views: integer() },
    { stream: { include: ["new", "old"] } },
  );
  await engine.bind(Note);
  const write = async (...ids: string[]): Promise<void> => {
    for (const id of ids) await engine.save(new Note({ id, text: `text of ${id}` }));
  };
  await write(...numbered(count));
  return { Note, write };
}

function numbered(count: number, from = 0): string[] {
  return Array.from({ length: count }, (_, index) => String(from + index));
}

interface Polled {
  poll(): Promise<{ readonly key: { readonly id: string } } | undefined>;
}

/** The ids of all records up to the first time that there are none. */
async function drain(stream: Polled): Promise<string[]> {
  const ids: string[] = [];
  for (let record = await stream.poll(); record !== undefined; record = await stream.poll()) ids.push(record.key.id);
  return ids;
}

/** The ids of so many records. */
async function take(stream: AsyncIterable<{ readonly key: { readonly id: string } }>, count: number) {
  const ids: string[] = [];
  for await (const { key } of stream) {
    ids.push(key.id);
    if (ids.length === count) break;
  }
  return ids;
}

describe("records", () => {
  test("each kind of change has its images, and the objects are the model's", async () => {
    const { Note } = await begin("Kinds");
    const note = new Note({ id: "1", text: "a" });
    await engine.save(note);
    await engine.update(Note, { id: "1" }, { views: add(1) });
    await engine.delete(note);
    const stream = engine.stream(Note, "trim_horizon");
    const [first, second, third, none] = [
      await stream.poll(),
      await stream.poll(),
      await stream.poll(),
      await stream.poll(),
    ];
    expect(first).toMatchObject({ type: "insert", key: { id: "1" }, new: { id: "1", text: "a" }, old: undefined });
    expect(second).toMatchObject({ type: "modify", new: { text: "a", views: 1 }, old: { id: "1", text: "a" } });
    expect(third).toMatchObject({ type: "remove", key: { id: "1" }, new: undefined, old: { text: "a", views: 1 } });
    expect(none).toBeUndefined();
    expect(first?.new).toBeInstanceOf(Note);
    expect(first?.meta).toMatchObject({ expired: false, shardId: expect.stringMatching(/^shardId-/) });
    expect(BigInt(second?.meta.sequenceNumber ?? 0)).toBeGreaterThan(BigInt(first?.meta.sequenceNumber ?? 0));
    await stream.close();
  });

  test("images that the stream does not include are undefined; keys are always there", async () => {
    const Keyed = model("Keyed", { id: string().hashKey(), text: string() }, { stream: { include: ["keys"] } });
    await engine.bind(Keyed);
    await engine.save(new Keyed({ id: "1", text: "a" }));
    const stream = engine.stream(Keyed, "trim_horizon");
    expect(await stream.poll()).toMatchObject({ type: "insert", key: { id: "1" }, new: undefined, old: undefined });
    await stream.close();
  });

  test("a new image can be changed and saved, and only the change is sent", async () => {
    const { Note } = await begin("Saved", 1);
    const stream = engine.stream(Note, "trim_horizon");
    const record = await stream.poll();
    if (record?.type !== "insert") throw new Error("no insert");
    record.new.views = 7;
    await engine.save(record.new, { atomic: true });
    expect(await engine.get(Note, { id: "0" })).toMatchObject({ text: "text of 0", views: 7 });
    await stream.close();
  });
});

describe("positions", () => {
  test("latest gives what is written when it is ready, and nothing older", async () => {
    const { Note, write } = await begin("Latest", 3);
    const stream = engine.stream(Note, "latest");
    await stream.ready;
    await write("a", "b");
    expect(await take(stream, 2)).toEqual(["a", "b"]);
    await stream.close();
  });

  test("a time gives what was written since", async () => {
    const { Note } = await begin("Time", 3);
    const past = engine.stream(Note, new Date(Date.now() - 600_000));
    expect(await drain(past)).toEqual(["0", "1", "2"]);
    const future = engine.stream(Note, new Date(Date.now() + 600_000));
    expect(await drain(future)).toEqual([]);
    await Promise.all([past.close(), future.close()]);
  });

  test("a token goes on behind the last acknowledged record, in another engine", async () => {
    const { Note } = await begin("Token", 10);
    const stream = engine.stream(Note, "trim_horizon");
    const ids = await take(stream, 4);
    const text = JSON.stringify(stream.token);
    await stream.close();
    const other = new Engine({ dynamodb: client, tableName: "stream-{tableName}" });
    const token: StreamToken = JSON.parse(text);
    const restored = other.stream(Note, token);
    // The fourth was not acknowledged: nobody asked for the fifth.
    expect(ids).toEqual(["0", "1", "2", "3"]);
    expect(await drain(restored)).toEqual(numbered(7, 3));
    expect(await drain(other.stream(Note, restored.token))).toEqual([]);
    await restored.close();
  });

  test("a token of another table, or a broken one, is refused before any request", async () => {
    const { Note } = await begin("Foreign");
    const { Note: Other } = await begin("Another");
    const stream = engine.stream(Note, "trim_horizon");
    await stream.ready;
    expect(() => engine.stream(Other, stream.token)).toThrow(InvalidPosition);
    expect(() => engine.stream(Note, { ...stream.token, version: 2 } as object as StreamToken)).toThrow(/newer bloop/);
    expect(() => engine.stream(Note, new Date(Number.NaN))).toThrow(InvalidPosition);
    await stream.close();
  });

  test.runIf(keepsStreams)("moveTo() goes elsewhere, and stays where it was when that fails", async () => {
    const { Note } = await begin("Move", 5);
    const stream = engine.stream(Note, "trim_horizon");
    const { token } = stream;
    expect(await take(stream, 2)).toEqual(["0", "1"]);
    await expect(stream.moveTo({ ...token, tableName: "other" })).rejects.toThrow(InvalidPosition);
    const streamArn = "arn:aws:dynamodb:ddblocal:000000000000:table/stream-Move/stream/2020-01-01T00:00:00.000";
    await expect(stream.moveTo({ ...token, streamArn })).rejects.toThrow(/not there any more/);
    expect(await take(stream, 2)).toEqual(["2", "3"]);
    await stream.moveTo("trim_horizon");
    expect(await drain(stream)).toEqual(numbered(5));
    await stream.close();
  });
});

describe("acknowledgement", () => {
  test("manual: only what was acknowledged is behind the token", async () => {
    const { Note } = await begin("Manual", 5);
    const stream = engine.stream(Note, "trim_horizon", { acknowledge: "manual" });
    expect(await take(stream, 2)).toEqual(["0", "1"]);
    stream.acknowledge();
    expect(await drain(stream)).toEqual(["2", "3", "4"]);
    const again = engine.stream(Note, stream.token);
    expect(await drain(again)).toEqual(["2", "3", "4"]);
    await Promise.all([stream.close(), again.close()]);
  });

  test("a loop that is left, by break or by an error, has not acknowledged its last record", async () => {
    const { Note } = await begin("Left", 3);
    const stream = engine.stream(Note, "trim_horizon");
    const loop = async (): Promise<void> => {
      for await (const { key } of stream) if (key.id === "1") throw new Error("in the loop");
    };
    await expect(loop()).rejects.toThrow("in the loop");
    const again = engine.stream(Note, stream.token);
    expect(await drain(again)).toEqual(["1", "2"]);
    expect(await drain(stream)).toEqual(["2"]);
    await Promise.all([stream.close(), again.close()]);
  });
});

describe("records that can't be loaded", () => {
  const Old = model("Bad", { id: string().hashKey(), size: string() }, { stream: { include: ["new"] } });
  const New = model("Bad", { id: string().hashKey(), size: number() }, { stream: { include: ["new"] } });

  test("are given again until they are skipped", async () => {
    await engine.bind(Old);
    await engine.save(new Old({ id: "1", size: "small" }));
    await engine.save(new New({ id: "2", size: 2 }));
    const stream = engine.stream(New, "trim_horizon");
    expect(() => stream.skip()).toThrow(InvalidStream);
    await expect(stream.poll()).rejects.toThrow(InvalidRecord);
    const error = await stream.poll().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "InvalidRecord", record: { eventName: "INSERT", keys: { id: { S: "1" } } } });
    expect(error.message).toContain("Bad.size");
    const stuck = engine.stream(New, stream.token);
    await expect(stuck.poll()).rejects.toThrow(InvalidRecord);
    stream.skip();
    expect(await drain(stream)).toEqual(["2"]);
    const behind = engine.stream(New, stream.token);
    expect(await drain(behind)).toEqual([]);
    const lenient = engine.stream(New, "trim_horizon", { onInvalid: "omit" });
    expect(await drain(lenient)).toEqual(["1", "2"]);
    await Promise.all([stream, stuck, behind, lenient].map((each) => each.close()));
  });
});

describe("a stream that can't be", () => {
  test("of a model that declares none", () => {
    const None = model("None", { id: string().hashKey() });
    expect(() => engine.stream(None, "latest" as never)).toThrow(/None declares no stream/);
  });

  test("of a table that has none, or is not there", async () => {
    const Bare = model("Bare", { id: string().hashKey() });
    const Wanted = model("Bare", { id: string().hashKey() }, { stream: { include: ["new"] } });
    await engine.bind(Bare);
    const stream = engine.stream(Wanted, "latest");
    await expect(stream.ready).rejects.toThrow(InvalidStream);
    await expect(stream.poll()).rejects.toThrow(/"stream-Bare" has no stream/);
    await stream.close();
  });

  test("where nothing answers", async () => {
    const { Note } = await begin("Nowhere");
    const streams = new DynamoDBStreamsClient({
      endpoint: "http://localhost:1",
      region: "us-east-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
      maxAttempts: 1,
    });
    const stream = new Engine({ dynamodb: client, streams }).stream(Note, "latest");
    await expect(stream.ready).rejects.toThrow(RequestFailed);
    await expect(stream.ready).rejects.toThrow(/Nothing answers at the endpoint/);
    await stream.close();
  });
});

test("an empty shard that is said to be trimmed, since another table was written to first, disturbs nobody", async () => {
  const { Note, write } = await begin("Empty");
  const { write: writeOther } = await begin("Disturbing");
  const streams = (["trim_horizon", "latest"] as const).map((position) => engine.stream(Note, position));
  const gaps: object[] = [];
  for (const stream of streams) {
    stream.on("gap", (gap) => gaps.push(gap));
    await stream.ready;
    expect(await drain(stream)).toEqual([]);
  }
  await writeOther("x", "y");
  await write("a", "b");
  for (const stream of streams) expect(await take(stream, 2)).toEqual(["a", "b"]);
  expect(gaps).toEqual([]);
  await Promise.all(streams.map((stream) => stream.close()));
});

test.runIf(keepsStreams)("a stream that was disabled is read to its end", async () => {
  const { write } = await begin("Disabled", 5);
  await write("last");
  await client.send(
    new UpdateTableCommand({ TableName: tableName("Disabled"), StreamSpecification: { StreamEnabled: false } }),
  );
  // The core by a clock that runs a hundred times as fast: it waits minutes for children that are listed late.
  const begun = Date.now();
  const clock = () => begun + (Date.now() - begun) * 100;
  const session = makeStreamSession(undefined, () => client);
  const events: string[] = [];
  const core = new SteppedCore({
    tableName: tableName("Disabled"),
    position: "trim_horizon",
    random: () => 0.5,
    now: clock(),
    emit: (name) => name !== "lag" && events.push(name),
  });
  const ids: unknown[] = [];
  while (!core.isEnded) {
    const calls = core.plan(clock());
    for (const call of calls) {
      const outcome = await session.send(call, undefined).then(
        (answer) => ({ answer }),
        (error) => ({ error }),
      );
      core.settle(call, outcome, clock());
    }
    for (let next = core.next(clock()); next !== undefined; next = core.next(clock())) ids.push(next.record.keys.id);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  expect(ids).toEqual([...numbered(5), "last"].map((S) => ({ S })));
  expect(events).toEqual(["shardEnded", "ended"]);
});

describe("leaves nothing running", () => {
  /** Streams of the same tables whose calls are counted. */
  function counted() {
    const streams = new DynamoDBStreamsClient({
      endpoint: inject("endpoint"),
      region: "us-east-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    let calls = 0;
    streams.middlewareStack.add(
      (next) => (request) => {
        calls += 1;
        return next(request);
      },
      { step: "initialize" },
    );
    return { engine: new Engine({ dynamodb: client, streams, tableName: "stream-{tableName}" }), calls: () => calls };
  }

  /** Long enough for two reads of an idle shard. */
  const aWhile = () => new Promise((resolve) => setTimeout(resolve, 2500));

  test("after break, until the next pull", async () => {
    const { Note, write } = await begin("Break", 2);
    const { engine: own, calls } = counted();
    const stream = own.stream(Note, "trim_horizon");
    expect(await take(stream, 1)).toEqual(["0"]);
    await aWhile();
    const before = calls();
    await aWhile();
    expect(calls()).toBe(before);
    await write("2");
    expect(await take(stream, 2)).toEqual(["1", "2"]);
    await stream.close();
  });

  test("after close(), which ends loops and pulls that wait", async () => {
    const { Note } = await begin("Close");
    const { engine: own, calls } = counted();
    const stream = own.stream(Note, "trim_horizon");
    await stream.ready;
    const loop = take(stream, 1);
    const poll = stream.poll();
    await stream.close();
    expect(await loop).toEqual([]);
    expect(await poll).toBeUndefined();
    const before = calls();
    await aWhile();
    expect(calls()).toBe(before);
    await expect(stream.poll()).rejects.toThrow(/The stream of Close is closed/);
    await expect(stream.moveTo("latest")).rejects.toThrow(InvalidStream);
    expect(stream.token.version).toBe(1);
  });

  test("after an abort, which rejects with the signal's reason", async () => {
    const { Note } = await begin("Abort");
    const controller = new AbortController();
    const { engine: own, calls } = counted();
    const stream = own.stream(Note, "trim_horizon", { signal: controller.signal });
    await stream.ready;
    const loop = take(stream, 1);
    controller.abort(new Error("enough"));
    await expect(loop).rejects.toThrow("enough");
    await expect(stream.poll()).rejects.toThrow("enough");
    const before = calls();
    await aWhile();
    expect(calls()).toBe(before);
    expect(() => own.stream(Note, "latest", { signal: controller.signal })).toThrow("enough");
  });

  test("that would keep a process alive: a stream that nobody pulls does not, a loop that waits does", async () => {
    const { write } = await begin("Process", 1);
    const program = (rest: string) => `
      import { Engine, model, string } from "bloop-dynamodb";
      import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
      const credentials = { accessKeyId: "local", secretAccessKey: "local" };
      const dynamodb = new DynamoDBClient({ endpoint: "${inject("endpoint")}", region: "us-east-1", credentials });
      const Note = model("Process", { id: string().hashKey() }, { stream: { include: ["new"] } });
      const engine = new Engine({ dynamodb, tableName: "stream-{tableName}" });
      const stream = engine.stream(Note, "trim_horizon");
      ${rest}`;
    const start = (rest: string) =>
      promisify(execFile)(process.execPath, ["--input-type=module", "-e", program(rest)], {
        cwd: fileURLToPath(new URL("../..", import.meta.url)),
      });
    const idle = await start(`await stream.ready; console.log("ready");`);
    expect(idle.stdout).toBe("ready\n");
    const waiting = start(`let left = 2; for await (const { key } of stream) {
      console.log(key.id);
      left -= 1;
      if (left === 0) break;
    }`);
    await aWhile();
    await write("1");
    expect((await waiting).stdout).toBe("0\n1\n");
  });
});
