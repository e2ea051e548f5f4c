/**
 * `bloop-dynamodb/ext/dayjs`: Day.js's Dayjs. Knows how to build and read it; the stored values are those of the core's
 * types.
 */

import dayjs, { type Dayjs } from "dayjs";
import timezone from "dayjs/plugin/timezone.js";
import utc from "dayjs/plugin/utc.js";
import { InvalidModel } from "../errors.js";
import { expected, Misfit } from "../types/codec/context.js";
import type { IsoOptions } from "../types/iso.js";
import type { TimestampOptions } from "../types/time.js";
import type { Type } from "../types/type.js";
import { print } from "../util/print.js";
import { datetimeOf, type Moments, timestampOf } from "./moment.js";

/** The zone of loaded Dayjs: an IANA name, such as "Europe/Oslo". Default: UTC mode. It is not stored. */
export interface ZoneOptions {
  zone?: string;
}

/**
 * A Dayjs, stored as S like a Date of the core `datetime()`: ISO 8601 in UTC with milliseconds, of a fixed width, so
 * that it sorts. A loaded Dayjs is in UTC mode, or in the zone given here. Day.js has both only in its plugins `utc`
 * and `timezone`: the first call of a function here extends Day.js with them.
 *
 * @example
 * const Visit = model("Visit", { id: uuid().hashKey(), at: datetime() });
 */
export function datetime(options: IsoOptions & ZoneOptions = {}): Type<Dayjs, "S"> {
  return datetimeOf(momentsOf("datetime", options), options);
}

/**
 * Whole seconds since the epoch as a Dayjs, stored as N, as a ttl column needs them, or milliseconds. A fraction of the unit
 * is an error, unless `fractions` says how to round it.
 */
export function timestamp(options: TimestampOptions & ZoneOptions = {}): Type<Dayjs, "N"> {
  return timestampOf(momentsOf("timestamp", options), options);
}

function momentsOf(type: string, options: ZoneOptions): Moments<Dayjs> {
  return {
    make: makerFor(type, options),
    isOne: (value) => dayjs.isDayjs(value),
    millisecondsOf,
    zone: options.zone,
  };
}

function makerFor(type: string, { zone }: ZoneOptions): (milliseconds: number) => Dayjs {
  // Day.js installs a plugin once, however often this is called.
  dayjs.extend(utc);
  if (zone === undefined) return (milliseconds) => dayjs.utc(milliseconds);
  dayjs.extend(timezone);
  const make = (milliseconds: number): Dayjs => dayjs.utc(milliseconds).tz(zone);
  try {
    make(0);
  } catch (cause) {
    throw new InvalidModel(
      `${type}() of bloop-dynamodb/ext/dayjs got the zone ${print(zone)}, which this runtime does not know.`,
      { cause },
    );
  }
  return make;
}

function millisecondsOf(value: unknown): number {
  if (!dayjs.isDayjs(value)) throw expected("a Dayjs", value);
  if (!value.isValid()) throw new Misfit("the Dayjs is invalid: it was made from what is no date");
  return value.valueOf();
}
