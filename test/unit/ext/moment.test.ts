/** What a library's objects have in common: whether one is stored is found out without dumping it. */

import dayjs from "dayjs";
import utc from "dayjs/plugin/utc.js";
import { DateTime } from "luxon";
import { describe, expect, test } from "vitest";
import * as ofDayjs from "../../../src/ext/dayjs.js";
import * as ofLuxon from "../../../src/ext/luxon.js";
import { type AnyType, definitionOf } from "../../../src/types/type.js";

dayjs.extend(utc);
const time = "2026-01-31T12:34:56.789Z";
const offset = "2026-01-31T13:34:56.789+01:00";

describe.each<[string, AnyType, (text: string) => unknown, unknown]>([
  ["dayjs", ofDayjs.datetime(), (text) => dayjs.utc(text), dayjs("soon")],
  ["luxon", ofLuxon.datetime(), (text) => DateTime.fromISO(text), DateTime.invalid("why not")],
])("of %s", (_, type, make, invalid) => {
  const { isStored } = definitionOf(type).codec;

  test.each<[string, unknown, string, boolean]>([
    ["the same moment is", make(time), time, true],
    ["the same moment of another zone is", make(offset), time, true],
    ["another moment is not", make("2026-01-31T12:34:56.788Z"), time, false],
    ["what is stored with an offset is left to be dumped", make(time), offset, false],
    ["an invalid one is not", invalid, time, false],
    ["an object of another library is not", new Date(time), time, false],
    ["a text is not", time, time, false],
  ])("%s", (__, value, stored, expected) => {
    expect(isStored?.(value, { S: stored })).toBe(expected);
  });
});
