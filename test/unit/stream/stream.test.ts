/** The stream that users hold, on a client that sends nothing. */

import { getMaxListeners } from "node:events";
import {
  Engine,
  InvalidOption,
  InvalidPosition,
  InvalidRecord,
  InvalidStream,
  model,
  RequestFailed,
  string,
  timestamp,
} from "bloop-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import type { StreamCall } from "../../../src/session/stream-session.js";
import { Driver } from "../../../src/stream/driver.js";
import { Stream } from "../../../src/stream/stream.js";
import { listen } from "../../support/heard.js";
import { recordingClient, type Sent, sdkError } from "../../support/recording-client.js";
import { arn, drive, failure, Source, shardId, t0, write } from "./source.js";

const Note = model(
  "tab",
  { id: string().hashKey(), text: string(), expires: timestamp() },
  { stream: { include: ["new", "old"] }, ttl: { column: "expires" } },
);
const id = shardId(Date.now() - 1000);

/** The answers of a stream of one shard with these records; a command may be answered otherwise. */
function client(records: readonly object[], otherwise: (command: Sent) => object | undefined = () => undefined) {
  return recordingClient((command) => {
    const answer = otherwise(command);
    if (answer !== undefined) return answer;
    if (command.name === "ListStreams") return { Streams: [{ StreamArn: arn(), StreamLabel: "1" }] };
    if (command.name === "DescribeStream") {
      return { StreamDescription: { StreamArn: arn(), StreamStatus: "ENABLED", Shards: [{ ShardId: id }] } };
    }
    if (command.name === "GetShardIterator") return { ShardIterator: "0" };
    return { Records: command.input.ShardIterator === "0" ? records : [], NextShardIterator: "1" };
  });
}

function change(eventName: string, sequence: string, images: object, more: object = {}) {
  const dynamodb = { ApproximateCreationDateTime: new Date(), SequenceNumber: sequence, SizeBytes: 10, ...images };
  return { eventID: "e", eventName, dynamodb, ...more };
}

const item = (key: string) => ({ id: { S: key } });
const inserts = (...keys: string[]) =>
  keys.map((key, index) => change("INSERT", String(index + 1), { Keys: item(key), NewImage: item(key) }));

function open(streams: ReturnType<typeof client>, options = {}) {
  return new Engine({ streams }).stream(Note, "trim_horizon", options);
}

afterEach(() => {
  vi.restoreAllMocks();
});

describe("records", () => {
  test("one that DynamoDB deleted because its time was over says so", async () => {
    const userIdentity = { Type: "Service", PrincipalId: "dynamodb.amazonaws.com" };
    const images = { Keys: item("a"), OldImage: item("a") };
    const stream = open(client([change("REMOVE", "1", images, { userIdentity }), change("REMOVE", "2", images)]));
    expect((await stream.poll())?.meta.expired).toBe(true);
    expect((await stream.poll())?.meta.expired).toBe(false);
    await stream.close();
  });

  test("one without an image that the model says is there can't be loaded", async () => {
    const stream = open(client([change("INSERT", "1", { Keys: item("a") })]));
    const error = await stream.poll().catch((thrown) => thrown);
    expect(error).toBeInstanceOf(InvalidRecord);
    expect(error).toMatchObject({ sequenceNumber: "1", shardId: id });
    expect(error.message).toContain("the table's stream has none");
    await stream.close();
  });

  test("with a value that does not fit is an error, or has it left off", async () => {
    const image = { ...item("1"), text: { N: "1" } };
    const records = [change("INSERT", "1", { Keys: item("1"), NewImage: image })];
    const [strict, lenient] = [open(client(records)), open(client(records), { onInvalid: "omit" })];
    await expect(strict.poll()).rejects.toThrow(InvalidRecord);
    expect({ ...(await lenient.poll())?.new }).toEqual({ id: "1" });
    await Promise.all([strict.close(), lenient.close()]);
  });

  test("in manual mode, a record that was skipped is acknowledged with the others", async () => {
    const records = [...inserts("a"), change("INSERT", "2", { Keys: item("b") })];
    const stream = open(client(records), { acknowledge: "manual" });
    await stream.poll();
    await expect(stream.poll()).rejects.toThrow(InvalidRecord);
    stream.acknowledge();
    expect(stream.token.shards).toMatchObject([{ after: "1" }]);
    stream.skip();
    expect(stream.token.shards).toMatchObject([{ after: "1" }]);
    stream.acknowledge();
    expect(stream.token.shards).toMatchObject([{ after: "2" }]);
    expect(() => stream.skip()).toThrow(InvalidStream);
    await stream.close();
  });
});

