import dayjs from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { expect, test } from "vitest";
import { datetime, timestamp } from "../../../src/ext/dayjs.js";
import { datetime as coreDatetime } from "../../../src/types/time.js";
import { dump, load, table } from "../codec.js";

const stored = { S: "2026-01-31T11:34:56.789Z" };

table("dayjs datetime", datetime(), {
  dumps: [
    [dayjs(stored.S), stored],
    [dayjs(-62167219200000), { S: "0000-01-01T00:00:00.000Z" }],
  ],
  refusesToLoad: [
    [{ S: "2026-02-30T00:00:00Z" }, "a text of 20 characters is not a time of the calendar"],
    [{ S: "2026-01-31" }, "a text of 10 characters is not an ISO 8601 date and time with an offset"],
    [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
  ],
  refusesToDump: [
    [new Date(0), "expected a Dayjs, got a Date"],
    [undefined, "expected a Dayjs, got undefined"],
    [null, "expected a Dayjs, got null; declare the column with nullable() to store NULL"],
    [dayjs("soon"), "the Dayjs is invalid: it was made from what is no date"],
    [dayjs(null), "the Dayjs is invalid: it was made from what is no date"],
    [dayjs(253402300800000), "the time is outside of the years 0000 to 9999, and would not sort"],
  ],
});

test("loads in UTC mode", () => {
  const loaded = load(datetime(), stored);
  if (!dayjs.isDayjs(loaded)) throw new Error("It loads a Dayjs.");
  expect([loaded.isUTC(), loaded.hour(), loaded.millisecond()]).toEqual([true, 11, 789]);
  expect(loaded.add(1, "day").isUTC()).toBe(true);
  expect(dump(datetime(), loaded)).toEqual(stored);
  expect(dump(datetime(), loaded)).toEqual(dump(coreDatetime(), loaded.toDate()));
});

test("offsets and zones of the plugins are stored as the same time", () => {
  dayjs.extend(utc);
  dayjs.extend(timezone);
  const at = dayjs.utc(stored.S);
  expect(dump(datetime(), at.utcOffset(330))).toEqual(stored);
  expect(dump(datetime(), at.local())).toEqual(stored);
  expect(dump(datetime(), dayjs.tz("2026-01-31T12:34:56.789", "Europe/Oslo"))).toEqual(stored);
});

table("dayjs timestamp (T33)", timestamp(), {
  refusesToDump: [
    [
      dayjs(1500),
      'its seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
    ],
    [new Date(0), "expected a Dayjs, got a Date"],
    [dayjs("soon"), "the Dayjs is invalid: it was made from what is no date"],
  ],
  refusesToLoad: [
    [
      { N: "1E20" },
      'the stored number of seconds is beyond the year 9999; if it has milliseconds, declare the column with timestamp({ unit: "milliseconds" })',
    ],
  ],
});

test("timestamps and datetimes load in UTC mode, or in the zone that was asked for (T33)", () => {
  const zone = "America/New_York";
  for (const [type, attribute] of [
    [timestamp({ zone }), { N: "1769859296" }],
    [datetime({ zone, digits: 0 }), { S: "2026-01-31T11:34:56Z" }],
  ] as const) {
    const loaded = load(type, attribute);
    if (!dayjs.isDayjs(loaded)) throw new Error("It loads a Dayjs.");
    expect(loaded.format()).toBe("2026-01-31T06:34:56-05:00");
    expect(dump(type, loaded)).toEqual(attribute);
  }
  const inUtc = load(timestamp(), { N: "1769859296" });
  expect(dayjs.isDayjs(inUtc) && inUtc.isUTC() && inUtc.toISOString()).toBe("2026-01-31T11:34:56.000Z");
  expect(dump(timestamp({ fractions: "round" }), dayjs(1500))).toEqual({ N: "2" });
  expect(() => timestamp({ zone: "Europe/Olso" })).toThrow(/^timestamp\(\) of .* got the zone "Europe\/Olso"/);
});
