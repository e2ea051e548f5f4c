/** A key column loads what it writes itself; of any other spelling, it says which type writes that. */

import { describe, expect, test } from "vitest";
import { datetime as dayjsDatetime } from "../../../src/ext/dayjs.js";
import { datetime as luxonDatetime } from "../../../src/ext/luxon.js";
import { datetime as pythonDatetime } from "../../../src/ext/python.js";
import { duration, instant, plainTime } from "../../../src/ext/temporal.js";
import { keyLoad } from "../../../src/types/codec/spelling.js";
import { json } from "../../../src/types/json.js";
import { integer, number } from "../../../src/types/number.js";
import { string, uuid } from "../../../src/types/string.js";
import { datetime, timestamp } from "../../../src/types/time.js";
import { type AnyType, definitionOf } from "../../../src/types/type.js";
import type { Attribute } from "../../../src/wire/attribute.js";
import { misfit } from "../codec.js";

const id = "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b";
const lowered = () => string().transform({ load: (text) => text.toLowerCase(), dump: (text) => text });
const loadOnly = () =>
  string().transform({
    load: (text) => text,
    dump: () => {
      throw new TypeError("it is only loaded");
    },
  });
const floored = datetime({ fractions: "floor" });

const loads: readonly (readonly [name: string, type: AnyType, attribute: Attribute])[] = [
  ["string()", string(), { S: "Any Text" }],
  ["uuid()", uuid(), { S: id }],
  ["upper uuid()", uuid({ case: "upper" }), { S: id.toUpperCase() }],
  ["datetime()", datetime(), { S: "2026-01-31T12:34:56.789Z" }],
  ["datetime(), 0 digits", datetime({ digits: 0 }), { S: "2026-01-31T12:34:56Z" }],
  ["datetime(), 9 digits", datetime({ digits: 9 }), { S: "2026-01-31T12:34:56.789000000Z" }],
  ["datetime() of Python", datetime({ digits: 6, utc: "+00:00" }), { S: "2026-01-31T12:34:56.789000+00:00" }],
  ["instant()", instant(), { S: "2026-01-31T12:34:56.789012345Z" }],
  ["instant(), 6 digits", instant({ digits: 6 }), { S: "2026-01-31T12:34:56.789012Z" }],
  ["Python's datetime()", pythonDatetime(), { S: "2026-01-31T12:34:56.789012+00:00" }],
  ["Luxon's datetime()", luxonDatetime({ digits: 0 }), { S: "2026-01-31T12:34:56Z" }],
  ["Day.js's datetime()", dayjsDatetime({ utc: "+00:00" }), { S: "2026-01-31T12:34:56.789+00:00" }],
  // DynamoDB takes these for the same key.
  ["number()", number(), { N: "1.50" }],
  ["integer()", integer(), { N: "1E3" }],
  ["timestamp()", timestamp(), { N: "5.0" }],
  ["a transform", lowered(), { S: "lower" }],
];

test.each(loads.map(([name, ...rest]) => [`${name} loads ${JSON.stringify(rest[1])}`, ...rest] as const))(
  "%s",
  (_, type, attribute) => {
    const { codec } = definitionOf(type);
    expect(keyLoad(codec)(attribute)).toEqual(codec.load(attribute));
  },
);

const refuses: readonly (readonly [name: string, type: AnyType, attribute: Attribute, declaration: string])[] = [
  ["uuid()", uuid(), { S: id.toUpperCase() }, 'uuid({ case: "upper" })'],
  ["uuid()", uuid(), { S: `${id.slice(0, 20)}${id.slice(20).toUpperCase()}` }, "string()"],
  ["upper uuid()", uuid({ case: "upper" }), { S: id }, "uuid()"],
  ["datetime()", datetime(), { S: "2026-01-31T12:34:56Z" }, "datetime({ digits: 0 })"],
  ["datetime()", datetime(), { S: "2026-01-31T12:34:56.789000+00:00" }, 'datetime({ digits: 6, utc: "+00:00" })'],
  ["datetime()", datetime(), { S: "2026-01-31T12:34:56.789+00:00" }, 'datetime({ utc: "+00:00" })'],
  ["datetime()", datetime(), { S: "2026-01-31T12:34:56.7Z" }, "datetime({ digits: 1 })"],
  ["datetime()", datetime(), { S: "2026-01-31T13:34:56.789+01:00" }, "string()"],
  ["datetime()", datetime(), { S: "2026-01-31T12:34Z" }, "string()"],
  ["datetime()", datetime(), { S: "2026-01-31 12:34:56.789Z" }, "string()"],
  ["datetime()", datetime(), { S: "2026-01-31T12:34:56.789z" }, "string()"],
  ["datetime(), 0 digits", datetime({ digits: 0 }), { S: "2026-01-31T12:34:56.789Z" }, "datetime()"],
  ["datetime(), floored", floored, { S: "2026-01-31T12:34:56.789123Z" }, "string()"],
  ["instant()", instant(), { S: "2026-01-31T12:34:56.789Z" }, "instant({ digits: 3 })"],
  ["instant()", instant(), { S: "2026-01-31T12:34:56+00:00" }, 'instant({ digits: 0, utc: "+00:00" })'],
  ["instant(), 6 digits", instant({ digits: 6 }), { S: "2026-01-31T12:34:56.789012345Z" }, "instant()"],
  ["Python's datetime()", pythonDatetime(), { S: "2026-01-31T12:34:56.789012Z" }, "instant({ digits: 6 })"],
  ["Luxon's datetime()", luxonDatetime(), { S: "2026-01-31T12:34:56Z" }, "datetime({ digits: 0 })"],
  ["Day.js's datetime()", dayjsDatetime(), { S: "2026-01-31T12:34:56Z" }, "datetime({ digits: 0 })"],
  ["plainTime()", plainTime(), { S: "09:30" }, "string()"],
  ["duration()", duration(), { S: "PT0.001500S" }, "string()"],
  ["json()", json(), { S: '{ "a": 1 }' }, "string()"],
  ["timestamp(), floored", timestamp({ fractions: "floor" }), { N: "1.5" }, "as it is stored"],
  ["a transform", lowered(), { S: "Upper" }, "string()"],
  ["a transform that dumps nothing that it loads", loadOnly(), { S: "Upper" }, "string()"],
  ["a nullable uuid()", uuid().nullable(), { S: id.toUpperCase() }, "as it is stored"],
];

test.each(
  refuses.map(([name, ...rest]) => [`${name} refuses ${JSON.stringify(rest[1])}, for ${rest[2]}`, ...rest] as const),
)("%s", (_, type, attribute, declaration) => {
  const { codec } = definitionOf(type);
  // In other columns it loads.
  codec.load(attribute);
  const { message } = misfit(() => keyLoad(codec)(attribute));
  expect(message).toContain("another spelling");
  expect(message).toContain(declaration);
});

describe("options that can't be", () => {
  test.each([
    () => uuid({ case: "Upper" as never }),
    () => datetime({ digits: -1 }),
    () => datetime({ digits: 1.5 }),
    () => datetime({ digits: 10 }),
    () => datetime({ utc: "UTC" as never }),
    () => datetime({ fractions: "ceil" as never }),
    () => instant({ digits: "6" as never }),
    () => luxonDatetime({ digits: 12 }),
    () => dayjsDatetime({ zone: "Europe/Olso" }),
  ])("%s", (make) => expect(make).toThrow(/^(uuid|datetime|instant)\(\) /));
});
