import { Temporal } from "temporal-polyfill";
import { describe, expect, test } from "vitest";
import {
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  timestamp,
  zonedDateTime,
} from "../../../src/ext/temporal.js";
import { dump, load, misfit, table, textOf } from "../codec.js";

const { Duration, Instant, PlainDate, PlainDateTime, PlainTime, ZonedDateTime } = Temporal;

/** Temporal objects have no own properties, so toEqual would find all of them equal. */
const shown = (value: unknown): string => `${Object.prototype.toString.call(value)} ${value}`;

type Type = Parameters<typeof load>[0];

function roundTrips(name: string, type: Type, cases: readonly (readonly [local: object, stored: string])[]): void {
  test.each(cases)(`${name} %s both ways`, (local, stored) => {
    expect(dump(type, local)).toEqual({ S: stored });
    expect(shown(load(type, { S: stored }))).toBe(shown(local));
  });
}

function loads(name: string, type: Type, cases: readonly (readonly [stored: string, local: object])[]): void {
  test.each(cases)(`${name} loads %s`, (stored, local) => {
    expect(shown(load(type, { S: stored }))).toBe(shown(local));
  });
}

describe("instant", () => {
  roundTrips("instant", instant(), [
    [Instant.from("2026-01-31T12:34:56.789Z"), "2026-01-31T12:34:56.789000000Z"],
    [Instant.from("2026-01-31T12:34:56.123456789Z"), "2026-01-31T12:34:56.123456789Z"],
    [Instant.from("1969-12-31T23:59:59.999999999Z"), "1969-12-31T23:59:59.999999999Z"],
    [Instant.from("0000-01-01T00:00Z"), "0000-01-01T00:00:00.000000000Z"],
    [Instant.from("9999-12-31T23:59:59.999999999Z"), "9999-12-31T23:59:59.999999999Z"],
  ]);
  loads("instant", instant(), [
    ["2026-01-31T12:34Z", Instant.from("2026-01-31T12:34:00Z")],
    ["20260131T123456,5+0130", Instant.from("2026-01-31T11:04:56.5Z")],
    ["2026-01-31 12:34:56.1234567-05", Instant.from("2026-01-31T17:34:56.1234567Z")],
    ["2026-01-31T12:34:56.123456789000Z", Instant.from("2026-01-31T12:34:56.123456789Z")],
  ]);
  table("instant", instant(), {
    refusesToLoad: [
      [
        { S: "2026-01-31T12:34:56.1234567891Z" },
        "a text of 31 characters is finer than the nanoseconds of a Temporal.Instant",
      ],
      [{ S: "2026-02-30T00:00:00Z" }, "a text of 20 characters is not a time of the calendar"],
      [{ S: "2016-12-31T23:59:60Z" }, "a text of 20 characters is not a time of the calendar"],
      [
        { S: "2026-01-31T12:34:56Z[Europe/Oslo]" },
        "a text of 33 characters is not an ISO 8601 date and time with an offset",
      ],
      [{ S: "2026-01-31T12:34:56" }, "a text of 19 characters is not an ISO 8601 date and time with an offset"],
      [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
    ],
    refusesToDump: [
      [new Date(0), "expected a Temporal.Instant, got a Date"],
      [PlainDate.from("2026-01-31"), "expected a Temporal.Instant, got an object of PlainDate"],
      ["2026-01-31T12:34:56Z", "expected a Temporal.Instant, got a text of 20 characters"],
      [undefined, "expected a Temporal.Instant, got undefined"],
      [null, "expected a Temporal.Instant, got null; declare the column with nullable() to store NULL"],
      [Instant.from("-000001-12-31T23:59:59.999999999Z"), "it is outside of the years 0000 to 9999"],
      [Instant.from("+010000-01-01T00:00Z"), "it is outside of the years 0000 to 9999"],
    ],
  });

  test("sorts in time order", () => {
    const times = [
      "1969-12-31T23:59:59.999999999Z",
      "1970-01-01T00:00Z",
      "1970-01-01T00:00:00.000000001Z",
      "1970-01-01T00:00:00.1Z",
    ];
    const texts = times.map((time) => JSON.stringify(dump(instant(), Instant.from(time))));
    expect(texts.toSorted()).toEqual(texts);
  });

  test("objects of another implementation are stored, by what they say they are", () => {
    const foreign = {
      [Symbol.toStringTag]: "Temporal.Instant",
      toString: (options: { fractionalSecondDigits: number }) =>
        `1970-01-01T00:00:00.${"0".repeat(options.fractionalSecondDigits)}Z`,
    };
    expect(dump(instant(), foreign)).toEqual({ S: "1970-01-01T00:00:00.000000000Z" });
  });
});

describe("plainDate", () => {
  roundTrips("plainDate", plainDate(), [
    [PlainDate.from("2026-01-31"), "2026-01-31"],
    [new PlainDate(0, 1, 1), "0000-01-01"],
    [PlainDate.from("9999-12-31"), "9999-12-31"],
  ]);
  table("plainDate", plainDate(), {
    refusesToLoad: [
      ...["2026-01-31T12:00", "20260131", "2026-1-1", "+002026-01-31", "2026-01-31[u-ca=gregory]", ""].map(
        (stored) => [{ S: stored }, `${textOf(stored)} is not a date such as 2026-01-31`] as const,
      ),
      [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
    ],
    refusesToDump: [
      [new PlainDate(10000, 1, 1), "it is outside of the years 0000 to 9999"],
      [
        PlainDate.from("2026-01-31").withCalendar("gregory"),
        `it has a calendar of its own, which is not stored; call withCalendar("iso8601") on it first`,
      ],
      [PlainDateTime.from("2026-01-31T00:00"), "expected a Temporal.PlainDate, got an object of PlainDateTime"],
    ],
  });

  test("30 February is refused, without what Temporal says, which quotes the value", () => {
    const error = misfit(() => load(plainDate(), { S: "2026-02-30" }));
    expect(error.message).toMatch(/^a text of 10 characters is not a date such as 2026-01-31$/);
    expect(error.cause).toBeUndefined();
  });
});

describe("plainTime", () => {
  roundTrips("plainTime", plainTime(), [
    [PlainTime.from("09:30"), "09:30:00.000000000"],
    [PlainTime.from("23:59:59.999999999"), "23:59:59.999999999"],
  ]);
  loads("plainTime", plainTime(), [
    ["09:30", PlainTime.from("09:30")],
    ["09:30:01,5", PlainTime.from("09:30:01.5")],
  ]);
  table("plainTime", plainTime(), {
    refusesToLoad: ["09:30:60", "09:30:00.1234567891", "T09:30", "09:30Z", "2026-01-31T09:30", "0930"].map(
      (stored) => [{ S: stored }, `${textOf(stored)} is not a time of day such as 09:30:00`] as const,
    ),
    refusesToDump: [["09:30", "expected a Temporal.PlainTime, got a text of 5 characters"]],
  });
  test("24:00 is refused", () => {
    expect(() => load(plainTime(), { S: "24:00" })).toThrow(
      /^a text of 5 characters is not a time of day such as 09:30:00$/,
    );
  });
});

describe("plainDateTime", () => {
  roundTrips("plainDateTime", plainDateTime(), [
    [PlainDateTime.from("2026-01-31T09:30"), "2026-01-31T09:30:00.000000000"],
    [PlainDateTime.from("0000-01-01T00:00:00.000000001"), "0000-01-01T00:00:00.000000001"],
  ]);
  loads("plainDateTime", plainDateTime(), [["2026-01-31 09:30", PlainDateTime.from("2026-01-31T09:30")]]);
  table("plainDateTime", plainDateTime(), {
    refusesToLoad: ["2026-01-31", "2026-01-31T09:30Z", "2026-01-31T09:30+01:00", "2026-01-31T23:59:60"].map(
      (stored) =>
        [
          { S: stored },
          `${textOf(stored)} is not a date and time without an offset, such as 2026-01-31T09:30:00`,
        ] as const,
    ),
    refusesToDump: [[new PlainDateTime(-1, 12, 31), "it is outside of the years 0000 to 9999"]],
  });
});

describe("zonedDateTime", () => {
  roundTrips("zonedDateTime", zonedDateTime(), [
    [ZonedDateTime.from("2026-01-31T09:30[Europe/Oslo]"), "2026-01-31T09:30:00+01:00[Europe/Oslo]"],
    // Both of the hours that the clocks show twice.
    [ZonedDateTime.from("2026-10-25T02:30+02:00[Europe/Oslo]"), "2026-10-25T02:30:00+02:00[Europe/Oslo]"],
    [ZonedDateTime.from("2026-10-25T02:30+01:00[Europe/Oslo]"), "2026-10-25T02:30:00+01:00[Europe/Oslo]"],
    [ZonedDateTime.from("2026-01-31T09:30:00.000000001[UTC]"), "2026-01-31T09:30:00.000000001+00:00[UTC]"],
    [ZonedDateTime.from("2026-01-31T09:30+05:30[+05:30]"), "2026-01-31T09:30:00+05:30[+05:30]"],
    // An offset of 44 minutes and 30 seconds, of which the text shows the minutes.
    [ZonedDateTime.from("1960-01-01T00:00[Africa/Monrovia]"), "1960-01-01T00:00:00-00:45[Africa/Monrovia]"],
  ]);
  loads("zonedDateTime", zonedDateTime(), [
    ["2026-01-31T08:30Z[Europe/Oslo]", ZonedDateTime.from("2026-01-31T09:30[Europe/Oslo]")],
    ["1960-01-01T00:00:00-00:44:30[Africa/Monrovia]", ZonedDateTime.from("1960-01-01T00:00[Africa/Monrovia]")],
  ]);
  table("zonedDateTime", zonedDateTime(), {
    refusesToLoad: [
      "2026-01-31T09:30[Europe/Oslo]",
      "2026-01-31T09:30+01:00",
      "2026-01-31T09:30:60+01:00[Europe/Oslo]",
      "2026-01-31T09:30+01:00[Europe/Oslo][u-ca=gregory]",
    ].map(
      (stored) =>
        [
          { S: stored },
          `${textOf(stored)} is not a date and time with its offset and zone, such as 2026-01-31T09:30:00+01:00[Europe/Oslo]`,
        ] as const,
    ),
    refusesToDump: [
      [
        ZonedDateTime.from("2026-01-31T09:30[Europe/Oslo]").withCalendar("gregory"),
        `it has a calendar of its own, which is not stored; call withCalendar("iso8601") on it first`,
      ],
      [Instant.from("2026-01-31T09:30Z"), "expected a Temporal.ZonedDateTime, got an object of Instant"],
    ],
  });

  test("an unknown zone is refused", () => {
    expect(() => load(zonedDateTime(), { S: "2026-01-31T09:30+01:00[Europe/Olso]" })).toThrow(
      "a text of 35 characters is not a date and time with its offset and zone",
    );
  });

  test("an offset that is not the zone's is refused, or decided as asked", () => {
    const stored = { S: "2026-01-31T09:30:00+02:00[Europe/Oslo]" };
    expect(() => load(zonedDateTime(), stored)).toThrow(/is not a date and time with its offset and zone/);
    expect(String(load(zonedDateTime({ offset: "use" }), stored))).toBe("2026-01-31T08:30:00+01:00[Europe/Oslo]");
    expect(String(load(zonedDateTime({ offset: "prefer" }), stored))).toBe("2026-01-31T09:30:00+01:00[Europe/Oslo]");
  });
});

describe("duration", () => {
  roundTrips("duration", duration(), [
    [Duration.from("P1Y2M3W4DT5H6M7.008009001S"), "P1Y2M3W4DT5H6M7.008009001S"],
    [Duration.from({ minutes: 90 }), "PT90M"],
    [Duration.from("-P1D"), "-P1D"],
    [new Duration(), "PT0S"],
  ]);
  loads("duration", duration(), [
    ["PT1.5H", Duration.from({ hours: 1, minutes: 30 })],
    ["+p1w", Duration.from({ weeks: 1 })],
  ]);
  test("sub-second units are carried into seconds", () => {
    expect(dump(duration(), Duration.from({ milliseconds: 1500 }))).toEqual({ S: "PT1.5S" });
  });
  table("duration", duration(), {
    refusesToLoad: [[{ S: "90 minutes" }, "a text of 10 characters is not a duration such as P1DT12H"]],
    refusesToDump: [[90, "expected a Temporal.Duration, got a number"]],
  });
  test.each(["P", "P1.5D", "PT0.0000000001S"])("%s is refused", (stored) => {
    expect(() => load(duration(), { S: stored })).toThrow(/is not a duration such as P1DT12H$/);
  });
});

describe("timestamp (T33)", () => {
  const { Instant } = Temporal;
  test("seconds both ways", () => {
    for (const seconds of ["0", "-1", "1769859296", "253402300799"]) {
      const loaded = load(timestamp(), { N: seconds });
      expect(loaded).toBeInstanceOf(Instant);
      expect(dump(timestamp(), loaded)).toEqual({ N: seconds });
    }
  });
  table("timestamp", timestamp(), {
    refusesToDump: [
      [
        Instant.from("2026-01-31T11:34:56.000000001Z"),
        'the Temporal.Instant has a fraction of a second, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
      ],
      [new Date(0), "expected a Temporal.Instant, got a Date"],
    ],
    refusesToLoad: [
      [
        { N: "1.5" },
        'its seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
      ],
      [
        { N: "1E20" },
        'the stored number of seconds is beyond the year 9999; if it has milliseconds, declare the column with timestamp({ unit: "milliseconds" })',
      ],
    ],
  });
  test("rounds as told, both ways", () => {
    const at = Instant.from("2026-01-31T11:34:56.5Z");
    expect(dump(timestamp({ fractions: "floor" }), at)).toEqual({ N: "1769859296" });
    expect(dump(timestamp({ fractions: "round" }), at)).toEqual({ N: "1769859297" });
    expect(dump(timestamp({ fractions: "floor" }), Instant.fromEpochMilliseconds(-1))).toEqual({ N: "-1" });
    expect(String(load(timestamp({ fractions: "floor" }), { N: "1.9" }))).toBe("1970-01-01T00:00:01Z");
  });
});
