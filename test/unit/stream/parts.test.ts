/** The small parts of streams: sequence numbers, limits, what errors mean, what ids tell, the buffer. */

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { InvalidStream } from "../../../src/errors.js";
import { failureKindOf } from "../../../src/session/stream-failure.js";
import { DescribeLimiter } from "../../../src/stream/call/limiter.js";
import { Buffer } from "../../../src/stream/reading/buffer.js";
import { compareSequence } from "../../../src/stream/sequence.js";
import { Shard } from "../../../src/stream/shard/shard.js";
import { canBeTrimmed, createdAt } from "../../../src/stream/time.js";
import { failure, recordsOf, shardId, t0 } from "./source.js";

test("sequence numbers are compared as numbers", () => {
  const number = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 40n - 1n }), fc.nat(3));
  fc.assert(
    fc.property(number, number, ([left, zeros], [right, more]) => {
      const order = compareSequence("0".repeat(zeros) + left, "0".repeat(more) + right);
      expect(Math.sign(order)).toBe(left === right ? 0 : left < right ? -1 : 1);
    }),
  );
});

test("DescribeStream is called five times a second at most", () => {
  const limiter = new DescribeLimiter();
  expect([0, 0, 0, 100, 200, 200, 999].map((time) => limiter.take(time))).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(limiter.freeAt(999)).toBe(1000);
  expect([1000, 1000, 1000, 1000].map((time) => limiter.take(time))).toEqual([true, true, true, false]);
  expect(limiter.freeAt(1000)).toBe(1100);
});

test("a stream whose clock is an hour ahead holds up no other one", () => {
  const limiter = new DescribeLimiter();
  const now = 1_000_000;
  for (let call = 0; call < 5; call++) expect(limiter.take(now + 3_600_000)).toBe(true);
  expect(limiter.freeAt(now + 3_600_000)).toBe(now + 3_601_000);
  expect(limiter.freeAt(now)).toBe(now);
});

test.each([
  [failure("ExpiredIteratorException"), "expired"],
  [failure("TrimmedDataAccessException"), "trimmed"],
  [failure("ResourceNotFoundException"), "notFound"],
  [failure("LimitExceededException"), "transient"],
  [Object.assign(failure("ThrottlingException"), { $fault: "client" }), "transient"],
  [failure("InternalServerError"), "transient"],
  [Object.assign(failure("Odd"), { $fault: "server" }), "transient"],
  [failure("TimeoutError"), "transient"],
  [Object.assign(failure("Error"), { code: "ECONNRESET" }), "transient"],
  ["a text", "fatal"],
  [null, "fatal"],
  [new TypeError("x is not a function"), "fatal"],
  [new Error("Region is missing"), "fatal"],
  [Object.assign(failure("Error"), { code: "EPROTO" }), "fatal"],
  [Object.assign(new SyntaxError("Unexpected token <"), { $response: { statusCode: 403 } }), "fatal"],
  [Object.assign(new SyntaxError("Unexpected token <"), { $response: { statusCode: 503 } }), "transient"],
  [Object.assign(failure("Unknown"), { $metadata: { httpStatusCode: 429 } }), "transient"],
  [new TypeError("fetch failed", { cause: Object.assign(failure("Error"), { code: "ECONNRESET" }) }), "transient"],
  [new TypeError("fetch failed", { cause: new Error("self-signed certificate") }), "fatal"],
  [new Error("the vault is sealed"), "fatal"],
  [Object.assign(failure("Error"), { code: "ENOTFOUND" }), "unreachable"],
  [failure("BrokenAnswer"), "unreachable"],
  [failure("AccessDeniedException"), "fatal"],
  [failure("ValidationException"), "fatal"],
  [Object.assign(failure("SomethingNewException"), { $fault: "client" }), "fatal"],
  [new InvalidStream("no package"), "fatal"],
])("%s is %s", (error, kind) => {
  expect(failureKindOf(error)).toBe(kind);
});

test("a shard's id tells when it was created, where that can be", () => {
  expect(createdAt(shardId(t0), t0 + 3_600_000)).toBe(t0);
  expect(createdAt("shardId-00000001541626099285-f35f62ef", t0)).toBeUndefined();
  expect(createdAt("shardId-00000000000000000001-f35f62ef", t0)).toBeUndefined();
  expect(createdAt("another form", t0)).toBeUndefined();
  expect(canBeTrimmed(shardId(t0), t0 + 22 * 3_600_000)).toBe(false);
  expect(canBeTrimmed(shardId(t0), t0 + 24 * 3_600_000)).toBe(true);
  expect(canBeTrimmed("another form", t0)).toBe(true);
});

describe("the buffer", () => {
  const make = (id: string) => new Shard({ id, parents: [] }, 0);
  const takeAll = (buffer: Buffer): string[] => {
    const taken: string[] = [];
    for (let { least } = buffer; least !== undefined; { least } = buffer) {
      taken.push(buffer.take(least)?.sequenceNumber ?? "");
    }
    return taken;
  };

  test("merges by the heads, and never sorts within a shard", () => {
    const buffer = new Buffer({ records: 100, bytes: 1e9 });
    const [a, b] = [make("a"), make("b")];
    // Times go back within a.
    buffer.add(
      a,
      recordsOf([
        ["10", 5],
        ["11", 2],
        ["12", 9],
      ]),
    );
    buffer.add(
      b,
      recordsOf([
        ["7", 3],
        ["100", 5],
        ["101", 9],
      ]),
    );
    buffer.add(b, []);
    expect(buffer.content).toEqual({ records: 6, bytes: 600 });
    expect(takeAll(buffer)).toEqual(["7", "10", "11", "100", "12", "101"]);
    expect(buffer.content).toEqual({ records: 0, bytes: 0 });
  });

  test("gives room for whole pages, or good parts of them", () => {
    const buffer = new Buffer({ records: 2100, bytes: 1e9 });
    expect([buffer.reserve(), buffer.reserve(), buffer.reserve()]).toEqual([1000, 1000, 0]);
    buffer.release(1000);
    expect(buffer.reserve()).toBe(1000);
    expect(new Buffer({ records: 7, bytes: 10 }).reserve()).toBe(7);
    const narrow = new Buffer({ records: 5000, bytes: 1.5 * 1_048_576 });
    expect([narrow.reserve(), narrow.reserve()]).toEqual([1000, 0]);
  });

  test("can take another head than the least, and forget a shard", () => {
    const buffer = new Buffer({ records: 100, bytes: 1e9 });
    const [a, b, c] = [make("a"), make("b"), make("c")];
    buffer.add(
      a,
      recordsOf([
        ["1", 1],
        ["4", 4],
      ]),
    );
    buffer.add(
      b,
      recordsOf([
        ["2", 2],
        ["3", 3],
      ]),
    );
    buffer.add(c, recordsOf([["5", 5]]));
    expect(buffer.take(b)?.sequenceNumber).toBe("2");
    expect(buffer.take(c)?.sequenceNumber).toBe("5");
    expect(buffer.take(c)).toBeUndefined();
    buffer.drop(a);
    buffer.drop(a);
    expect(buffer.content.records).toBe(1);
    expect(takeAll(buffer)).toEqual(["3"]);
  });
});
