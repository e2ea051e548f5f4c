/** Numbers: `number()`, a double; `integer()` and `bigint()`, whole numbers, exact or an error. */

import { describeValue } from "../util/print.js";
import { exactDouble, numberProblem, parseDecimal, shortDouble, wholeDigits } from "../wire/decimal.js";
import type { Sums } from "./codec/codec.js";
import { expected, Misfit } from "./codec/context.js";
import type { JsonForm } from "./codec/outline.js";
import { scalarCodec } from "./codec/scalar.js";
import { makeType, plainTraits, type Type } from "./type.js";

/** The options of number(). */
interface NumberOptions {
  /**
   * For a stored fraction with more digits than a JavaScript number holds. "error": loading it is an error. "nearest":
   * it loads as the nearest JavaScript number, and the stored value stays as it is until another number is assigned.
   * Default: "nearest".
   */
  inexact?: "nearest" | "error";
}

/**
 * A JavaScript number (a double), stored as N. Loading a whole number beyond ±(2^53 - 1) that a double can't hold is an
 * error.
 *
 * @example
 * number()
 * number({ inexact: "error" }) // never rounded: add() takes whole numbers only
 */
export function number(options: NumberOptions = {}): Type<number, "N"> {
  const isExact = options.inexact === "error";
  const codec = scalarCodec(
    "number",
    "N",
    isExact ? loadDouble : loadNearest,
    (value: number) => ({ N: dumpDouble(value) }),
    { isStored: isDouble, outline: { options: { inexact: isExact ? "error" : "nearest" }, form: { type: "number" } } },
  );
  const loads = isExact ? (sum: string) => exactDouble(sum) !== undefined : undefined;
  return makeType({ ...codec, sums: { ...wholeSums, loadsMore: true, loads } });
}

const wholeSums: Sums = { most: Number.MAX_SAFE_INTEGER };
const wholeForm: JsonForm = { type: "integer", minimum: Number.MIN_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER };

/** The type that integer() returns. */
export interface Integer extends Type<number, "N"> {
  /**
   * Optimistic locking: 1 after the first save, then checked and raised by one by every write. A model can have one
   * version column.
   *
   * @example
   * const Account = model("Account", { id: uuid().hashKey(), balance: number(), version: integer().version() });
   */
  version(): Type<number, "N", "default" | "version">;
}

/** A whole JavaScript number within ±(2^53 - 1), stored as N. */
export function integer(): Integer {
  const codec = {
    ...scalarCodec(
      "integer",
      "N",
      (stored) => assertWhole(loadDouble(stored), stored),
      (value: number) => ({ N: dumpDouble(assertWhole(value, value)) }),
      { isStored: isDouble, outline: { form: wholeForm } },
    ),
    sums: wholeSums,
  };
  return Object.freeze({
    ...makeType<Type<number, "N">>(codec),
    version: () => makeType<ReturnType<Integer["version"]>>(codec, { ...plainTraits, version: true }),
  });
}

/** A whole number of up to 38 digits, stored as N. */
export function bigint(): Type<bigint, "N"> {
  return makeType(
    scalarCodec(
      "bigint",
      "N",
      loadBigint,
      (value: bigint) => {
        if (typeof value !== "bigint") throw expected("a bigint", value);
        return { N: checkedNumber(String(value)) };
      },
      { outline: { form: { type: "string", pattern: "^-?(?:0|[1-9][0-9]{0,125})$" } } },
    ),
  );
}

/**
 * Whether a number is stored as this text. It may answer false for a long text.
 *
 * @internal
 */
export function isDouble(value: unknown, stored: string): boolean {
  return typeof value === "number" && value === shortDouble(stored);
}

function loadNearest(stored: string): number {
  const short = shortDouble(stored);
  if (short !== undefined) return short;
  const decimal = parseDecimal(checkedNumber(stored));
  // Every digit of a whole number counts: it may be an identifier.
  return decimal === undefined || wholeDigits(decimal) !== undefined ? loadDouble(stored) : Number(stored);
}

/** The stored number, exactly. */
export function loadDouble(stored: string): number {
  const short = shortDouble(stored);
  if (short !== undefined) return short;
  checkedNumber(stored);
  const double = exactDouble(stored);
  if (double !== undefined) return double;
  throw new Misfit(
    `the stored number does not fit a JavaScript number exactly; declare the column with bigint(), or with decimal() of bloop-dynamodb/ext/decimal`,
  );
}

export function dumpDouble(value: unknown): string {
  if (typeof value !== "number" || !Number.isFinite(value)) throw expected("a finite number", value);
  // A double has no more digits than DynamoDB holds. Only the largest and smallest doubles exceed its exponents.
  if (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126) return String(value);
  return checkedNumber(String(value === 0 ? 0 : value));
}

function loadBigint(stored: string): bigint {
  const decimal = parseDecimal(checkedNumber(stored));
  const digits = decimal === undefined ? undefined : wholeDigits(decimal);
  if (digits === undefined) throw new Misfit("the stored number is not whole");
  return BigInt(digits);
}

/** The text of a number, if DynamoDB can hold it. */
export function checkedNumber(text: string): string {
  const decimal = parseDecimal(text);
  if (decimal === undefined) throw new Misfit(`${describeValue(text)} is not a number`);
  const problem = numberProblem(decimal);
  if (problem !== undefined) throw new Misfit(`DynamoDB can't hold the number: ${problem}`);
  return text;
}

function assertWhole(value: number, shown: unknown): number {
  if (Number.isSafeInteger(value)) return value;
  if (typeof value !== "number" || !Number.isInteger(value)) throw expected("a whole number", shown);
  throw new Misfit(`the number is past ±(2^53 - 1), where JavaScript numbers skip; declare the column with bigint()`);
}
