/** `bloop-dynamodb/ext/luxon`: Luxon's DateTime. Knows how it is built and read; the stored values are those of the core's types. */

import { DateTime, type Zone } from "luxon";
import { InvalidModel } from "../errors.js";
import { Misfit } from "../types/context.js";
import { type IsoOptions, isoForm, isoText } from "../types/iso.js";
import { dumpSeconds, type Fractions, loadSeconds, secondsOutline } from "../types/time.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "../types/type.js";
import { print } from "../util/print.js";

/** The zone of the DateTimes that load: an IANA name or a Zone of Luxon. Default: UTC. It is not stored. */
export interface ZoneOptions {
  zone?: string | Zone;
}

/**
 * A DateTime of Luxon, stored as S just as the core `datetime()` stores a Date: ISO 8601 in UTC with milliseconds, of
 * a fixed width, so that it sorts. The zone is not stored: what loads is in UTC, or in the zone given here.
 *
 * @example
 * const Visit = model("Visit", { id: uuid().hashKey(), at: datetime({ zone: "Europe/Oslo" }) });
 */
export function datetime(options: IsoOptions & ZoneOptions = {}): Type<DateTime, "S", Plain> {
  const { load, loadKey, dump, isStored, outline } = isoText(isoForm("datetime", 3, options));
  const make = makerFor("datetime", options);
  return makeType(
    scalarCodec(
      "datetime",
      "S",
      (stored) => make(load(stored)),
      (value: DateTime) => ({ S: dump(millisecondsOf(value)) }),
      {
        outline: { ...outline, options: { ...outline.options, zone: zoneName(options) } },
        loadKey: (stored) => make(loadKey(stored)),
        isStored: (value, stored) => DateTime.isDateTime(value) && isStored(value.toMillis(), stored),
      },
    ),
  );
}

/**
 * Whole seconds since the epoch as a DateTime, stored as N: what a ttl column needs. A fraction of a second is an error,
 * unless `fractions` says how to round it.
 */
export function timestamp(options: { fractions?: Fractions } & ZoneOptions = {}): Type<DateTime, "N", Plain> {
  const make = makerFor("timestamp", options);
  const { fractions } = options;
  return makeType(
    scalarCodec(
      "timestamp",
      "N",
      (stored) => make(loadSeconds(stored, fractions)),
      (value: DateTime) => ({ N: dumpSeconds(millisecondsOf(value), fractions) }),
      { outline: secondsOutline(fractions, { zone: zoneName(options) }) },
    ),
  );
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
  throw new Misfit(`${milliseconds} milliseconds since the epoch have a fraction, and a datetime holds whole ones`);
}
