/** `bloop-dynamodb/ext/decimal`: decimal.js's Decimal. Knows how to build and print it exactly; nothing of models. */

import { Decimal } from "decimal.js";
import { expected, Misfit } from "../types/codec/context.js";
import type { Outline } from "../types/codec/outline.js";
import { scalarCodec } from "../types/codec/scalar.js";
import { checkedNumber } from "../types/number.js";
import { makeType, type Type } from "../types/type.js";
import { parseDecimal, sameNumber } from "../wire/decimal.js";

/**
 * A Decimal of decimal.js, stored as N: every number that DynamoDB holds, to its 38th digit. `Decimal.precision` and
 * `Decimal.rounding` do not affect loaded or stored values; they are for your own arithmetic.
 *
 * @example
 * const Receipt = model("Receipt", { id: uuid().hashKey(), total: decimal().required() });
 */
export function decimal(): Type<Decimal, "N"> {
  return makeType(
    scalarCodec("decimal", "N", loadDecimal, (value: Decimal) => ({ N: dumpDecimal(value) }), { outline }),
  );
}

const outline: Outline<never> = {
  form: { type: "string", pattern: "^-?\\d{1,200}(?:\\.\\d{1,200})?(?:[Ee][+-]?\\d{1,3})?$" },
};

function loadDecimal(stored: string): Decimal {
  const { negative, digits, exponent } = parseDecimal(checkedNumber(stored)) ?? zero;
  // The constructor keeps all digits, whatever the precision is. But beyond minE and maxE it gives 0 and Infinity.
  const loaded = new Decimal(digits === "" ? 0 : `${negative ? "-" : ""}0.${digits}e${exponent + 1}`);
  if (sameNumber(loaded.toString(), stored)) return loaded;
  throw new Misfit(
    `the stored number ${stored} is beyond the exponents that this program lets a Decimal have; widen its minE and maxE with Decimal.set()`,
  );
}

const zero = { negative: false, digits: "", exponent: 0 };

function dumpDecimal(value: Decimal): string {
  if (!Decimal.isDecimal(value)) throw expected("a Decimal", value);
  if (!value.isFinite()) throw expected("a finite Decimal", value);
  return checkedNumber(value.toString());
}
