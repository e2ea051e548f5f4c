/** The further rows of the tables of "Coming from OneTable": dates in milliseconds, packed attributes, NULL, items without an index. */

import { checkKeys } from "bloop-dynamodb/rewrite";
import { beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { clear, client, stored } from "./clients.js";
import { Entries, Entry, makeEntries } from "./libraries/onetable-entries.js";

const { engine } = live("interop");
const tableName = `interop-${Entries.name}`;
const theirs = makeEntries(client, tableName);

const at = (ms: number) => new Date(1_769_862_896_000 + ms);
const shared = { userId: "ada", note: null, lines: [{ text: "one", count: 1 }], expires: new Date("2030-01-01") };
const first = { ...shared, at: at(1), team: "red", color: "blue", size: 2 };
const second = { userId: "ada", at: at(2) };
const ours = { ...shared, at: at(1), team: "red", data: { color: "blue", size: 2 } };
const strong = { consistent: true } as const;

beforeEach(async () => {
  await engine.bind(Entry);
  await clear(tableName);
});

async function writeTheirs(): Promise<void> {
  for (const entry of [first, second]) await theirs.entry.create(entry as never);
}

async function writeOurs(): Promise<void> {
  await engine.save([new Entry(ours), new Entry(second)]);
}

const timeless = (item: object): Record<string, unknown> =>
  Object.fromEntries(Object.entries(item).filter(([name]) => name !== "created" && name !== "updated"));
const items = () =>
  Promise.all([1, 2].map((ms) => stored(tableName, ["user:ada", `entry:${at(ms).getTime()}`]).then(timeless)));

test("both store the same items, to the letter", async () => {
  await writeTheirs();
  const theirItems = await items();
  expect(theirItems[0]).toMatchObject({ data: { M: { color: { S: "blue" } } }, note: { NULL: true } });
  expect(theirItems[1]).not.toHaveProperty("gs1pk");
  await clear(tableName);
  await writeOurs();
  expect(await items()).toEqual(theirItems);
});

describe.each([
  ["OneTable's items", writeTheirs],
  ["bloop's items", writeOurs],
])("%s", (_, write) => {
  beforeEach(write);

  test("have all of their values in both", async () => {
    const found = await engine.get(Entry, { userId: "ada", at: at(1) }, strong);
    expect(timeless({ ...found })).toEqual(ours);
    expect(found?.created).toBeInstanceOf(Date);
    const entry = await theirs.entry.get({ userId: "ada", at: at(1) }, { ...strong });
    expect(timeless({ ...entry })).toEqual(first);
  });

  test("are found by ranges of dates, and are not in an index without their part", async () => {
    const since = Entry.userId.eq("ada").and(Entry.at.gt(at(1)));
    const found = await engine.query(Entry, { key: since, ...strong }).all();
    expect(found.map((entry) => entry.at)).toEqual([at(2)]);
    expect(await engine.query(Entry.byTeam, { key: Entry.team.eq("red") }).count()).toBe(1);
    await engine.update(Entry, { userId: "ada", at: at(2) }, { team: "red" });
    const red = await theirs.entry.find({ team: "red" }, { index: "gs1" });
    expect(red.map((entry) => entry.at)).toEqual([at(1), at(2)]);
    expect((await checkKeys(engine, Entry)).right).toBe(2);
  });
});
