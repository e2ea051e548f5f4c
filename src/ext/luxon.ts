/** `bloop-dynamodb/ext/luxon`: Luxon's DateTime. Knows how it is built and read; the stored text is the core datetime()'s. */

import { DateTime, type Zone } from "luxon";
import { InvalidModel } from "../errors.js";
import { Misfit } from "../types/context.js";
import { dumpIso, loadIso } from "../types/time.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "../types/type.js";
import { print } from "../util/print.js";

/**
 * A DateTime of Luxon, stored as S just as the core `datetime()` stores a Date: ISO 8601 in UTC with milliseconds, of
 * a fixed width, so that it sorts. The zone is not stored: what loads is in UTC, or in the zone given here.
 *
 * @example
 * const Visit = model("Visit", { id: uuid().hashKey(), at: datetime({ zone: "Europe/Oslo" }) });
 */
export function datetime(options: { zone?: string | Zone } = {}): Type<DateTime, "S", Plain> {
  const zone = options.zone ?? "utc";
  if (!DateTime.fromMillis(0, { zone }).isValid) {
    throw new InvalidModel(
      `datetime() of bloop-dynamodb/ext/luxon got the zone ${print(zone)}, which Luxon does not know.`,
    );
  }
  return makeType(
    scalarCodec(
      "datetime",
      "S",
      (stored) => DateTime.fromMillis(loadIso(stored).getTime(), { zone }),
      (value: DateTime) => ({ S: dumpIso(new Date(millisecondsOf(value))) }),
    ),
  );
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
