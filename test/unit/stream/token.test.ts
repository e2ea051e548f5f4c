/** Positions: what is one, and what a token is refused for. */

import { expect, test } from "vitest";
import { InvalidPosition } from "../../../src/errors.js";
import { startOf } from "../../../src/stream/token.js";
import { arn, drive, Source, shardId, t0, write } from "./source.js";

const now = t0;
const good = {
  version: 1,
  tableName: "tab",
  streamArn: arn(),
  since: 5,
  shards: [
    { id: "a", parents: [], ended: 4 },
    { id: "b", parents: ["a"], after: "12", since: 3 },
    { id: "c", parents: ["b"], held: { at: 1, absences: 2 } },
  ],
};

test("positions say where to start", () => {
  const rest = { tableName: "tab", streamArn: undefined, shards: [] };
  expect(startOf("trim_horizon", "tab", now)).toEqual({ ...rest, since: undefined, latest: false });
  expect(startOf("latest", "tab", now)).toEqual({ ...rest, since: now, latest: true });
  expect(startOf(new Date(7), "tab", now)).toEqual({ ...rest, since: 7, latest: false });
  const { version, ...token } = good;
  expect(version).toBe(1);
  expect(startOf(good, "tab", now)).toEqual({ ...token, latest: false });
  expect(startOf({ ...good, streamArn: "", shards: [] }, "tab", now)).toMatchObject({ streamArn: undefined, since: 5 });
});

test.each([
  [undefined, /A position is/],
  ["LATEST", /A position is .* got a text of 6 characters; did you mean "latest"\?/],
  [JSON.stringify(good), /Parse the token's JSON first/],
  [new Date(Number.NaN), /invalid Date/],
  [{}, /no token of a stream/],
  [[], /A position is/],
  [{ ...good, version: 2 }, /newer bloop/],
  [{ ...good, version: "1" }, /no token/],
  [{ ...good, tableName: "other" }, /of the table "other"/],
  [{ ...good, streamArn: arn().replace("tab/", "other/") }, /of the table "other"/],
  [{ ...good, streamArn: 1 }, /lacks/],
  [{ ...good, shards: undefined }, /lacks/],
  [{ ...good, streamArn: "" }, /shards of no stream/],
  [{ ...good, since: "5" }, /its since is a text of 1 character/],
  [{ ...good, shards: [1] }, /its shards\[0\] is a number/],
  [{ ...good, shards: [{ id: "", parents: [] }] }, /its shards\[0\].id is an empty text/],
  [{ ...good, shards: [{ id: "a", parents: [1] }] }, /its shards\[0\].parents/],
  [{ ...good, shards: [{ id: "a", parents: [], after: "x" }] }, /its shards\[0\].after is a text/],
  [{ ...good, shards: [{ id: "a", parents: [], since: null }] }, /its shards\[0\].since is null/],
  [{ ...good, shards: [{ id: "a", parents: [], ended: "now" }] }, /shards\[0\].ended/],
  [{ ...good, shards: [{ id: "a", parents: [], held: {} }] }, /shards\[0\].held/],
  [{ ...good, shards: [good.shards[0], good.shards[0]] }, /a shard twice/],
])("%j is no position", (position, message) => {
  expect(() => startOf(position, "tab", now)).toThrow(InvalidPosition);
  expect(() => startOf(position, "tab", now)).toThrow(message);
});

test("a token is JSON, and one from before the position was taken goes by time", () => {
  const source = new Source();
  const shard = source.shard(shardId(t0 - 3_600_000));
  write(shard, 3, t0 - 600_000);
  const early = drive(source, { position: "latest" }).core.token;
  expect(early).toEqual({ version: 1, tableName: "tab", streamArn: "", since: t0, shards: [] });
  const numbers = write(shard, 2, t0 + 1000);
  const driven = drive(source, { position: JSON.parse(JSON.stringify(early)), now: t0 + 60_000 });
  expect(driven.drain()).toEqual(numbers);
  const { token } = driven.core;
  expect(JSON.parse(JSON.stringify(token))).toEqual(token);
  expect(token.shards).toEqual([{ id: shard.id, parents: [], after: numbers[1] }]);
});
