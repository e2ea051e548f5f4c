/** Points in time as Date: `datetime()`, a text that sorts, and `timestamp()`, seconds for a time to live. */

import { Misfit } from "./codec/context.js";
import type { Outline, TypeOptions } from "./codec/outline.js";
import { scalarCodec } from "./codec/scalar.js";
import { type IsoOptions, isoForm, isoText, timeOf } from "./iso.js";
import { dumpDouble, isDouble, loadDouble } from "./number.js";
import { makeType, type Type } from "./type.js";

/**
 * ISO 8601 in UTC with milliseconds, of a fixed width (years 0000 to 9999), so that it sorts in time order as a key.
 * Loads any ISO 8601 date and time with an offset; a key column loads only the text that it would write itself. Stored
 * as S.
 *
 * @example
 * datetime() // 2026-01-31T12:00:00.000Z
 * datetime({ digits: 0 }) // 2026-01-31T12:00:00Z
 * datetime({ digits: 6, utc: "+00:00" }) // 2026-01-31T12:00:00.000000+00:00
 */
export function datetime(options: IsoOptions = {}): Type<Date, "S"> {
  const { load, loadKey, dump, isStored, outline } = isoText(isoForm("datetime", 3, options));
  return makeType(
    scalarCodec(
      "datetime",
      "S",
      (stored) => new Date(load(stored)),
      (value: Date) => ({ S: dump(timeOf(value)) }),
      {
        outline,
        loadKey: (stored) => new Date(loadKey(stored)),
        isStored: (value, stored) => value instanceof Date && isStored(value.getTime(), stored),
      },
    ),
  );
}

/** How to treat a fraction of a second. */
export type Fractions = "error" | "floor" | "round";

/**
 * Whole seconds since the epoch, as a ttl column needs them. Stored as N. A Date with a fraction of a second is an
 * error, unless `fractions` says how to round it.
 */
export function timestamp(options: { fractions?: Fractions } = {}): Type<Date, "N"> {
  const { fractions } = options;
  const codec = scalarCodec(
    "timestamp",
    "N",
    (stored) => new Date(loadSeconds(stored, fractions)),
    (value: Date) => ({ N: dumpSeconds(timeOf(value), fractions) }),
    {
      isStored: (value, stored) => value instanceof Date && isDouble(value.getTime() / 1000, stored),
      outline: secondsOutline(fractions),
    },
  );
  return makeType({ ...codec, sums: { most: lastSecond } });
}

/**
 * The declaration of seconds since the epoch, as data.
 *
 * @internal
 */
export function secondsOutline(fractions: Fractions = "error", options: TypeOptions = {}): Outline<never> {
  const type = fractions === "error" ? "integer" : "number";
  return { options: { fractions, ...options }, form: { type, minimum: -lastSecond, maximum: lastSecond } };
}

/** The range of a Date in seconds, before and after 1970. */
const lastSecond = 8.64e12;

/**
 * Milliseconds as a text of seconds.
 *
 * @internal
 */
export function dumpSeconds(milliseconds: number, fractions: Fractions = "error"): string {
  return dumpDouble(wholeSeconds(milliseconds / 1000, fractions));
}

/**
 * A text of seconds as milliseconds.
 *
 * @internal
 */
export function loadSeconds(stored: string, fractions: Fractions = "error"): number {
  const milliseconds = wholeSeconds(loadDouble(stored), fractions) * 1000;
  if (Math.abs(milliseconds) <= furthest) return milliseconds;
  throw new Misfit("the stored number is no time that a Date can hold");
}

/** A Date holds 100 million days before and after the epoch. */
const furthest = 8.64e15;

function wholeSeconds(seconds: number, fractions: Fractions): number {
  if (Number.isInteger(seconds)) return seconds;
  if (fractions !== "error") return Math[fractions](seconds);
  throw new Misfit(
    'its seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
  );
}
