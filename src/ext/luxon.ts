/**
 * `bloop-dynamodb/ext/luxon`: Luxon's DateTime. Knows how to build and read it; the stored values are those of the
 * core's types.
 */

import { DateTime, type Zone } from "luxon";
import { InvalidModel } from "../errors.js";
import { expected, Misfit } from "../types/codec/context.js";
import type { IsoOptions } from "../types/iso.js";
import type { TimestampOptions } from "../types/time.js";
import type { Type } from "../types/type.js";
import { print } from "../util/print.js";
import { datetimeOf, type Moments, timestampOf } from "./moment.js";

/** The zone of loaded DateTimes: an IANA name or a Zone of Luxon. Default: UTC. It is not stored. */
export interface ZoneOptions {
  zone?: string | Zone;
}

/**
 * A DateTime of Luxon, stored as S like a Date of the core `datetime()`: ISO 8601 in UTC with milliseconds, of a fixed
 * width, so that it sorts. The zone is not stored: a loaded DateTime is in UTC, or in the zone given here.
 *
 * @example
 * const Visit = model("Visit", { id: uuid().hashKey(), at: datetime({ zone: "Europe/Oslo" }) });
 */
export function datetime(options: IsoOptions & ZoneOptions = {}): Type<DateTime, "S"> {
  return datetimeOf(momentsOf("datetime", options), options);
}

/**
 * Whole seconds since the epoch as a DateTime, stored as N, as a ttl column needs them, or milliseconds. A fraction of the unit
 * is an error, unless `fractions` says how to round it.
 */
export function timestamp(options: TimestampOptions & ZoneOptions = {}): Type<DateTime, "N"> {
  return timestampOf(momentsOf("timestamp", options), options);
}

function momentsOf(type: string, options: ZoneOptions): Moments<DateTime> {
  return {
    make: makerFor(type, options),
    isOne: (value) => DateTime.isDateTime(value),
    millisecondsOf,
    zone: zoneName(options),
  };
}

function makerFor(type: string, { zone = "utc" }: ZoneOptions): (milliseconds: number) => DateTime {
  if (!DateTime.fromMillis(0, { zone }).isValid) {
    throw new InvalidModel(
      `${type}() of bloop-dynamodb/ext/luxon got the zone ${print(zone)}, which Luxon does not know.`,
    );
  }
  return (milliseconds) => DateTime.fromMillis(milliseconds, { zone });
}

function zoneName({ zone = "utc" }: ZoneOptions): string {
  return typeof zone === "string" ? zone : zone.name;
}

function millisecondsOf(value: unknown): number {
  if (!DateTime.isDateTime(value)) throw expected("a DateTime of Luxon", value);
  if (!value.isValid) {
    throw new Misfit(
      `the DateTime is invalid: ${value.invalidExplanation ?? value.invalidReason ?? "no reason given"}`,
    );
  }
  const milliseconds = value.toMillis();
  if (Number.isInteger(milliseconds)) return milliseconds;
  throw new Misfit("its milliseconds since the epoch have a fraction, and a datetime holds whole ones");
}
