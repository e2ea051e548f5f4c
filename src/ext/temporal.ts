/**
 * `bloop-dynamodb/ext/temporal`: the types of Temporal, each as its ISO 8601 text. Knows those texts; nothing of
 * models.
 */

import { Temporal } from "temporal-polyfill";
import { expected, Misfit } from "../types/codec/context.js";
import type { JsonForm, Outline } from "../types/codec/outline.js";
import { scalarCodec } from "../types/codec/scalar.js";
import { otherSpelling } from "../types/codec/spelling.js";
import {
  declarationFor,
  type IsoForm,
  type IsoOptions,
  isoForm,
  isoOutline,
  isWritten,
  readIso,
  tooFine,
} from "../types/iso.js";
import { epochNumber, type TimestampOptions } from "../types/time.js";
import { makeType, type Type } from "../types/type.js";
import { describeValue } from "../util/print.js";

/**
 * A point in time, stored as S: ISO 8601 in UTC with nanoseconds, of a fixed width (years 0000 to 9999), so that it
 * sorts in time order as a key. Loads any ISO 8601 date and time with an offset; a key column loads only the text that
 * it would write itself.
 *
 * Like all types here, it stores Temporal objects of the runtime and of any polyfill. It loads objects of the runtime's
 * Temporal, or of `temporal-polyfill` if the runtime has none.
 *
 * @example
 * const Event = model("Event", { device: string().hashKey(), at: instant().rangeKey() });
 */
export function instant(options: IsoOptions = {}): Type<Temporal.Instant, "S"> {
  const form = isoForm("instant", 9, options);
  const load = (stored: string): Temporal.Instant => loadInstant(stored, form);
  const dump = (value: Temporal.Instant): string => dumpInstant(value, form);
  const loadKey = (stored: string): Temporal.Instant => {
    const value = load(stored);
    if (isWritten(stored, () => dump(value))) return value;
    throw otherSpelling(declarationFor(stored, form, (other) => dumpInstant(value, other)));
  };
  return makeType(
    textCodec({ name: "instant", kind: "Temporal.Instant", outline: isoOutline(form), load, print: dump }, loadKey),
  );
}

/**
 * Whole seconds since the epoch as a Temporal.Instant, stored as N, as a ttl column needs them, or milliseconds. A fraction
 * of the unit is an error, unless `fractions` says how to round it.
 */
export function timestamp(options: TimestampOptions = {}): Type<Temporal.Instant, "N"> {
  const { unit = "seconds", fractions = "error" } = options;
  const epoch = epochNumber(options);
  return makeType(
    scalarCodec(
      "timestamp",
      "N",
      (stored) => Temporal.Instant.fromEpochMilliseconds(epoch.load(stored)),
      (value: Temporal.Instant) => {
        assertKind(value, "Temporal.Instant");
        const whole = value.round({
          smallestUnit: unit === "seconds" ? "second" : "millisecond",
          roundingMode: fractions === "round" ? "halfExpand" : "floor",
        });
        const { epochMilliseconds } = fractions === "error" && !whole.equals(value) ? refuseFraction(unit) : whole;
        return { N: epoch.dump(epochMilliseconds) };
      },
      { outline: epoch.outline },
    ),
  );
}

/** A date without a time, stored as S: `2026-01-31`. Sorts. */
export function plainDate(): Type<Temporal.PlainDate, "S"> {
  return textType({
    name: "plainDate",
    kind: "Temporal.PlainDate",
    outline: textOutline(`^${date}$`, { format: "date" }),
    load: (stored) => read(stored, /^\d{4}-\d\d-\d\d$/, "a date such as 2026-01-31", Temporal.PlainDate.from),
    print: String,
  });
}

/** A time of day without a date, stored as S with nanoseconds: `09:30:00.000000000`. Sorts. */
export function plainTime(): Type<Temporal.PlainTime, "S"> {
  const pattern = new RegExp(`^${time}$`);
  return textType({
    name: "plainTime",
    kind: "Temporal.PlainTime",
    outline: textOutline(pattern.source),
    load: (stored) => read(stored, pattern, "a time of day such as 09:30:00", Temporal.PlainTime.from),
    print: (value) => value.toString({ fractionalSecondDigits: 9 }),
  });
}

/** A date and time without a zone, stored as S with nanoseconds: `2026-01-31T09:30:00.000000000`. Sorts. */
export function plainDateTime(): Type<Temporal.PlainDateTime, "S"> {
  const pattern = new RegExp(`^${date}[Tt ]${time}$`);
  const what = "a date and time without an offset, such as 2026-01-31T09:30:00";
  return textType({
    name: "plainDateTime",
    kind: "Temporal.PlainDateTime",
    outline: textOutline(pattern.source),
    load: (stored) => read(stored, pattern, what, Temporal.PlainDateTime.from),
    print: (value) => value.toString({ fractionalSecondDigits: 9 }),
  });
}

/**
 * A point in time and its zone, stored as S: `2026-01-31T09:30:00+01:00[Europe/Oslo]`. Does not sort; use `instant()`
 * for keys.
 *
 * A zone's rules may change after a value was stored, and then its offset no longer matches the zone. That is an error,
 * unless `offset` says which to keep: the point in time ("use"), or the local time ("prefer").
 */
