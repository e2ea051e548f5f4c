import { expect, test } from "vitest";
import { datetime, timestamp } from "../../../src/types/time.js";
import { table, textOf } from "../codec.js";

const noIso = (text: string) => `${textOf(text)} is not an ISO 8601 date and time with an offset`;
const noTime = (text: string) => `a text of ${text.length} characters is not a time of the calendar`;
const at = (text: string) => new Date(text);

table("datetime", datetime(), {
  both: [
    [at("2026-01-31T12:34:56.789Z"), { S: "2026-01-31T12:34:56.789Z" }],
    [new Date(-62167219200000), { S: "0000-01-01T00:00:00.000Z" }],
    [new Date(253402300799999), { S: "9999-12-31T23:59:59.999Z" }],
    [new Date(0), { S: "1970-01-01T00:00:00.000Z" }],
  ],
  loads: [
    [{ S: "2026-01-31T12:34:56Z" }, at("2026-01-31T12:34:56Z")],
    [{ S: "2026-01-31T12:34z" }, at("2026-01-31T12:34:00Z")],
    [{ S: "20260131T123456,5+0130" }, at("2026-01-31T11:04:56.500Z")],
    [{ S: "2026-01-31 12:34:56.789000-05:30" }, at("2026-01-31T18:04:56.789Z")],
    [{ S: "2026-01-31t12:34:56.1+02" }, at("2026-01-31T10:34:56.100Z")],
    [{ S: "2024-02-29T00:00:00Z" }, at("2024-02-29T00:00:00Z")],
    [{ S: "0001-01-01T00:00:00Z" }, new Date(-62135596800000)],
    [{ S: "2026-01-31T12:00:00-00:00" }, at("2026-01-31T12:00:00Z")],
  ],
  refusesToLoad: [
    [{ S: "" }, noIso("")],
    [{ S: "2026-01-31" }, noIso("2026-01-31")],
    [{ S: "2026-01-31T12:34:56" }, noIso("2026-01-31T12:34:56")],
    [{ S: "2026-01-31T12:34:56+02:" }, noIso("2026-01-31T12:34:56+02:")],
    [{ S: "2026-01-31T12:34:56Z\n" }, noIso("2026-01-31T12:34:56Z\n")],
    [{ S: "+010000-01-01T00:00:00.000Z" }, noIso("+010000-01-01T00:00:00.000Z")],
    [{ S: "Sat, 31 Jan 2026 12:34:56 GMT" }, noIso("Sat, 31 Jan 2026 12:34:56 GMT")],
    [{ S: "2026-02-30T00:00:00Z" }, noTime("2026-02-30T00:00:00Z")],
    [{ S: "2025-02-29T00:00:00Z" }, noTime("2025-02-29T00:00:00Z")],
    [{ S: "2026-13-01T00:00:00Z" }, noTime("2026-13-01T00:00:00Z")],
    [{ S: "2026-00-01T00:00:00Z" }, noTime("2026-00-01T00:00:00Z")],
    [{ S: "2026-01-01T24:00:00Z" }, noTime("2026-01-01T24:00:00Z")],
    [{ S: "2016-12-31T23:59:60Z" }, noTime("2016-12-31T23:59:60Z")],
    [{ S: "2026-01-01T00:00:00+24:00" }, noTime("2026-01-01T00:00:00+24:00")],
    [{ S: "2026-01-01T00:00:00+01:60" }, noTime("2026-01-01T00:00:00+01:60")],
    [
      { S: "2026-01-31T12:34:56.7891Z" },
      "the stored time is finer than milliseconds; declare the column with instant() of bloop-dynamodb/ext/temporal",
    ],
    [{ S: "0000-01-01T00:00:00+01:00" }, "a text of 25 characters is outside of the years 0000 to 9999 in UTC"],
    [{ S: "9999-12-31T23:59:59-00:01" }, "a text of 25 characters is outside of the years 0000 to 9999 in UTC"],
    [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
  ],
  refusesToDump: [
    [new Date(Number.NaN), "expected a valid Date, got an invalid Date"],
    ["2026-01-31T12:34:56.789Z", "expected a valid Date, got a text of 24 characters"],
    [0, "expected a valid Date, got a number"],
    [new Date(-62167219200001), "the time is outside of the years 0000 to 9999, and would not sort"],
    [new Date(253402300800000), "the time is outside of the years 0000 to 9999, and would not sort"],
  ],
});

const fraction =
  'its seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it';

const beyond =
  'the stored number of seconds is beyond the year 9999; if it has milliseconds, declare the column with timestamp({ unit: "milliseconds" })';

table("timestamp", timestamp(), {
  both: [
    [new Date(0), { N: "0" }],
    [new Date(-1000), { N: "-1" }],
    [at("2026-01-31T12:34:56Z"), { N: "1769862896" }],
    [at("9999-12-31T23:59:59Z"), { N: "253402300799" }],
    [new Date(-253402300799000), { N: "-253402300799" }],
  ],
  loads: [[{ N: "1E+3" }, new Date(1_000_000)]],
  dumps: [[new Date(-0), { N: "0" }]],
  refusesToLoad: [
    [{ N: "1.5" }, fraction],
    [{ N: "253402300800" }, beyond],
    [{ N: "-253402300800" }, beyond],
    [{ N: "1769862896123" }, beyond],
    [{ N: "1E100" }, beyond],
    [{ S: "1" }, "the stored value has DynamoDB's type S, not N: a text of 1 character"],
  ],
  refusesToDump: [
    [new Date(1500), fraction],
    [new Date(8.64e15), "it is beyond the year 9999"],
    [new Date(Number.NaN), "expected a valid Date, got an invalid Date"],
    [1769862896, "expected a valid Date, got a number"],
  ],
});

table("timestamp of milliseconds", timestamp({ unit: "milliseconds" }), {
  both: [
    [new Date(0), { N: "0" }],
    [new Date(-1), { N: "-1" }],
    [new Date(1769862896123), { N: "1769862896123" }],
    [at("9999-12-31T23:59:59.999Z"), { N: "253402300799999" }],
  ],
  loads: [[{ N: "1E+3" }, new Date(1000)]],
  refusesToLoad: [
    [
      { N: "1.5" },
      'its milliseconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
    ],
    [{ N: "253402300800000" }, "the stored number of milliseconds is beyond the year 9999"],
  ],
  refusesToDump: [[new Date(8.64e15), "it is beyond the year 9999"]],
});

test("timestamp() takes no other options' values", () => {
  expect(() => timestamp({ unit: "minutes" as never })).toThrow(
    'timestamp() has unit "seconds" or "milliseconds", got',
  );
  expect(() => timestamp({ fractions: "ceil" as never })).toThrow('has fractions "error", "floor" or "round", got');
});

table("timestamp rounded down", timestamp({ fractions: "floor" }), {
  loads: [[{ N: "1.9" }, new Date(1000)]],
  dumps: [
    [new Date(1999), { N: "1" }],
    [new Date(-1), { N: "-1" }],
  ],
});

table("timestamp rounded", timestamp({ fractions: "round" }), {
  loads: [[{ N: "1.5" }, new Date(2000)]],
  dumps: [
    [new Date(1500), { N: "2" }],
    [new Date(-400), { N: "0" }],
  ],
});
