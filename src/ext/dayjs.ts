/** `bloop-dynamodb/ext/dayjs`: Day.js's Dayjs. Knows how it is built and read; the stored text is the core datetime()'s. */

import dayjs, { type Dayjs } from "dayjs";
import utc from "dayjs/plugin/utc.js";
import { Misfit } from "../types/context.js";
import { dumpIso, loadIso } from "../types/time.js";
import { expected, makeType, type Plain, scalarCodec, type Type } from "../types/type.js";

/**
 * A Dayjs in UTC mode, stored as S just as the core `datetime()` stores a Date: ISO 8601 in UTC with milliseconds, of
 * a fixed width, so that it sorts. Day.js has a UTC mode only in its plugin `utc`: the first call of this function
 * extends Day.js with it.
 *
 * @example
 * const Visit = model("Visit", { id: uuid().hashKey(), at: datetime() });
 */
export function datetime(): Type<Dayjs, "S", Plain> {
  // Day.js installs a plugin once, however often it is asked to.
  dayjs.extend(utc);
  return makeType(
    scalarCodec(
      "datetime",
      "S",
      (stored) => dayjs.utc(loadIso(stored)),
      (value: Dayjs) => ({ S: dumpIso(new Date(millisecondsOf(value))) }),
    ),
  );
}

function millisecondsOf(value: unknown): number {
  if (!dayjs.isDayjs(value)) throw expected("a Dayjs", value);
  if (!value.isValid()) throw new Misfit("the Dayjs is invalid: it was made from what is no date");
  return value.valueOf();
}
