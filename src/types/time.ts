/** Points in time as Date: `datetime()`, a text that sorts, and `timestamp()`, a number of seconds or milliseconds. */

import { InvalidModel } from "../errors.js";
import { print, printList } from "../util/print.js";
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
        isFixed: true,
        loadKey: (stored) => new Date(loadKey(stored)),
        isStored: (value, stored) => value instanceof Date && isStored(value.getTime(), stored),
      },
    ),
  );
}

/** How to treat a fraction of the unit. */
export type Fractions = "error" | "floor" | "round";

export interface TimestampOptions {
  /** Of the stored number. A ttl column has seconds. Default: "seconds". */
  unit?: "seconds" | "milliseconds";
  /** How to treat a fraction of the unit. Default: "error". */
  fractions?: Fractions;
}

/**
 * Whole seconds since the epoch, as a ttl column needs them, or milliseconds, as `Date.now()` has them. Stored as N. A
 * fraction of the unit is an error, unless `fractions` says how to round it. So is a number beyond the year 9999: one of
 * milliseconds is not taken for seconds.
 *
 * @example
 * timestamp() // 1769860800
 * timestamp({ unit: "milliseconds" }) // 1769860800123
 */
export function timestamp(options: TimestampOptions = {}): Type<Date, "N"> {
  const epoch = epochNumber(options);
  const codec = scalarCodec(
    "timestamp",
    "N",
    (stored) => new Date(epoch.load(stored)),
    (value: Date) => ({ N: epoch.dump(timeOf(value)) }),
    {
      isStored: (value, stored) => value instanceof Date && isDouble(value.getTime() / epoch.perUnit, stored),
      outline: epoch.outline,
    },
  );
  return makeType({ ...codec, sums: { most: epoch.most } });
}

/** A point in time as a number since the epoch. */
interface EpochNumber {
  /** Milliseconds of a stored number. */
  load(stored: string): number;
  dump(milliseconds: number): string;
  /** Milliseconds of a unit. */
  readonly perUnit: number;
  /** The highest number, which is that of the year 9999, and minus the lowest. */
  readonly most: number;
  readonly outline: Outline<never>;
}

/**
 * The form of a timestamp. `options` are the options of its type besides. Throws InvalidModel for invalid options.
 *
 * @internal
 */
export function epochNumber(
  { unit = "seconds", fractions = "error" }: TimestampOptions,
  options: TypeOptions = {},
): EpochNumber {
  assertOption("unit", unit, ["seconds", "milliseconds"]);
  assertOption("fractions", fractions, ["error", "floor", "round"]);
  const perUnit = unit === "seconds" ? 1000 : 1;
  const most = Math.floor(lastMillisecond / perUnit);
  const type = fractions === "error" ? "integer" : "number";
  return {
    perUnit,
    most,
    load(stored) {
      const whole = wholeUnits(loadDouble(stored), unit, fractions);
      if (Math.abs(whole) <= most) return whole * perUnit;
      throw new Misfit(
        unit === "seconds"
          ? 'the stored number of seconds is beyond the year 9999; if it has milliseconds, declare the column with timestamp({ unit: "milliseconds" })'
          : "the stored number of milliseconds is beyond the year 9999",
      );
    },
    dump(milliseconds) {
      const whole = wholeUnits(milliseconds / perUnit, unit, fractions);
      if (Math.abs(whole) <= most) return dumpDouble(whole);
      throw new Misfit("it is beyond the year 9999");
    },
    outline: {
      options: { unit, fractions, ...options },
      form: { type, minimum: -most, maximum: most },
    },
  };
}

const lastMillisecond = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

function assertOption(name: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new InvalidModel(`timestamp() has ${name} ${printList(known, "or")}, got ${print(value)}.`);
}

function wholeUnits(units: number, unit: "seconds" | "milliseconds", fractions: Fractions): number {
  if (Number.isInteger(units)) return units;
  if (fractions !== "error") return Math[fractions](units);
  throw new Misfit(
    `its ${unit} have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it`,
  );
}