describe("pulls", () => {
  test("that are made at once are answered one after the other", async () => {
    const stream = open(client(inserts("a", "b", "c")));
    const pulls = [stream.poll(), stream.poll(), stream.poll(), stream.poll()];
    expect((await Promise.all(pulls)).map((record) => record?.key.id)).toEqual(["a", "b", "c", undefined]);
    await stream.close();
  });

  test("a loop that waits is given what comes later", async () => {
    let isThere = false;
    const streams = client([], ({ name }) => {
      if (name !== "GetRecords" || !isThere) return undefined;
      isThere = false;
      return { Records: inserts("late"), NextShardIterator: "1" };
    });
    const stream = open(streams);
    await stream.ready;
    setTimeout(() => {
      isThere = true;
    }, 300);
    for await (const { key } of stream) {
      expect(key.id).toBe("late");
      break;
    }
    await stream.close();
  });
});

describe("signals", () => {
  test("that there are not are refused", async () => {
    const stream = open(client([]));
    expect(() => stream.on("gaps" as "gap", () => {})).toThrow(
      new InvalidOption('A stream has no signal "gaps"; did you mean "gap"?'),
    );
    expect(() => stream.on("finished" as "ended", () => {})).toThrow(
      /no signal "finished": it has "gap", "shardEnded"/,
    );
    await stream.close();
  });

  test("of an end come when the loop has the last record", async () => {
    const streams = client([], ({ name, input }) => {
      if (name === "DescribeStream") {
        const Shards = [{ ShardId: id, SequenceNumberRange: { EndingSequenceNumber: "2" } }];
        return { StreamDescription: { StreamArn: arn(), StreamStatus: "ENABLED", Shards } };
      }
      if (name !== "GetRecords") return undefined;
      return { Records: input.ShardIterator === "0" && reads++ === 0 ? inserts("a", "b") : [] };
    });
    let reads = 0;
    const stream = open(streams);
    const heard: string[] = [];
    stream.on("shardEnded", () => heard.push("shardEnded"));
    // Both records are there, and the shard is known to have ended.
    await vi.waitFor(() => expect(streams.sent.filter(({ name }) => name === "GetRecords").length).toBeGreaterThan(1));
    await new Promise((resolve) => setTimeout(resolve, 50));
    for await (const { key } of stream) {
      heard.push(key.id);
      if (key.id === "b") break;
    }
    await vi.waitFor(() => expect(heard).toContain("shardEnded"));
    expect(heard).toEqual(["a", "b", "shardEnded"]);
    await stream.close();
  });
});

test("a loop ends when the stream is closed in it, and one over a closed stream at once", async () => {
  const stream = open(client(inserts("a", "b")));
  const ids: string[] = [];
  for await (const { key } of stream) {
    ids.push(key.id);
    await stream.close();
  }
  for await (const { key } of stream) ids.push(key.id);
  expect(ids).toEqual(["a"]);
});

test("a loop that is left stops the reading; the next pull goes on with it, also where records are there", async () => {
  const streams = client(inserts("a", "b", "c"));
  const stream = open(streams);
  for await (const { key } of stream) if (key.id === "a") break;
  const reads = () => streams.sent.filter(({ name }) => name === "GetRecords").length;
  const before = reads();
  await new Promise((resolve) => setTimeout(resolve, 600));
  expect(reads()).toBe(before);
  expect((await stream.poll())?.key.id).toBe("b");
  await vi.waitFor(() => expect(reads()).toBeGreaterThan(before));
  await stream.close();
});

