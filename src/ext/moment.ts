/** The types of a library for times, made of how its objects are built and read. They store what the core's types store. */

import { type IsoOptions, isoForm, isoText } from "../types/iso.js";
import { dumpSeconds, type Fractions, loadSeconds, secondsOutline } from "../types/time.js";
import { makeType, type Plain, scalarCodec, type Type } from "../types/type.js";

/** How a library's objects are built and read. */
export interface Moments<Local extends object> {
  /** Of milliseconds since the epoch. */
  make(milliseconds: number): Local;
  /** Whether a value is one of them; its valueOf() is milliseconds since the epoch. */
  isOne(value: unknown): value is Local;
  /** Throws a Misfit for what is none, or stands for no whole millisecond. */
  millisecondsOf(value: unknown): number;
  /** The name of the zone that they load in, for who asks what a model declares. */
  readonly zone: string | undefined;
}

/** ISO 8601 in UTC with milliseconds, of a fixed width, as text. */
export function datetimeOf<Local extends object>(
  { make, isOne, millisecondsOf, zone }: Moments<Local>,
  options: IsoOptions,
): Type<Local, "S", Plain> {
  const { load, loadKey, dump, isStored, outline } = isoText(isoForm("datetime", 3, options));
  return makeType(
    scalarCodec(
      "datetime",
      "S",
      (stored) => make(load(stored)),
      (value: Local) => ({ S: dump(millisecondsOf(value)) }),
      {
        outline: { ...outline, options: { ...outline.options, zone } },
        loadKey: (stored) => make(loadKey(stored)),
        isStored: (value, stored) => isOne(value) && isStored(Number(value.valueOf()), stored),
      },
    ),
  );
}

/** Whole seconds since the epoch, as a number. */
export function timestampOf<Local extends object>(
  { make, millisecondsOf, zone }: Moments<Local>,
  fractions: Fractions | undefined,
): Type<Local, "N", Plain> {
  return makeType(
    scalarCodec(
      "timestamp",
      "N",
      (stored) => make(loadSeconds(stored, fractions)),
      (value: Local) => ({ N: dumpSeconds(millisecondsOf(value), fractions) }),
      { outline: secondsOutline(fractions, { zone }) },
    ),
  );
}