export function zonedDateTime(
  options: { offset?: "reject" | "use" | "prefer" } = {},
): Type<Temporal.ZonedDateTime, "S"> {
  const offset = options.offset ?? "reject";
  const pattern = new RegExp(`^${date}[Tt ]${time}(?:[Zz]|[+-]\\d\\d(?::?\\d\\d(?::?\\d\\d)?)?)\\[[^\\]=]{1,100}\\]$`);
  const what = "a date and time with its offset and zone, such as 2026-01-31T09:30:00+01:00[Europe/Oslo]";
  return textType({
    name: "zonedDateTime",
    kind: "Temporal.ZonedDateTime",
    outline: { ...textOutline(pattern.source), options: { offset } },
    load: (stored) => read(stored, pattern, what, (text) => Temporal.ZonedDateTime.from(text, { offset })),
    print: String,
  });
}

/**
 * A length of time, stored as S: `P1Y2M3DT4H5M6.007S`. The text has no separate milliseconds: 1500 of them load as one
 * second and 500 milliseconds. All larger units stay as they are. Does not sort.
 */
export function duration(): Type<Temporal.Duration, "S"> {
  return textType({
    name: "duration",
    kind: "Temporal.Duration",
    outline: textOutline("^[+-]?[Pp].*$"),
    load: (stored) => read(stored, /^[+-]?P/i, "a duration such as P1DT12H", Temporal.Duration.from),
    print: String,
  });
}

const date = "\\d{4}-\\d\\d-\\d\\d";
/** Without second 60, which Temporal reads as 59, and without more digits than nanoseconds. */
const time = "\\d\\d:\\d\\d(?::[0-5]\\d(?:[.,]\\d{1,9})?)?";

interface TextType<Value> {
  readonly name: string;
  /** The value of `Symbol.toStringTag` of the class, in every implementation of Temporal. */
  readonly kind: string;
  readonly outline: Outline<never>;
  load(stored: string): Value;
  print(value: Value): string;
}

function textOutline(pattern: string, form: JsonForm = {}): Outline<never> {
  return { form: { type: "string", pattern, ...form } };
}

function textType<Value>(type: TextType<Value>): Type<Value, "S"> {
  return makeType(textCodec(type));
}

/** `loadKey`: of a text of one length. */
function textCodec<Value>({ name, kind, outline, load, print }: TextType<Value>, loadKey?: (stored: string) => Value) {
  const dump = (value: Value) => {
    assertKind(value, kind);
    return { S: checkedText(print(value)) };
  };
  return scalarCodec<"S", Value>(name, "S", load, dump, { outline, ...(loadKey && { loadKey, isFixed: true }) });
}

function assertKind(value: unknown, kind: string): void {
  if (Object.prototype.toString.call(value) !== `[object ${kind}]`) throw expected(`a ${kind}`, value);
}

/** Years beyond 9999 have a sign in front; calendars other than the ISO one have a name at the end. */
function checkedText(text: string): string {
  if (/^[+-]\d/.test(text)) throw new Misfit("it is outside of the years 0000 to 9999");
  if (text.includes("[u-ca=")) {
    throw new Misfit(`it has a calendar of its own, which is not stored; call withCalendar("iso8601") on it first`);
  }
  return text;
}

/** Temporal's own from() accepts more than a type holds, and drops the rest: a time after a date, for example. */
function read<Value>(stored: string, pattern: RegExp, what: string, from: (text: string) => Value): Value {
  if (!pattern.test(stored)) throw new Misfit(`${describeValue(stored)} is not ${what}`);
  try {
    return from(stored);
  } catch {
    // Temporal's own error quotes the text.
    throw new Misfit(`${describeValue(stored)} is not ${what}`);
  }
}

function loadInstant(stored: string, { fractions }: IsoForm): Temporal.Instant {
  const { milliseconds, finer } = readIso(stored);
  const isFiner = /[1-9]/.test(finer.slice(6));
  if (isFiner && fractions === "error")
    throw new Misfit(`${describeValue(stored)} is finer than the nanoseconds of a Temporal.Instant`);
  const up = isFiner && fractions === "round" && finer.slice(6) >= "5" ? 1n : 0n;
  const nanoseconds = BigInt(finer.slice(0, 6).padEnd(6, "0")) + up;
  return Temporal.Instant.fromEpochNanoseconds(BigInt(milliseconds) * 1_000_000n + nanoseconds);
}

function dumpInstant(value: Temporal.Instant, { digits, utc, fractions }: IsoForm): string {
  const fractionalSecondDigits = digits as 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
  const roundingMode = fractions === "round" ? "halfExpand" : "floor";
  const text = value.toString({ fractionalSecondDigits, roundingMode });
  if (fractions === "error" && digits < 9 && value.epochNanoseconds % 10n ** BigInt(9 - digits) !== 0n)
    throw tooFine("instant", digits);
  return utc === "Z" ? text : `${text.slice(0, -1)}${utc}`;
}

/** In the same words as the core's timestamp(). */
function refuseFraction(unit: "seconds" | "milliseconds"): never {
  throw new Misfit(
    `the Temporal.Instant has a fraction of a ${unit.slice(0, -1)}, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it`,
  );
}
