/** The further rows of the tables of "Coming from ElectroDB": templates, casings, paddings, keys alone, dates, hidden attributes. */

import { type Item, keyOf } from "bloop-dynamodb";
import { checkKeys, type KeyFinding } from "bloop-dynamodb/rewrite";
import { beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { clear, documentClient, stored } from "./clients.js";
import { Entry, makeStyles, Styles } from "./libraries/electrodb-styles.js";

const { engine } = live("interop");
const tableName = `interop-${Styles.name}`;
const theirs = makeStyles(documentClient, tableName);

const first = {
  userId: "Ada",
  code: "1F",
  place: "Oslo S",
  level: 7,
  isOpen: true,
  externalId: "X-1",
  nick: "A",
  at: 1_769_862_896_123,
  seenAt: "2026-01-31T12:34:56.789Z",
  extra: { a: { b: "c" } },
  lines: [{ text: "one", count: 1 }],
  roles: ["admin", "guest"] as ("admin" | "guest")[],
};
const second = { userId: "Ada", code: "2F", place: "oslo s", level: 11, isOpen: false, nick: "B" };
const ours = { ...first, at: new Date(first.at), seenAt: new Date(first.seenAt), roles: new Set(first.roles) };
const key = { userId: "Ada", code: "1F" };
const storedKey = ["user#ada", "code#00001f"] as const;
const strong = { consistent: true } as const;

beforeEach(async () => {
  await engine.bind(Entry);
  await clear(tableName);
});

async function writeTheirs(): Promise<void> {
  await theirs.create(first).go();
  await theirs.create(second).go();
}

async function writeOurs(): Promise<void> {
  await engine.save([new Entry(ours), new Entry(second)]);
}

const codes = (found: readonly Item<typeof Entry>[]) => found.map(({ code }) => code);

test("both store the same items, to the letter", async () => {
  await writeTheirs();
  const items = () => Promise.all([stored(tableName, storedKey), stored(tableName, ["user#ada", "code#00002f"])]);
  const theirItems = await items();
  expect(theirItems[0]).toMatchObject({
    user: { S: "Ada" },
    gsi1pk: { S: "$SHOP#PLACE_OSLO S" },
    gsi1sk: { S: "$places#Entry_2#level_7#isOpen_true" },
    gsi2pk: { S: "$shop$entry_2#externalid_x-1" },
    gsi3pk: { S: "place#oslo s#end" },
    at: { N: "1769862896123" },
  });
  await clear(tableName);
  await writeOurs();
  expect(await items()).toEqual(theirItems);
  expect(keyOf(Entry, key)).toEqual({ pk: storedKey[0], sk: storedKey[1] });
});

describe.each([
  ["ElectroDB's items", writeTheirs],
  ["bloop's items", writeOurs],
])("%s", (_, write) => {
  beforeEach(write);

  test("have all of their values in both", async () => {
    expect({ ...(await engine.get(Entry, key, { ...strong })) }).toEqual(ours);
    const { data } = await theirs.get(key).go({ ...strong });
    expect({ ...data, roles: [...(data?.roles ?? [])].sort() }).toEqual(first);
    expect((await theirs.get(second).go({ ...strong })).data).toEqual(second);
  });

  test("are found by their indexes in both", async () => {
    const inOslo = Entry.place.eq("OSLO s");
    expect(codes(await engine.query(Entry.byPlace, { key: inOslo.and(Entry.level.eq(7)) }).all())).toEqual(["1F"]);
    expect(codes(await engine.query(Entry.byExternalId, { key: Entry.externalId.eq("x-1") }).all())).toEqual(["1F"]);
    expect(codes(await engine.query(Entry.byLevel, { key: inOslo.and(Entry.level.ge(7)) }).all())).toEqual([
      "1F",
      "2F",
    ]);
    const { data: byPlace } = await theirs.query.byPlace({ place: "oslo s", level: 11 }).go();
    expect(byPlace).toEqual([second]);
    const { data: byLevel } = await theirs.query.byLevel({ place: "Oslo S" }).gt({ level: 7 }).go();
    expect(byLevel).toEqual([second]);
    expect((await theirs.query.byExternalId({ externalId: "X-1" }).go()).data).toHaveLength(1);
  });

  test("changed by bloop are found by ElectroDB, and the reverse", async () => {
    await engine.update(Entry, key, { place: "Bergen", at: new Date(5) }, { given: { level: 7, isOpen: true } });
    expect((await theirs.query.byPlace({ place: "bergen" }).go()).data).toMatchObject([{ code: "1F", at: 5 }]);
    await theirs.patch({ userId: "Ada", code: "2F" }).set({ place: "BERGEN", level: 1, isOpen: true }).go();
    const inBergen = await engine.query(Entry.byLevel, { key: Entry.place.eq("bergen") }).all();
    expect(codes(inBergen)).toEqual(["2F", "1F"]);
  });

  test("are as checkKeys() expects", async () => {
    const { right, problems } = await checkKeys(engine, Entry);
    expect([right, Object.values(problems).every((count) => count === 0)]).toEqual([2, true]);
  });
});

test("a hidden attribute that the model does not declare is kept", async () => {
  await theirs.create({ ...first, secret: "x" }).go();
  await engine.modify(Entry, key, (entry) => void Object.assign(entry, { level: 8 }));
  expect(await stored(tableName, storedKey)).toMatchObject({ secret: { S: "x" }, level: { N: "8" } });
});

test("a key without its last part: ElectroDB stores the beginning of it, bloop none", async () => {
  const { nick: _, ...without } = second;
  await theirs.create(without).go();
  const at = ["user#ada", "code#00002f"] as const;
  expect(await stored(tableName, at)).toMatchObject({ gsi4sk: { S: "$entry_2#nick_" } });
  const found = await engine.query(Entry.byNick, { key: Entry.place.eq("oslo s") }).all();
  expect(found.map((entry) => ({ ...entry }))).toEqual([without]);
  const left = { attributes: [{ attribute: "gsi4sk", stored: { S: "$entry_2#nick_" } }] };
  const findings: KeyFinding[] = [];
  await checkKeys(engine, Entry, { finding: (finding) => void findings.push(finding) });
  expect(findings).toMatchObject([left]);
  await engine.save(new Entry({ ...without, code: "3F" }));
  expect(await stored(tableName, ["user#ada", "code#00003f"])).not.toHaveProperty("gsi4sk");
  expect((await theirs.query.byNick({ place: "oslo s" }).go()).data).toEqual([without]);
});
