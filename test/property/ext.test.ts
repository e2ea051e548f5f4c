import dayjs from "dayjs";
import fc from "fast-check";
import { DateTime } from "luxon";
import { Temporal } from "temporal-polyfill";
import { expect, test } from "vitest";
import { datetime as dayjsDatetime } from "../../src/ext/dayjs.js";
import { datetime as luxonDatetime } from "../../src/ext/luxon.js";
import { duration, instant, plainDate, plainDateTime, plainTime, zonedDateTime } from "../../src/ext/temporal.js";
import { datetime } from "../../src/types/time.js";
import type { AnyType } from "../../src/types/type.js";
import { dump, load } from "../unit/codec.js";

const first = -62_167_219_200_000;
const last = 253_402_300_799_999;
const milliseconds = fc.integer({ min: first, max: last });
const nanoseconds = fc.bigInt(BigInt(first) * 1_000_000n, BigInt(last) * 1_000_000n);
const instants = nanoseconds.map((time) => Temporal.Instant.fromEpochNanoseconds(time));
/** Zones with half hours, with two clock changes a year, with a day left out, and with seconds in old offsets. */
const zones = fc.constantFrom(
  "UTC",
  "Europe/Oslo",
  "Asia/Kathmandu",
  "Australia/Lord_Howe",
  "Pacific/Apia",
  "Africa/Monrovia",
  "America/New_York",
  "-03:30",
);

/** Near the years in which zones change their offsets, so that doubled hours come up. */
const recent = fc.bigInt(-3_000_000_000n, 2_000_000_000n).map((seconds) => seconds * 1_000_000_000n);

function stored(type: AnyType, value: unknown): string {
  const dumped = dump(type, value);
  if (dumped === undefined || !("S" in dumped)) throw new Error("It is stored as a text.");
  return dumped.S;
}

test("instants keep their nanoseconds, and sort", () => {
  fc.assert(
    fc.property(instants, instants, (left, right) => {
      const text = stored(instant(), left);
      expect(text).toHaveLength(30);
      expect(Temporal.Instant.compare(Temporal.Instant.from(String(load(instant(), { S: text }))), left)).toBe(0);
      const order = Temporal.Instant.compare(left, right);
      expect(text < stored(instant(), right)).toBe(order < 0);
    }),
  );
});

test("zoned times keep instant and zone", () => {
  fc.assert(
    fc.property(fc.oneof(nanoseconds, recent), zones, (time, zone) => {
      const value = new Temporal.ZonedDateTime(time, zone);
      fc.pre(value.year >= 0 && value.year <= 9999);
      const loaded = load(zonedDateTime(), { S: stored(zonedDateTime(), value) });
      if (!(loaded instanceof Temporal.ZonedDateTime)) throw new Error("It loads a ZonedDateTime.");
      expect([loaded.epochNanoseconds, loaded.timeZoneId]).toEqual([time, zone]);
    }),
    { numRuns: 500 },
  );
});

test("plain dates and times keep every field, and sort", () => {
  const zoned = instants.map((time) => time.toZonedDateTimeISO("UTC"));
  fc.assert(
    fc.property(zoned, zoned, (left, right) => {
      for (const [type, one, other] of [
        [plainDate(), left.toPlainDate(), right.toPlainDate()],
        [plainTime(), left.toPlainTime(), right.toPlainTime()],
        [plainDateTime(), left.toPlainDateTime(), right.toPlainDateTime()],
      ] as const) {
        const [text, next] = [stored(type, one), stored(type, other)];
        const loaded = load(type, { S: text });
        expect(String(loaded)).toBe(String(one));
        expect(Object.prototype.toString.call(loaded)).toBe(Object.prototype.toString.call(one));
        expect(text.length).toBe(next.length);
      }
      const [one, other] = [left.toPlainDateTime(), right.toPlainDateTime()];
      const ordered = Temporal.PlainDateTime.compare(one, other) < 0;
      expect(stored(plainDateTime(), one) < stored(plainDateTime(), other)).toBe(ordered);
    }),
  );
});

test("durations keep their length and their larger units", () => {
  const unit = fc.nat(1_000_000);
  const fields = fc.record({
    years: unit,
    months: unit,
    weeks: unit,
    days: unit,
    hours: unit,
    minutes: unit,
    seconds: unit,
    milliseconds: fc.nat(),
    microseconds: fc.nat(),
    nanoseconds: fc.nat(),
  });
  const below = (value: Temporal.Duration): bigint =>
    BigInt(value.nanoseconds) +
    1000n * (BigInt(value.microseconds) + 1000n * (BigInt(value.milliseconds) + 1000n * BigInt(value.seconds)));
  fc.assert(
    fc.property(fields, fc.boolean(), (parts, negated) => {
      const value = negated ? Temporal.Duration.from(parts).negated() : Temporal.Duration.from(parts);
      const loaded = load(duration(), { S: stored(duration(), value) });
      if (!(loaded instanceof Temporal.Duration)) throw new Error("It loads a Duration.");
      for (const name of ["years", "months", "weeks", "days", "hours", "minutes"] as const) {
        expect(loaded[name] === value[name]).toBe(true);
      }
      expect(below(loaded)).toBe(below(value));
    }),
  );
});

test("Luxon and Day.js store what the core datetime() stores, from any zone", () => {
  const offsets = fc.integer({ min: -14 * 60, max: 14 * 60 });
  fc.assert(
    fc.property(milliseconds, zones, offsets, (time, zone, offset) => {
      const text = stored(datetime(), new Date(time));
      const iana = zone.startsWith("-") ? "utc" : zone;
      expect(stored(luxonDatetime(), DateTime.fromMillis(time, { zone: iana }))).toBe(text);
      expect(Number(load(luxonDatetime({ zone: iana }), { S: text }))).toBe(time);
      expect(stored(dayjsDatetime(), dayjs.utc(time))).toBe(text);
      expect(Number(load(dayjsDatetime(), { S: text }))).toBe(time);
      // A Day.js offset of at most 16 is taken for hours.
      if (Math.abs(offset) > 16) expect(stored(dayjsDatetime(), dayjs.utc(time).utcOffset(offset))).toBe(text);
    }),
  );
});
