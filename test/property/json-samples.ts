/** Types and their values for JSON: those of the core, composed at random, and those that only JSON has a form for. */

import { Decimal } from "decimal.js";
import fc, { type Arbitrary } from "fast-check";
import { DateTime } from "luxon";
import { Temporal } from "temporal-polyfill";
import { datetime as dayjsDatetime, timestamp as dayjsTimestamp } from "../../src/ext/dayjs.js";
import { decimal } from "../../src/ext/decimal.js";
import { datetime as luxonDatetime, timestamp as luxonTimestamp } from "../../src/ext/luxon.js";
import { binary as pythonBinary, datetime as pythonDatetime } from "../../src/ext/python.js";
import {
  duration,
  instant,
  plainDate,
  plainDateTime,
  plainTime,
  timestamp as temporalTimestamp,
  zonedDateTime,
} from "../../src/ext/temporal.js";
import { binary } from "../../src/types/binary.js";
import { boolean } from "../../src/types/boolean.js";
import { json } from "../../src/types/json.js";
import { list } from "../../src/types/list.js";
import { map, record } from "../../src/types/map.js";
import { bigint, number } from "../../src/types/number.js";
import { oneOf } from "../../src/types/one-of.js";
import { set } from "../../src/types/set.js";
import { string, uuid } from "../../src/types/string.js";
import { datetime } from "../../src/types/time.js";
import type { Type } from "../../src/types/type.js";
import type { AnyWire } from "../../src/wire/attribute.js";
import { key, samples, scalars, text } from "./arbitraries.js";

export interface JsonSample {
  readonly name: string;
  readonly type: Type<unknown, AnyWire>;
  readonly values: Arbitrary<unknown>;
}

function sample<Local>(name: string, type: Type<Local, AnyWire>, values: Arbitrary<Local>): JsonSample {
  return { name, type: type as Type<unknown, AnyWire>, values };
}

const first = -62_167_219_200_000;
const last = 253_402_300_799_999;
const milliseconds = fc.integer({ min: first, max: last });
const seconds = fc.integer({ min: -8_640_000_000, max: 8_640_000_000 }).map((second) => second * 1000);
const nanoseconds = fc.bigInt(BigInt(first) * 1_000_000n, BigInt(last) * 1_000_000n);
const instants = nanoseconds.map((time) => Temporal.Instant.fromEpochNanoseconds(time));
const bytes = fc.uint8Array({ maxLength: 6 }).map((array) => new Uint8Array(array));
const digits = fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n);
const plain = instants.map((value) => value.toZonedDateTimeISO("UTC"));
const dayjsAt = (type: Type<unknown, AnyWire>, times: Arbitrary<number>) =>
  times.map((time) => loadTime(type, time)) as Arbitrary<never>;

/** As it loads, since Day.js objects remember how they were made. */
function loadTime(type: Type<unknown, AnyWire>, time: number): unknown {
  const made = type as Type<unknown, AnyWire> & {
    readonly [key: symbol]: { codec: { load(stored: object): unknown } };
  };
  const [definition] = Object.getOwnPropertySymbols(made);
  const { codec } = made[definition as symbol] as { codec: { load(stored: object): unknown; wire: string } };
  return codec.load(codec.wire === "N" ? { N: String(time / 1000) } : { S: new Date(time).toISOString() });
}

