/** ISO 8601 date-times in UTC of a fixed width, for text columns: reading, writing, and their spellings. */

import { InvalidModel } from "../errors.js";
import { describeValue, print } from "../util/print.js";
import { expected, Misfit } from "./codec/context.js";
import type { Outline } from "./codec/outline.js";
import { otherSpelling } from "./codec/spelling.js";
import { assertText } from "./string.js";

/** How a date and time is written. All values of a column have one width, so that as keys they sort in time order. */
export interface IsoOptions {
  /** Digits of the fraction of a second, 0 to 9. Default: 3; for `instant()`, 9. */
  digits?: number;
  /** How UTC is written. Default: "Z". Python's isoformat() writes "+00:00". */
  utc?: "Z" | "+00:00";
  /** How to treat a value with more digits than the column stores or the local type holds. Default: "error". */
  fractions?: "error" | "floor" | "round";
}

/** The options of a type, checked and complete. */
export interface IsoForm {
  readonly type: string;
  readonly digits: number;
  readonly utc: "Z" | "+00:00";
  readonly fractions: "error" | "floor" | "round";
  /** The type's digits if no options are given. */
  readonly usual: number;
}

/** Checks the options. Throws InvalidModel if one is invalid. */
export function isoForm(type: string, usual: number, options: IsoOptions): IsoForm {
  const { digits = usual, utc = "Z", fractions = "error" } = options;
  if (!Number.isInteger(digits) || digits < 0 || digits > 9)
    throw new InvalidModel(`${type}() has digits from 0 to 9, got ${print(digits)}.`);
  if (utc !== "Z" && utc !== "+00:00")
    throw new InvalidModel(`${type}() writes utc as "Z" or "+00:00", got ${print(utc)}.`);
  if (fractions !== "error" && fractions !== "floor" && fractions !== "round")
    throw new InvalidModel(`${type}() has fractions "error", "floor" or "round", got ${print(fractions)}.`);
  return { type, digits, utc, fractions, usual };
}

/** Loads and dumps milliseconds, for a column of Dates or of a type that is made of milliseconds. */
interface IsoText {
  /** Milliseconds since the epoch. */
  load(stored: string): number;
  /** The same for a key: throws for a text that dump would write differently. */
  loadKey(stored: string): number;
  dump(milliseconds: number): string;
  /** Whether milliseconds are stored as this text. It may answer false although they are. */
  isStored(milliseconds: number, stored: string): boolean;
  readonly outline: Outline<never>;
}

export function isoText(form: IsoForm): IsoText {
  const isUsual = form.digits === 3 && form.utc === "Z";
  const load = (stored: string): number => fixedIso(stored) ?? loadIso(stored, form);
  const dump = (milliseconds: number): string =>
    isUsual ? fixedText(milliseconds) : writeIso(rounded(milliseconds, form), form);
  return {
    load,
    dump,
    loadKey(stored) {
      const fixed = isUsual ? fixedIso(stored) : undefined;
      if (fixed !== undefined) return fixed;
      const milliseconds = load(stored);
      if (isWritten(stored, () => dump(milliseconds))) return milliseconds;
      throw otherSpelling(declarationFor(stored, form, (other) => isoText(other).dump(milliseconds)));
    },
    isStored: (milliseconds, stored) => isUsual && milliseconds === fixedIso(stored),
    outline: isoOutline(form),
  };
}

/**
 * The declaration of a point in time, as data. Its JSON form is that of RFC 3339.
 *
 * @internal
 */
export function isoOutline({ digits, utc, fractions }: IsoForm): Outline<never> {
  return { options: { digits, utc, fractions }, form: { type: "string", format: "date-time", pattern: rfc3339 } };
}

const rfc3339 = "^\\d{4}-\\d\\d-\\d\\d[Tt]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,20})?(?:[Zz]|[+-]\\d\\d:\\d\\d)$";

/** Whether a column writes exactly this text. It does not write a value with more digits than it stores. */
export function isWritten(stored: string, write: () => string): boolean {
  try {
    return write() === stored;
  } catch {
    return false;
  }
}

/** The declaration that would write a text as it is stored, or undefined if there is none. */
export function declarationFor(stored: string, form: IsoForm, write: (form: IsoForm) => string): string | undefined {
  const match = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.(\d{1,9}))?(Z|\+00:00)$/.exec(stored);
  if (match === null) return undefined;
  const digits = match[1]?.length ?? 0;
  const utc = match[2] === "Z" ? "Z" : "+00:00";
  if (write({ ...form, digits, utc, fractions: "floor" }) !== stored) return undefined;
  const options = [
    ...(digits === form.usual ? [] : [`digits: ${digits}`]),
    ...(utc === "Z" ? [] : [`utc: ${JSON.stringify(utc)}`]),
  ];
  return `${form.type}(${options.length === 0 ? "" : `{ ${options.join(", ")} }`})`;
}

