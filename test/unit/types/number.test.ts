import { expect, test } from "vitest";
import { bigint, integer, number } from "../../../src/types/number.js";
import { dump, load, table } from "../codec.js";

const nines = "9".repeat(38);
const inexact = `the stored number does not fit a JavaScript number exactly; declare the column with bigint(), or with decimal() of bloop-dynamodb/ext/decimal`;

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
    [{ N: "9007199254740993" }, inexact],
    [{ N: "9007199254740993.0" }, inexact],
    [{ N: nines }, inexact],
    // Exactly a double, but one that prints as 1.1805916207174113e+21 and would be written back so.
    [{ N: "1180591620717411303424" }, inexact],
    [{ N: "" }, "an empty text is not a number"],
    [{ N: "." }, "a text of 1 character is not a number"],
    [{ N: "e5" }, "a text of 2 characters is not a number"],
    [{ N: "NaN" }, "a text of 3 characters is not a number"],
    [{ N: "Infinity" }, "a text of 8 characters is not a number"],
    [{ N: "0x10" }, "a text of 4 characters is not a number"],
    [{ N: " 1" }, "a text of 2 characters is not a number"],
    [{ N: "1\n" }, "a text of 2 characters is not a number"],
    [{ N: "1,5" }, "a text of 3 characters is not a number"],
    [{ N: "1_000" }, "a text of 5 characters is not a number"],
    [{ N: "1E126" }, "DynamoDB can't hold the number: its exponent is 126; DynamoDB holds -130 to 125"],
    [{ S: "1" }, "the stored value has DynamoDB's type S, not N: a text of 1 character"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [Number.NaN, "expected a finite number, got NaN"],
    [Number.POSITIVE_INFINITY, "expected a finite number, got Infinity"],
    [Number.NEGATIVE_INFINITY, "expected a finite number, got -Infinity"],
    [1n, "expected a finite number, got a bigint"],
    ["1", "expected a finite number, got a text of 1 character"],
    [new Number(1), "expected a finite number, got an object of Number"],
    [1e126, "DynamoDB can't hold the number: its exponent is 126; DynamoDB holds -130 to 125"],
    [5e-324, "DynamoDB can't hold the number: its exponent is -324; DynamoDB holds -130 to 125"],
    [9.9e-131, "DynamoDB can't hold the number: its exponent is -131; DynamoDB holds -130 to 125"],
  ],
});

table("exact number", number({ inexact: "error" }), {
  both: [[0.1, { N: "0.1" }]],
  loads: [[{ N: "1E+3" }, 1000]],
  refusesToLoad: [
    [{ N: "0.1234567890123456789" }, inexact],
    [{ N: "9007199254740993" }, inexact],
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
    [{ N: "1.5" }, "expected a whole number, got a text of 3 characters"],
    [{ N: "9007199254740993" }, inexact],
    [
      { N: "9007199254740992" },
      "the number is past ±(2^53 - 1), where JavaScript numbers skip; declare the column with bigint()",
    ],
  ],
  refusesToDump: [
    [1.5, "expected a whole number, got a number with a fraction"],
    [Number.NaN, "expected a whole number, got NaN"],
    ["1", "expected a whole number, got a text of 1 character"],
    [null, "expected a whole number, got null; declare the column with nullable() to store NULL"],
    [2 ** 53, "the number is past ±(2^53 - 1), where JavaScript numbers skip; declare the column with bigint()"],
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
    [{ N: "0.5" }, "the stored number is not whole"],
    [{ N: "1E-130" }, "the stored number is not whole"],
    [{ N: "ten" }, "a text of 3 characters is not a number"],
    [{ S: "10" }, "the stored value has DynamoDB's type S, not N: a text of 2 characters"],
  ],
  refusesToDump: [
    [1, "expected a bigint, got a number"],
    [10n ** 38n + 1n, "DynamoDB can't hold the number: it has 39 significant digits; DynamoDB holds 38"],
    [10n ** 126n, `DynamoDB can't hold the number: its exponent is 126; DynamoDB holds -130 to 125`],
  ],
});

test("a bigint of many zeros is within 38 digits", () => {
  const value = 12n * 10n ** 120n;
  const dumped = dump(bigint(), value);
  expect(dumped).toEqual({ N: `12${"0".repeat(120)}` });
  expect(dumped && load(bigint(), dumped)).toBe(value);
});