const extensions: readonly JsonSample[] = [
  sample(
    "decimal",
    decimal(),
    fc.tuple(digits, fc.integer({ min: -60, max: 60 })).map(([whole, power]) => new Decimal(`${whole}e${power}`)),
  ),
  sample("instant", instant(), instants),
  sample(
    "plainDate",
    plainDate(),
    plain.map((value) => value.toPlainDate()),
  ),
  sample(
    "plainTime",
    plainTime(),
    plain.map((value) => value.toPlainTime()),
  ),
  sample(
    "plainDateTime",
    plainDateTime(),
    plain.map((value) => value.toPlainDateTime()),
  ),
  sample(
    "zonedDateTime",
    zonedDateTime(),
    fc
      .tuple(fc.bigInt(-3_000_000_000n, 2_000_000_000n), fc.constantFrom("UTC", "Europe/Oslo", "Asia/Kathmandu"))
      .map(([second, zone]) => new Temporal.ZonedDateTime(second * 1_000_000_000n, zone)),
  ),
  sample(
    "duration",
    duration(),
    fc
      .record({
        years: fc.nat(99),
        days: fc.nat(999),
        hours: fc.nat(99),
        seconds: fc.nat(59),
        nanoseconds: fc.nat(999),
      })
      .map((parts) => Temporal.Duration.from(parts)),
  ),
  sample(
    "temporal timestamp",
    temporalTimestamp(),
    seconds.map((time) => Temporal.Instant.fromEpochMilliseconds(time)),
  ),
  sample(
    "luxon datetime",
    luxonDatetime(),
    milliseconds.map((time) => DateTime.fromMillis(time, { zone: "utc" })),
  ),
  sample(
    "luxon timestamp",
    luxonTimestamp(),
    seconds.map((time) => DateTime.fromMillis(time, { zone: "utc" })),
  ),
  sample("dayjs datetime", dayjsDatetime(), dayjsAt(dayjsDatetime(), milliseconds)),
  sample("dayjs timestamp", dayjsTimestamp(), dayjsAt(dayjsTimestamp(), seconds)),
  sample("python binary", pythonBinary(), bytes),
  sample(
    "python datetime",
    pythonDatetime(),
    milliseconds.map((time) => Temporal.Instant.fromEpochMilliseconds(time)),
  ),
  sample(
    "datetime of microseconds",
    datetime({ digits: 6, utc: "+00:00" }),
    milliseconds.map((time) => new Date(time)),
  ),
  sample(
    "uuid in upper case",
    uuid({ case: "upper" }),
    fc.uuid().map((id) => id.toUpperCase()),
  ),
];

interface Money {
  readonly cents: bigint;
  readonly currency: string;
}

const money = bigint().transform<Money>({
  load: (cents) => ({ cents, currency: "EUR" }),
  dump: ({ cents }) => cents,
  json: {
    toJson: ({ cents, currency }) => ({ cents: String(cents), currency }),
    fromJson(value) {
      const { cents, currency, ...rest } = value as { cents: unknown; currency: unknown };
      const isSum = typeof cents === "string" && /^-?[0-9]+$/.test(cents);
      if (!isSum || currency !== "EUR" || Object.keys(rest).length > 0) throw new TypeError("no sum of money");
      return { cents: BigInt(cents), currency };
    },
    schema: {
      type: "object",
      properties: { cents: { type: "string", pattern: "^-?[0-9]+$" }, currency: { const: "EUR" } },
      required: ["cents", "currency"],
      additionalProperties: false,
    },
  },
});
const sums = digits.map((cents): Money => ({ cents, currency: "EUR" }));

const texts = fc.uniqueArray(text, { minLength: 1, maxLength: 3 });
/** Objects whose only key looks like a tag are among them. */
const dollars = fc.dictionary(fc.constantFrom("$S", "$M", "$SS", "$", "a"), text, { maxKeys: 2 });

const others: readonly JsonSample[] = [
  ...extensions,
  sample("custom with a form of its own", money, sums),
  sample("lists of custom ones", list(money.nullable()), fc.array(fc.oneof(sums, fc.constant(null)), { maxLength: 3 })),
  sample("oneOf, told apart by JSON", oneOf(boolean(), number(), string()), fc.oneof(fc.boolean(), fc.integer(), text)),
  sample("oneOf, as texts", oneOf(string(), binary(), bigint()), fc.oneof(text, bytes, digits)),
  sample(
    "oneOf, as arrays",
    oneOf(list(string()), set(string())),
    fc.oneof(
      fc.array(text, { maxLength: 3 }),
      texts.map((all) => new Set(all)),
    ),
  ),
  sample(
    "oneOf, of objects",
    oneOf(record(string()), number()).nullable(),
    fc.oneof(dollars, fc.integer(), fc.constant(null)),
  ),
  sample("oneOf, of any JSON", oneOf(boolean(), json()), fc.oneof(fc.boolean(), fc.constantFrom("a", null, 1, [], {}))),
  sample("oneOf, of custom ones", oneOf(string(), money), fc.oneof(text, sums)),
  sample("empty sets", set(number()), fc.constant(new Set<number>())),
  sample(
    "empty sets in maps",
    map({ of: set(string()), by: record(set(string())) }),
    fc.record({ of: fc.constant(new Set<string>()), by: fc.dictionary(key, fc.constant(new Set<string>())) }),
  ),
  sample("objects that look like tags", record(record(string())), fc.dictionary(key, dollars, { maxKeys: 2 })),
];

export const all: readonly JsonSample[] = [...(scalars as readonly JsonSample[]), ...others];

export const anySample: Arbitrary<JsonSample> = fc.oneof(
  { weight: 3, arbitrary: samples as Arbitrary<JsonSample> },
  { weight: 1, arbitrary: fc.constantFrom(...all) },
);
