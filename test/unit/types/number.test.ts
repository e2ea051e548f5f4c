import { expect, test } from "vitest";
import { bigint, integer, number } from "../../../src/types/number.js";
import { dump, load, table } from "../codec.js";

const nines = "9".repeat(38);
const inexact = (text: string) =>
  `the stored number ${text} does not fit a JavaScript number exactly; declare the column with bigint(), or with decimal() of bloop-dynamodb/ext/decimal`;

table("number", number(), {
  both: [
    [0, { N: "0" }],
    [-1.5, { N: "-1.5" }],
    [0.1, { N: "0.1" }],
    [1e-7, { N: "1e-7" }],
    [1.25e125, { N: "1.25e+125" }],
    [Number.MAX_SAFE_INTEGER, { N: "9007199254740991" }],
  ],
  loads: [
    [{ N: "1E+3" }, 1000],
    [{ N: "-1.50" }, -1.5],
    [{ N: "-0" }, 0],
    [{ N: "0E-130" }, 0],
    [{ N: "0001.000" }, 1],
    [{ N: ".5" }, 0.5],
    [{ N: "5." }, 5],
    [{ N: "+5" }, 5],
    [{ N: "1E-130" }, 1e-130],
    [{ N: "1E125" }, 1e125],
    // A double, and the nearest one (D22).
    [{ N: "0.1234567890123456789" }, 0.12345678901234568],
    [{ N: "98777.777788777774" }, 98777.77778877778],
    [{ N: "9007199254740993.5" }, 9007199254740994],
    [{ N: "-1.0000000000000000000000000000000000001" }, -1],
  ],
  dumps: [[-0, { N: "0" }]],
  refusesToLoad: [
    [{ N: "9007199254740993" }, inexact("9007199254740993")],
    [{ N: "9007199254740993.0" }, inexact("9007199254740993.0")],
    [{ N: nines }, inexact(nines)],
    // Exactly a double, but one that prints as 1.1805916207174113e+21 and would be written back so.
    [{ N: "1180591620717411303424" }, inexact("1180591620717411303424")],
    [{ N: "" }, `"" is not a number`],
    [{ N: "." }, `"." is not a number`],
    [{ N: "e5" }, `"e5" is not a number`],
    [{ N: "NaN" }, `"NaN" is not a number`],
    [{ N: "Infinity" }, `"Infinity" is not a number`],
    [{ N: "0x10" }, `"0x10" is not a number`],
    [{ N: " 1" }, `" 1" is not a number`],
    [{ N: "1\n" }, `"1\\n" is not a number`],
    [{ N: "1,5" }, `"1,5" is not a number`],
    [{ N: "1_000" }, `"1_000" is not a number`],
    [{ N: "1E126" }, "DynamoDB can't hold the number 1E126: its exponent is 126; DynamoDB holds -130 to 125"],
    [{ S: "1" }, `the stored value has DynamoDB's type S, not N: {"S":"1"}`],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [Number.NaN, "expected a finite number, got NaN"],
    [Number.POSITIVE_INFINITY, "expected a finite number, got Infinity"],
    [Number.NEGATIVE_INFINITY, "expected a finite number, got -Infinity"],
    [1n, "expected a finite number, got 1n"],
    ["1", `expected a finite number, got "1"`],
    [new Number(1), "expected a finite number, got 1"],
    [1e126, "DynamoDB can't hold the number 1e+126: its exponent is 126; DynamoDB holds -130 to 125"],
    [5e-324, "DynamoDB can't hold the number 5e-324: its exponent is -324; DynamoDB holds -130 to 125"],
    [9.9e-131, "DynamoDB can't hold the number 9.9e-131: its exponent is -131; DynamoDB holds -130 to 125"],
  ],
});

table("exact number", number({ inexact: "error" }), {
  both: [[0.1, { N: "0.1" }]],
  loads: [[{ N: "1E+3" }, 1000]],
  refusesToLoad: [
    [{ N: "0.1234567890123456789" }, inexact("0.1234567890123456789")],
    [{ N: "9007199254740993" }, inexact("9007199254740993")],
  ],
});

table("integer", integer(), {
  both: [
    [42, { N: "42" }],
    [-9007199254740991, { N: "-9007199254740991" }],
  ],
  loads: [
    [{ N: "1E+3" }, 1000],
    [{ N: "10.0" }, 10],
    [{ N: "-0.0" }, 0],
  ],
  dumps: [[-0, { N: "0" }]],
  refusesToLoad: [
    [{ N: "1.5" }, `expected a whole number, got "1.5"`],
    [{ N: "9007199254740993" }, inexact("9007199254740993")],
    [
      { N: "9007199254740992" },
      "9007199254740992 is past ±(2^53 - 1), where JavaScript numbers skip; declare the column with bigint()",
    ],
  ],
  refusesToDump: [
    [1.5, "expected a whole number, got 1.5"],
    [Number.NaN, "expected a whole number, got NaN"],
    ["1", `expected a whole number, got "1"`],
    [null, "expected a whole number, got null; declare the column with nullable() to store NULL"],
    [2 ** 53, "9007199254740992 is past ±(2^53 - 1), where JavaScript numbers skip; declare the column with bigint()"],
  ],
});

table("bigint", bigint(), {
  both: [
    [0n, { N: "0" }],
    [BigInt(nines), { N: nines }],
    [-BigInt(nines), { N: `-${nines}` }],
    [9007199254740993n, { N: "9007199254740993" }],
  ],
  loads: [
    [{ N: "1E+3" }, 1000n],
    [{ N: "-0" }, 0n],
    [{ N: "12.50E1" }, 125n],
    [{ N: "1E125" }, 10n ** 125n],
  ],
  refusesToLoad: [
    [{ N: "0.5" }, "the stored number 0.5 is not whole"],
    [{ N: "1E-130" }, "the stored number 1E-130 is not whole"],
    [{ N: "ten" }, `"ten" is not a number`],
    [{ S: "10" }, `the stored value has DynamoDB's type S, not N: {"S":"10"}`],
  ],
  refusesToDump: [
    [1, "expected a bigint, got 1"],
    [
      10n ** 38n + 1n,
      "DynamoDB can't hold the number 100000000000000000000000000000000000001: it has 39 significant digits; DynamoDB holds 38",
    ],
    [
      10n ** 126n,
      `DynamoDB can't hold the number 1${"0".repeat(126)}: its exponent is 126; DynamoDB holds -130 to 125`,
    ],
  ],
});

test("a bigint of many zeros is within 38 digits", () => {
  const value = 12n * 10n ** 120n;
  const dumped = dump(bigint(), value);
  expect(dumped).toEqual({ N: `12${"0".repeat(120)}` });
  expect(dumped && load(bigint(), dumped)).toBe(value);
});