function loadIso(stored: string, { fractions }: IsoForm): number {
  const { milliseconds, finer } = readIso(stored);
  if (!/[1-9]/.test(finer) || fractions === "floor") return milliseconds;
  if (fractions === "round") return milliseconds + (finer >= "5" ? 1 : 0);
  throw new Misfit(
    "the stored time is finer than milliseconds; declare the column with instant() of bloop-dynamodb/ext/temporal",
  );
}

function rounded(milliseconds: number, { type, digits, fractions }: IsoForm): number {
  if (digits >= 3) return milliseconds;
  const unit = 10 ** (3 - digits);
  if (milliseconds % unit === 0) return milliseconds;
  if (fractions !== "error") return Math[fractions](milliseconds / unit) * unit;
  throw tooFine(type, digits);
}

/** The error for a value that has more digits than its column stores. */
export function tooFine(type: string, digits: number): Misfit {
  return new Misfit(
    `the time is finer than the ${digits} digits of ${type}({ digits: ${digits} }); add fractions: "floor" to drop the rest`,
  );
}

function writeIso(milliseconds: number, { digits, utc }: IsoForm): string {
  const text = fixedText(milliseconds);
  const fraction = digits === 0 ? "" : `.${text.slice(20, 23).padEnd(9, "0").slice(0, digits)}`;
  return `${text.slice(0, 19)}${fraction}${utc}`;
}

/** The length of "2026-01-31T12:00:00.000Z". Years outside 0000 to 9999 have a sign and six digits. */
const isoLength = 24;

function fixedText(milliseconds: number): string {
  const text = new Date(milliseconds).toISOString();
  if (text.length !== isoLength) throw new Misfit("the time is outside of the years 0000 to 9999, and would not sort");
  return text;
}

/** The milliseconds of a Date. Throws if the value is not a valid Date. */
export function timeOf(value: unknown): number {
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) throw expected("a valid Date", value);
  return value.getTime();
}

const monthDays = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * The milliseconds of a text in the usual form, or undefined for any other text, which readIso() may know. Arithmetic
 * is faster than the pattern and a Date: see "query" in bench/questions/cpu.ts.
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
  // A non-digit yields NaN, so every comparison is false.
  if (!(day >= 1 && day <= lastDay && hour < 24 && minute < 60 && second < 60 && year * fraction >= 0))
    return undefined;
  return ((daysSinceEpoch(year, month, day) * 24 + hour) * 60 + minute) * 60_000 + second * 1000 + fraction;
}

/** Whether the separators of "2026-01-31T12:00:00.000Z" are at their positions. */
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

/** Days of the Gregorian calendar since 1970. A year begins in March here, so that a leap day is its last day. */
function daysSinceEpoch(year: number, month: number, day: number): number {
  const shifted = month > 2 ? year : year - 1;
  const leapDays = Math.floor(shifted / 4) - Math.floor(shifted / 100) + Math.floor(shifted / 400);
  const monthsDays = Math.floor((153 * ((month + 9) % 12) + 2) / 5);
  return shifted * 365 + leapDays + monthsDays + day - 719_469;
}

const isoPattern =
  /^(\d{4})-?(\d\d)-?(\d\d)[Tt ](\d\d):?(\d\d)(?::?(\d\d)(?:[.,](\d+))?)?(?:[Zz]|([+-])(\d\d)(?::?(\d\d))?)$/;

/**
 * The point in time of a text: milliseconds since the epoch, and the finer digits of the fraction.
 *
 * @internal
 */
export function readIso(stored: string): { readonly milliseconds: number; readonly finer: string } {
  const match = isoPattern.exec(assertText(stored));
  if (match === null) throw new Misfit(`${describeValue(stored)} is not an ISO 8601 date and time with an offset`);
  const [, year, month, day, hour, minute, second = "0", fraction = "", sign, offsetHour = "0", offsetMinute = "0"] =
    match;
  const date = dateOf([year, month, day, hour, minute, second].map(Number));
  if (date === undefined || Number(offsetHour) > 23 || Number(offsetMinute) > 59) {
    throw new Misfit(`${describeValue(stored)} is not a time of the calendar`);
  }
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * 60_000 * (sign === "-" ? -1 : 1);
  const milliseconds = date.getTime() + Number(fraction.slice(0, 3).padEnd(3, "0")) - offset;
  if (new Date(milliseconds).toISOString().length !== isoLength) {
    throw new Misfit(`${describeValue(stored)} is outside of the years 0000 to 9999 in UTC`);
  }
  return { milliseconds, finer: fraction.slice(3) };
}

/** The date, or undefined if the calendar does not have it: Date would read 30 February as 2 March. */
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