describe("before its code is loaded, a stream", () => {
  test("stands where it was started, and has nothing to acknowledge or skip", async () => {
    const streams = client(inserts("a", "b"));
    const position = new Date(1000);
    const stream = new Engine({ streams }).stream(Note, position);
    position.setTime(Date.now() + 3_600_000);
    expect(stream.token).toEqual({ version: 1, tableName: "tab", streamArn: "", since: 1000, shards: [] });
    stream.acknowledge();
    expect(() => stream.skip()).toThrow(InvalidStream);
    expect((await stream.poll())?.key.id).toBe("a");
    expect(stream.token).toMatchObject({ streamArn: arn(), since: 1000, shards: [{ id }] });
    await stream.close();
  });

  test("refuses a position that is none", () => {
    const engine = new Engine({ streams: client([]) });
    expect(() => engine.stream(Note, new Date(Number.NaN))).toThrow(InvalidPosition);
    expect(() => engine.stream(Note, { ...engine.stream(Note, "latest").token, tableName: "other" })).toThrow(
      InvalidPosition,
    );
  });

  test("can be closed: nothing is sent, loops end, and pulls are refused", async () => {
    const streams = client(inserts("a"));
    const stream = open(streams);
    const closed = stream.close();
    for await (const { key } of stream) expect(key).toBeUndefined();
    await expect(stream.poll()).rejects.toThrow(InvalidStream);
    await expect(stream.ready).rejects.toThrow(InvalidStream);
    await closed;
    expect(streams.sent).toEqual([]);
  });

  test("can be aborted", async () => {
    const controller = new AbortController();
    const streams = client(inserts("a"));
    const stream = open(streams, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("enough");
    await expect(stream.poll()).rejects.toThrow("enough");
    await stream.close();
    expect(streams.sent).toEqual([]);
  });

  test("where the code can't be loaded, each pull tells why, and it can be closed", async () => {
    const session = () => Promise.reject(new Error("no such file"));
    const loader = { modelName: "Note", model: "It", include: [], key: () => ({}), image: () => ({}) };
    const stream = new Stream({ session, loader, tableName: "tab", position: "latest" });
    await expect(stream.poll()).rejects.toThrow("no such file");
    await expect(stream.ready).rejects.toThrow("no such file");
    await expect(stream[Symbol.asyncIterator]().next()).rejects.toThrow("no such file");
    await stream.close();
  });
});

describe("failures", () => {
  test("what only the user can mend is RequestFailed, and tried again by the next pull", async () => {
    let isDenied = true;
    const streams = client(inserts("a"), ({ name }) => {
      if (name === "DescribeStream" && isDenied) throw sdkError("AccessDeniedException", "not yours");
      return undefined;
    });
    const stream = open(streams);
    const error = await stream.ready.catch((thrown) => thrown);
    expect(error).toBeInstanceOf(RequestFailed);
    expect(error).toMatchObject({ operation: "DescribeStream", code: "AccessDeniedException" });
    expect(error.message).toContain("The stream of tab: DescribeStream failed. AccessDeniedException: not yours.");
    await expect(stream.poll()).rejects.toThrow(RequestFailed);
    await expect(stream.moveTo("latest")).rejects.toThrow(RequestFailed);
    isDenied = false;
    expect((await stream.poll())?.key.id).toBe("a");
    await stream.ready;
    await stream.close();
  });

  test("what passes is a signal", async () => {
    let left = 1;
    const streams = client(inserts("a"), ({ name }) => {
      if (name === "GetRecords" && left-- > 0) throw sdkError("ThrottlingException");
      return undefined;
    });
    const stream = open(streams);
    const retries: unknown[] = [];
    const remove = stream.on("retry", ({ shardId: shard, error }) => retries.push([shard, (error as Error).name]));
    expect((await stream.poll())?.key.id).toBe("a");
    expect(retries).toEqual([[id, "ThrottlingException"]]);
    remove();
    await stream.close();
  });

  test("an answer without what it must hold is none: told of before there was a right one, then asked for again", async () => {
    let broken = "ListStreams";
    let left = 0;
    const streams = client(inserts("a"), ({ name }) => {
      if (name !== broken) return undefined;
      left -= 1;
      return left >= 0 ? { Streams: undefined, Records: undefined } : undefined;
    });
    left = 1;
    const stream = open(streams);
    const error = await stream.poll().catch((thrown) => thrown);
    expect(error).toMatchObject({ name: "RequestFailed", operation: "ListStreams", code: "BrokenAnswer" });
    expect(error.message).toContain("Streams is missing");
    const retries: unknown[] = [];
    stream.on("retry", ({ error: cause }) => retries.push((cause as Error).message));
    broken = "GetRecords";
    left = 2;
    expect((await stream.poll())?.key.id).toBe("a");
    expect(retries).toEqual(["Records is missing", "Records is missing"]);
    await stream.close();
  });

  test("a certain gap that nobody listens for is a warning of the process", async () => {
    const warn = vi.spyOn(process, "emitWarning").mockImplementation(() => {});
    let reads = 0;
    const streams = client(inserts("a"), ({ name }) => {
      if (name !== "GetRecords") return undefined;
      reads += 1;
      if (reads === 2) throw sdkError("TrimmedDataAccessException");
      return reads === 3 ? { Records: inserts("a", "b"), NextShardIterator: "1" } : undefined;
    });
    const stream = open(streams);
    const told = await listen([], ["stream:gap", "stream:lag"], async () => {
      expect((await stream.poll())?.key.id).toBe("a");
      expect((await stream.poll())?.key.id).toBe("b");
    });
    expect(told.map(({ name }) => name)).toEqual(["stream:lag", "stream:gap", "stream:lag"]);
    expect(told[1]?.context).toMatchObject({ table: "tab", certain: true });
    expect(warn).toHaveBeenCalledExactlyOnceWith(expect.stringContaining("were trimmed"), "BloopStreamGap");
    await stream.close();
  });
});

describe("options", () => {
  test.each([
    [{ acknowledge: "never" }, /acknowledge is "pull" or "manual"/],
    [{ maxBufferedRecords: 0 }, /maxBufferedRecords/],
    [{ maxBufferedBytes: 1.5 }, /maxBufferedBytes/],
    [{ concurrency: -1 }, /concurrency/],
    [{ heartbeat: 1 }, /no option "heartbeat"/],
  ])("%j is refused", (options, message) => {
    expect(() => open(client([]), options)).toThrow(InvalidOption);
    expect(() => open(client([]), options)).toThrow(message);
  });

  test("a table that is named by its ARN is listed by its name", async () => {
    const streams = client(inserts("a"));
    const tableName = () => "arn:aws:dynamodb:us-east-1:1:table/tab";
    const stream = new Engine({ streams, tableName }).stream(Note, "trim_horizon");
    await stream.ready;
    expect(streams.sent[0]).toMatchObject({ name: "ListStreams", input: { TableName: "tab" } });
    await stream.close();
    await stream.close();
  });
});

test("the calls of many shards share a signal, and Node warns of nothing", async () => {
  const source = new Source();
  for (let index = 0; index < 40; index++) source.shard(shardId(Date.now() - 1000, `${1000 + index}`));
  const { core } = drive(source, { now: Date.now(), concurrency: 40 });
  const most = new Set<number>();
  const session = {
    async send(call: StreamCall, signal: AbortSignal | undefined) {
      if (signal !== undefined) most.add(getMaxListeners(signal));
      return source.answer(call) as never;
    },
  };
  const driver = new Driver({ core, session, clock: Date.now });
  await driver.until(() => source.calls.filter(({ kind }) => kind === "getRecords").length >= 40);
  driver.end();
  expect([...most]).toEqual([Number.POSITIVE_INFINITY]);
});

describe("single acknowledgements", () => {
  const manual = () => open(client(inserts("a", "b", "c", "d")), { acknowledge: "manual" });
  const acknowledged = (stream: { readonly token: { readonly shards: readonly { readonly after?: string }[] } }) =>
    stream.token.shards[0]?.after;

  test("count once all before them are acknowledged, in whatever order they come", async () => {
    const stream = manual();
    const records = [await stream.poll(), await stream.poll(), await stream.poll(), await stream.poll()];
    const [first, second, third] = records;
    if (first === undefined || second === undefined || third === undefined) throw new Error("no records");
    stream.acknowledge(third);
    expect(acknowledged(stream)).toBeUndefined();
    stream.acknowledge(first);
    expect(acknowledged(stream)).toBe("1");
    stream.acknowledge([first, second]);
    expect(acknowledged(stream)).toBe("3");
    stream.acknowledge();
    expect(acknowledged(stream)).toBe("4");
    await stream.close();
  });

  test("of a record that was acknowledged before, or of another stream, change nothing", async () => {
    const [stream, other] = [manual(), manual()];
    const record = await stream.poll();
    const stranger = [await other.poll(), await other.poll()].at(-1);
    if (record === undefined || stranger === undefined) throw new Error("no records");
    stream.acknowledge(stranger);
    expect(acknowledged(stream)).toBeUndefined();
    stream.acknowledge();
    stream.acknowledge(record);
    expect(acknowledged(stream)).toBe("1");
    expect(() => stream.acknowledge({} as never)).toThrow(
      new InvalidOption("A record of a stream is expected, or an array of them, got an object."),
    );
    await Promise.all([stream.close(), other.close()]);
  });

  test("leave nothing behind: ten thousand of them, one by one", async () => {
    const count = 10_000;
    const ids = Array.from({ length: count }, (_, index) => String(index));
    const stream = open(client(inserts(...ids)), { acknowledge: "manual" });
    for (let taken = 0; taken < count; taken++) {
      const record = await stream.poll();
      if (record !== undefined) stream.acknowledge(record);
    }
    expect(acknowledged(stream)).toBe(String(count));
    await stream.close();
  });
});

describe("batches", () => {
  const ids = (batch: readonly { readonly key: { readonly id: string } }[]) => batch.map(({ key }) => key.id);

  test("have at most so many records, and those that are there", async () => {
    const stream = open(client(inserts("a", "b", "c", "d", "e")));
    const batches: string[][] = [];
    for await (const batch of stream.batches({ max: 2 })) {
      batches.push(ids(batch));
      if (batches.length === 3) break;
    }
    expect(batches).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    // The last one is not acknowledged: the loop was left.
    expect(stream.token.shards).toMatchObject([{ after: "4" }]);
    await stream.close();
  });

  test("wait for more after the first record, and for no longer than they are to", async () => {
    let reads = 0;
    const streams = client([], ({ name }) => {
      if (name !== "GetRecords") return undefined;
      reads += 1;
      const records =
        reads <= 3 ? [change("INSERT", String(reads), { Keys: item("x"), NewImage: item(`${reads}`) })] : [];
      return { Records: records, NextShardIterator: "1" };
    });
    const stream = open(streams);
    const begun = performance.now();
    for await (const batch of stream.batches({ wait: 900 })) {
      expect(batch.map((record) => record.new?.id)).toEqual(["1", "2", "3"]);
      break;
    }
    expect(performance.now() - begun).toBeGreaterThan(850);
    await stream.close();
  });

  test("end before a record that can't be loaded, which the next turn throws, and which can be skipped", async () => {
    const bad = change("INSERT", "3", { Keys: item("bad") });
    const stream = open(client([...inserts("a", "b"), bad, ...inserts("", "", "", "d").slice(3)]));
    const batches = stream.batches()[Symbol.asyncIterator]();
    expect(ids((await batches.next()).value ?? [])).toEqual(["a", "b"]);
    expect(() => stream.skip()).toThrow(InvalidStream);
    await expect(batches.next()).rejects.toThrow(InvalidRecord);
    stream.skip();
    expect(ids((await batches.next()).value ?? [])).toEqual(["d"]);
    await stream.close();
    expect(await batches.next()).toEqual({ value: undefined, done: true });
  });

  test("that are gathered when the stream is closed are given to nobody, and not acknowledged", async () => {
    const stream = open(client(inserts("a", "b")));
    const next = stream.batches({ wait: 60_000 })[Symbol.asyncIterator]().next();
    await stream.ready;
    await new Promise((resolve) => setTimeout(resolve, 300));
    await stream.close();
    expect(await next).toEqual({ value: undefined, done: true });
    expect(stream.token.shards[0]).not.toHaveProperty("after");
  });

  test("have limits: others are refused", async () => {
    const stream = open(client(inserts("a")));
    const first = (options: object) => stream.batches(options)[Symbol.asyncIterator]().next();
    await expect(first({ max: 0 })).rejects.toThrow("max is a whole number from 1 to 10000, got 0.");
    await expect(first({ wait: "1 s" })).rejects.toThrow("wait is a whole number from 0 to 300000, got a text");
    await expect(first({ size: 3 })).rejects.toThrow('batches() has no option "size".');
    await expect(first(7 as never)).rejects.toThrow(InvalidOption);
    await stream.close();
  });
});

describe("a function for records that can't be loaded", () => {
  const records = [...inserts("a"), change("INSERT", "2", { Keys: item("bad") }), ...inserts("", "", "d").slice(2)];

  test("is awaited, then the loop goes on without the record", async () => {
    const aside: string[] = [];
    const onInvalidRecord = async ({ sequenceNumber }: InvalidRecord) => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      aside.push(sequenceNumber);
    };
    const stream = open(client(records), { onInvalidRecord });
    const ids: string[] = [];
    for await (const { key } of stream) {
      ids.push(key.id);
      if (key.id === "d") break;
    }
    expect(ids).toEqual(["a", "d"]);
    expect(aside).toEqual(["2"]);
    await stream.close();
  });

  test("that throws makes the pull throw that, and the record is not skipped", async () => {
    const stream = open(client(records), {
      onInvalidRecord: () => {
        throw new Error("the queue for such records is full");
      },
    });
    expect((await stream.poll())?.key.id).toBe("a");
    await expect(stream.poll()).rejects.toThrow("the queue for such records is full");
    await expect(stream.poll()).rejects.toThrow("the queue for such records is full");
    stream.skip();
    expect((await stream.poll())?.key.id).toBe("d");
    await stream.close();
  });
});

