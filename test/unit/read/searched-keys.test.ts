/** Key values that no item has are refused before a request, in searches as in writes (T3). */

import { binary, Engine, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Entry = model(
  "Entry",
  { id: string().hashKey(), at: string().rangeKey(), bytes: binary(), kind: string() },
  { indexes: { byBytes: { hashKey: "bytes", rangeKey: "kind", projection: "all" } } },
);

const id = Entry.id.eq("1");
const bytes = Entry.bytes.eq(Uint8Array.of(1));
const empty = "is empty, which DynamoDB refuses for keys";
const long = "x".repeat(1025);

const keys = [
  ["an empty hash key", Entry, Entry.id.eq(""), "Entry.id", empty],
  ["a hash key that is too long", Entry, Entry.id.eq("x".repeat(2049)), "Entry.id", "has 2049 bytes"],
  ["an empty range key", Entry, id.and(Entry.at.eq("")), "Entry.at", empty],
  ["an empty beginning", Entry, id.and(Entry.at.beginsWith("")), "Entry.at", empty],
  ["an empty bound", Entry, id.and(Entry.at.gt("")), "Entry.at", empty],
  ["an empty lower bound", Entry, id.and(Entry.at.between("", "z")), "Entry.at", empty],
  ["an upper bound that is too long", Entry, id.and(Entry.at.between("a", long)), "Entry.at", "has 1025 bytes"],
  ["the range key first", Entry, Entry.at.eq("").and(id), "Entry.at", empty],
  ["an empty hash key of an index", Entry.byBytes, Entry.bytes.eq(new Uint8Array()), "Entry.bytes", empty],
  ["an empty range key of an index", Entry.byBytes, bytes.and(Entry.kind.lt("")), "Entry.kind", empty],
] as const;

test.each(keys)("%s", (_, target, key, place, problem) => {
  const client = recordingClient();
  const search = () => new Engine({ dynamodb: client }).query(target as typeof Entry, { key: key as never });
  expect(search).toThrow(expect.objectContaining({ name: "InvalidValue" }));
  expect(search).toThrow(`${place}: the key of a search ${problem}`);
  expect(client.sent).toEqual([]);
});

test("keys that items can have are searched for", async () => {
  const client = recordingClient();
  const engine = new Engine({ dynamodb: client });
  const longest = Entry.id.eq("x".repeat(2048)).and(Entry.at.beginsWith("x".repeat(1024)));
  expect(await engine.query(Entry, { key: longest }).all()).toEqual([]);
  expect(await engine.scan(Entry, { filter: Entry.kind.eq("") }).all()).toEqual([]);
  expect(client.sent).toHaveLength(2);
});
