/** Points in time as Date: `datetime()`, a text that sorts, and `timestamp()`, seconds for a time to live. */

import { print } from "../util/print.js";
import { Misfit } from "./context.js";
import { dumpDouble, isDouble, loadDouble } from "./number.js";
import { assertText } from "./string.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "./type.js";

/**
 * ISO 8601 in UTC with milliseconds, of a fixed width (years 0000 to 9999), so that it sorts in time order as a key.
 * Loads any ISO 8601 date and time that has an offset. Stored as S.
 */
export function datetime(): Type<Date, "S", Plain> {
  return makeType(scalarCodec("datetime", "S", loadIso, (value: Date) => ({ S: dumpIso(value) }), isIso));
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
      (value, stored) => value instanceof Date && isDouble(value.getTime() / 1000, stored),
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

/** @internal */
export function dumpIso(value: Date): string {
  timeOf(value);
  const text = value.toISOString();
  if (text.length !== isoLength) throw new Misfit(`${text} is outside of the years 0000 to 9999, and would not sort`);
  return text;
}

/** Of "2026-01-31T12:00:00.000Z". Other years than 0000 to 9999 have a sign and six digits. */
const isoLength = 24;

function isIso(value: unknown, stored: string): boolean {
  return value instanceof Date && value.getTime() === fixedIso(stored);
}

/** @internal */
export function loadIso(stored: string): Date {
  const fixed = fixedIso(stored);
  if (fixed !== undefined) return new Date(fixed);
  const { milliseconds, finer } = readIso(stored);
  if (!/[1-9]/.test(finer)) return new Date(milliseconds);
  throw new Misfit(
    `${stored} is finer than milliseconds; declare the column with instant() of bloop-dynamodb/ext/temporal`,
  );
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The milliseconds of a text that dumpIso() could have written, or undefined for any other, which readIso() may know.
 * By arithmetic, in a tenth of the time of the pattern and a Date.
 */
function fixedIso(text: string): number | undefined {
  if (text.length !== isoLength || !hasIsoMarks(text)) return undefined;
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2);
  const month = twoDigits(text, 5);
  const day = twoDigits(text, 8);
  const hour = twoDigits(text, 11);
  const minute = twoDigits(text, 14);
  const second = twoDigits(text, 17);
  const fraction = twoDigits(text, 20) * 10 + digitAt(text, 22);
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const lastDay = isLeap && month === 2 ? 29 : (monthDays[month - 1] ?? 0);
  // What is no digit makes NaN of it, for which no comparison holds.
  if (!(day >= 1 && day <= lastDay && hour < 24 && minute < 60 && second < 60 && year * fraction >= 0))
    return undefined;
  return ((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction;
}

/** Whether the marks of "2026-01-31T12:00:00.000Z" are where they should be. */
function hasIsoMarks(text: string): boolean {
  return (
    text[4] === "-" &&
    text[7] === "-" &&
    text[10] === "T" &&
    text[13] === ":" &&
    text[16] === ":" &&
    text[19] === "." &&
    text[23] === "Z"
  );
}

function twoDigits(text: string, index: number): number {
  return digitAt(text, index) * 10 + digitAt(text, index + 1);
}

function digitAt(text: string, index: number): number {
  const digit = text.charCodeAt(index) - 0x30;
  return digit >= 0 && digit <= 9 ? digit : Number.NaN;
}

/** Days of the Gregorian calendar since 1970. Years begin in March here, so that a leap day is a year's last. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const monthsDays = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  return shifted * 365 + leapDays + monthsDays + day - 719_469;
}

const isoPattern =
  /^(\d{4})-?(\d\d)-?(\d\d)[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/;

/**
 * A point in time as a text says it: milliseconds since the epoch, and the digits of the fraction that are finer.
 *
 * @internal
 */
export function readIso(stored: string): { readonly milliseconds: number; readonly finer: string } {
  const match = isoPattern.exec(assertText(stored));
  if (match === null) throw new Misfit(`${print(stored)} is not an ISO 8601 date and time with an offset`);
  const [, year, month, day, hour, minute, second = "0", fraction = "", sign, offsetHour = "0", offsetMinute = "0"] =
    match;
  const date = dateOf([year, month, day, hour, minute, second].map(Number));
  if (date === undefined || Number(offsetHour) > 23 || Number(offsetMinute) > 59) {
    throw new Misfit(`${stored} is not a time of the calendar`);
  }
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === "-" ? -1 : 1);
  const milliseconds = date.getTime() + Number(fraction.slice(0, 3).padEnd(3, "0")) - offset;
  if (new Date(milliseconds).toISOString().length !== isoLength) {
    throw new Misfit(`${stored} is outside of the years 0000 to 9999 in UTC`);
  }
  return { milliseconds, finer: fraction.slice(3) };
}

/** Undefined for a time that is not in the calendar: Date would take 30 February for 2 March. */
function dateOf(fields: readonly number[]): Date | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = fields;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second);
  const read = [
    date.getUTCFullYear(),
    date.getUTCMonth() + 1,
    date.getUTCDate(),
    date.getUTCHours(),
    date.getUTCMinutes(),
    date.getUTCSeconds(),
  ];
  return read.join() === fields.join() ? date : undefined;
}
