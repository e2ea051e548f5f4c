import { DateTime, FixedOffsetZone } from "luxon";
import { expect, test } from "vitest";
import { InvalidModel } from "../../../src/errors.js";
import { datetime, timestamp } from "../../../src/ext/luxon.js";
import { datetime as coreDatetime } from "../../../src/types/time.js";
import { dump, load, table, textOf } from "../codec.js";

const stored = { S: "2026-01-31T11:34:56.789Z" };
const oslo = DateTime.fromISO("2026-01-31T12:34:56.789", { zone: "Europe/Oslo" });

table("luxon datetime", datetime(), {
  dumps: [
    [oslo, stored],
    [oslo.toUTC(), stored],
    [DateTime.fromMillis(-62167219200000), { S: "0000-01-01T00:00:00.000Z" }],
  ],
  refusesToLoad: [
    [{ S: "2026-02-30T00:00:00Z" }, "a text of 20 characters is not a time of the calendar"],
    [
      { S: "2026-01-31T12:34:56.7891Z" },
      "the stored time is finer than milliseconds; declare the column with instant() of bloop-dynamodb/ext/temporal",
    ],
    [{ S: "2026-01-31" }, "a text of 10 characters is not an ISO 8601 date and time with an offset"],
    [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
  ],
  refusesToDump: [
    [new Date(0), "expected a DateTime of Luxon, got a Date"],
    [stored.S, `expected a DateTime of Luxon, got ${textOf(stored.S)}`],
    [null, "expected a DateTime of Luxon, got null; declare the column with nullable() to store NULL"],
    [DateTime.fromISO("soon"), `the DateTime is invalid: the input "soon" can't be parsed as ISO 8601`],
    [DateTime.invalid("why not"), "the DateTime is invalid: why not"],
    [DateTime.fromMillis(1.5), "its milliseconds since the epoch have a fraction, and a datetime holds whole ones"],
    [DateTime.utc(12345), "the time is outside of the years 0000 to 9999, and would not sort"],
  ],
});

test("loads in UTC, or in the zone that was asked for", () => {
  for (const [type, zone, hour] of [
    [datetime(), "UTC", 11],
    [datetime({ zone: "Europe/Oslo" }), "Europe/Oslo", 12],
    [datetime({ zone: FixedOffsetZone.instance(-90) }), "UTC-1:30", 10],
  ] as const) {
    const loaded = load(type, stored);
    if (!DateTime.isDateTime(loaded)) throw new Error("It loads a DateTime.");
    expect([loaded.zoneName, loaded.hour, loaded.toMillis()]).toEqual([zone, hour, oslo.toMillis()]);
    expect(dump(type, loaded)).toEqual(stored);
  }
});

test("stores what the core datetime() stores", () => {
  expect(dump(datetime(), oslo)).toEqual(dump(coreDatetime(), oslo.toJSDate()));
});

test("an unknown zone is refused when it is declared", () => {
  expect(() => datetime({ zone: "Europe/Olso" })).toThrow(
    new InvalidModel(`datetime() of bloop-dynamodb/ext/luxon got the zone "Europe/Olso", which Luxon does not know.`),
  );
});

table("luxon timestamp (T33)", timestamp(), {
  dumps: [[oslo.set({ millisecond: 0 }), { N: "1769859296" }]],
  refusesToDump: [
    [
      oslo,
      'its seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
    ],
    [new Date(0), "expected a DateTime of Luxon, got a Date"],
  ],
  refusesToLoad: [
    [
      { N: "1E20" },
      'the stored number of seconds is beyond the year 9999; if it has milliseconds, declare the column with timestamp({ unit: "milliseconds" })',
    ],
  ],
});

test("timestamps load in UTC or a zone, and round as told", () => {
  const loaded = load(timestamp({ zone: "Europe/Oslo" }), { N: "1769859296" });
  expect(String(loaded)).toBe("2026-01-31T12:34:56.000+01:00");
  expect(dump(timestamp({ fractions: "round" }), oslo)).toEqual({ N: "1769859297" });
  expect(() => timestamp({ zone: "Europe/Olso" })).toThrow(InvalidModel);
});

test("other forms of the text", () => {
  expect(dump(datetime({ digits: 6, utc: "+00:00" }), oslo)).toEqual({ S: "2026-01-31T11:34:56.789000+00:00" });
  expect(dump(datetime({ digits: 0, fractions: "floor" }), oslo)).toEqual({ S: "2026-01-31T11:34:56Z" });
});
