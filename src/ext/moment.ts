/**
 * The types of a library for times, made from functions that build and read its objects. They store the same values as
 * the core's types.
 */

import { scalarCodec } from "../types/codec/scalar.js";
import { type IsoOptions, isoForm, isoText } from "../types/iso.js";
import { epochNumber, type TimestampOptions } from "../types/time.js";
import { makeType, type Type } from "../types/type.js";

/** How to build and read a library's objects. */
export interface Moments<Local extends object> {
  /** Makes one from milliseconds since the epoch. */
  make(milliseconds: number): Local;
  /** Whether a value is one of them; its valueOf() is milliseconds since the epoch. */
  isOne(value: unknown): value is Local;
  /** Throws a Misfit if the value is not one of them, or is not a whole number of milliseconds. */
  millisecondsOf(value: unknown): number;
  /** The zone of loaded objects, for code that reads a model's declaration. */
  readonly zone: string | undefined;
}

/** ISO 8601 in UTC with milliseconds, of a fixed width, as text. */
export function datetimeOf<Local extends object>(
  { make, isOne, millisecondsOf, zone }: Moments<Local>,
  options: IsoOptions,
): Type<Local, "S"> {
  const { load, loadKey, dump, isStored, outline } = isoText(isoForm("datetime", 3, options));
  return makeType(
    scalarCodec(
      "datetime",
      "S",
      (stored) => make(load(stored)),
      (value: Local) => ({ S: dump(millisecondsOf(value)) }),
      {
        outline: { ...outline, options: { ...outline.options, zone } },
        isFixed: true,
        loadKey: (stored) => make(loadKey(stored)),
        isStored: (value, stored) => isOne(value) && isStored(Number(value.valueOf()), stored),
      },
    ),
  );
}

/** Whole seconds or milliseconds since the epoch, as a number. */
export function timestampOf<Local extends object>(
  { make, millisecondsOf, zone }: Moments<Local>,
  options: TimestampOptions,
): Type<Local, "N"> {
  const epoch = epochNumber(options, { zone });
  return makeType(
    scalarCodec(
      "timestamp",
      "N",
      (stored) => make(epoch.load(stored)),
      (value: Local) => ({ N: epoch.dump(millisecondsOf(value)) }),
      { outline: epoch.outline },
    ),
  );
}
