/** Points in time as Date: `datetime()`, a text that sorts, and `timestamp()`, seconds for a time to live. */

import { Misfit } from "./context.js";
import { dumpDouble, loadDouble } from "./number.js";
import { assertText } from "./string.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "./type.js";

/**
 * ISO 8601 in UTC with milliseconds, of a fixed width (years 0000 to 9999), so that it sorts in time order as a key.
 * Loads any ISO 8601 date and time that has an offset. Stored as S.
 */
export function datetime(): Type<Date, "S", Plain> {
  return makeType(scalarCodec("datetime", "S", loadIso, (value: Date) => ({ S: dumpIso(value) })));
}

/**
 * Whole seconds since the epoch: what a ttl column needs. Stored as N.
 * A Date with a fraction of a second is an error, unless `fractions` says how to round it.
 */
export function timestamp(options: { fractions?: "error" | "floor" | "round" } = {}): Type<Date, "N", Plain> {
  const fractions = options.fractions ?? "error";
  return makeType(
    scalarCodec(
      "timestamp",
      "N",
      (stored) => loadSeconds(stored, fractions),
      (value: Date) => ({ N: dumpDouble(wholeSeconds(timeOf(value) / 1000, fractions)) }),
    ),
  );
}

function timeOf(value: unknown): number {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw expected("a valid Date", value);
  return value.getTime();
}

function wholeSeconds(seconds: number, fractions: "error" | "floor" | "round"): number {
  if (Number.isInteger(seconds)) return seconds;
  if (fractions !== "error") return Math[fractions](seconds);
  throw new Misfit(
    `${seconds} seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it`,
  );
}

function loadSeconds(stored: string, fractions: "error" | "floor" | "round"): Date {
  const date = new Date(wholeSeconds(loadDouble(stored), fractions) * 1000);
  if (Number.isNaN(date.getTime())) throw new Misfit(`the stored number ${stored} is no time that a Date can hold`);
  return date;
}

function dumpIso(value: unknown): string {
  timeOf(value);
  const text = (value as Date).toISOString();
  if (text.length !== 24) throw new Misfit(`${text} is outside of the years 0000 to 9999, and would not sort`);
  return text;
}

const isoPattern =
  /^(\d{4})-?(\d\d)-?(\d\d)[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?(?:([Zz])|([+-])(\d\d):?(\d\d)?)$/;

/** Exact or an error: Date.parse would take 30 February for 2 March, and drop microseconds. */
function loadIso(stored: string): Date {
  const match = isoPattern.exec(assertText(stored));
  if (match === null) throw new Misfit(`${JSON.stringify(stored)} is not an ISO 8601 date and time with an offset`);
  const [, year, month, day, hour, minute, second = "0", fraction = "", , sign, offsetHour = "0", offsetMinute = "0"] =
    match;
  const finer = fraction.slice(3);
  if (/[1-9]/.test(finer)) {
    throw new Misfit(`${stored} is finer than the milliseconds of a Date; use instant() of bloop/ext/temporal`);
  }
  const fields = [year, month, day, hour, minute, second].map(Number);
  const date = new Date(0);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  date.setUTCFullYear(y, mo - 1, d);
  date.setUTCHours(h, mi, s, Number(fraction.slice(0, 3).padEnd(3, "0")));
  const read = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  if (read.join() !== fields.join() || Number(offsetHour) > 23 || Number(offsetMinute) > 59) {
    throw new Misfit(`${stored} is not a time of the calendar`);
  }
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000;
  return new Date(date.getTime() - (sign === "-" ? -offset : offset));
}