describe("lag", () => {
  test("is the age of what is worked on or comes next, and 0 at the tip", () => {
    const source = new Source();
    const shard = source.shard(shardId(t0 - 3_600_000));
    write(shard, 2, t0 - 60_000);
    const driven = drive(source, { acknowledge: "manual" });
    driven.run(5000);
    const last = () => driven.lags.at(-1)?.[1];
    expect(last()).toEqual({ milliseconds: 60_000, isAtTip: false });
    driven.core.next(driven.now);
    driven.run(30_000);
    expect(last()).toMatchObject({ isAtTip: false, milliseconds: expect.toSatisfy((age) => age > 85_000) });
    driven.core.next(driven.now);
    driven.core.acknowledge();
    driven.run(30_000);
    expect(last()).toEqual({ milliseconds: 0, isAtTip: true });
    // Each ten seconds, no oftener.
    expect(driven.lags.length).toBeLessThan(8);
  });

  test("is not said to be none while the shard can't be read", () => {
    const source = new Source();
    source.shard(shardId(t0 - 3_600_000));
    const driven = drive(source);
    driven.run(15_000);
    expect(driven.lags.at(-1)?.[1]).toEqual({ milliseconds: 0, isAtTip: true });
    source.onCall = ({ kind }) => {
      if (kind === "getRecords") throw failure("ThrottlingException");
    };
    driven.run(60_000);
    expect(driven.lags.at(-1)?.[1]).toMatchObject({
      isAtTip: false,
      milliseconds: expect.toSatisfy((age) => age > 20_000),
    });
  });
});

test("the idle interval is the engine's to give", async () => {
  vi.useFakeTimers();
  const reads = async (idleInterval: number) => {
    let count = 0;
    const counting = client([], ({ name }) => {
      if (name === "GetRecords") count += 1;
      return undefined;
    });
    const stream = open(counting, { idleInterval });
    await stream.ready;
    const pulled = stream[Symbol.asyncIterator]().next();
    await vi.advanceTimersByTimeAsync(60_000);
    await Promise.all([pulled, stream.close()]);
    return count;
  };
  try {
    expect(await reads(250)).toBeGreaterThan(100);
    expect(await reads(10_000)).toBeLessThan(20);
  } finally {
    vi.useRealTimers();
  }
});

test("an idle shard is read as seldom as the idle interval says", () => {
  const reads = (idleInterval?: number) => {
    const source = new Source();
    source.shard(shardId(t0 - 3_600_000));
    drive(source, { idleInterval }).run(60_000);
    return source.calls.filter(({ kind }) => kind === "getRecords").length;
  };
  expect(reads()).toBeGreaterThan(55);
  expect(reads(250)).toBeGreaterThan(200);
  expect(reads(10_000)).toBeLessThan(14);
});
