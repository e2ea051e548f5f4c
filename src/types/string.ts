/** Text: `string()`, one of some strings, and `uuid()`. */

import { InvalidModel } from "../errors.js";
import { describeValue, didYouMean, print, printList } from "../util/print.js";
import { expected, Misfit } from "./codec/context.js";
import type { JsonForm, Outline } from "./codec/outline.js";
import { scalarCodec } from "./codec/scalar.js";
import { otherSpelling } from "./codec/spelling.js";
import { makeType, type Type } from "./type.js";

/**
 * Text, stored as S. If values are given, loading or saving any other text is an error.
 *
 * @example
 * string()
 * string("sale", "refund")
 */
export function string(): Type<string, "S">;
export function string<const V extends string>(...oneOf: V[]): Type<V, "S">;
export function string(...oneOf: string[]): Type<string, "S"> {
  if (oneOf.length === 0) return makeType(textCodec("string", { form: { type: "string" } }, assertText));
  const allowed = new Set(oneOf);
  const check = (value: unknown): string => {
    const text = assertText(value);
    if (allowed.has(text)) return text;
    throw new Misfit(`expected ${printList(oneOf, "or")}, got ${describeValue(text)}${didYouMean(text, oneOf)}`);
  };
  return makeType(textCodec("string", { form: { type: "string", enum: [...allowed] } }, check));
}

/**
 * A UUID as RFC 9562 writes it, stored as S, in lower case by default. A column loads both cases; a key column, only
 * the case that it writes.
 *
 * @example
 * uuid()
 * uuid({ case: "upper" })
 */
export function uuid(options: { case?: "lower" | "upper" } = {}): Type<string, "S"> {
  const letters = options.case ?? "lower";
  if (letters !== "lower" && letters !== "upper")
    throw new InvalidModel(`uuid() has the case "lower" or "upper", got ${print(letters)}.`);
  const write = letters === "lower" ? lower : upper;
  const check = (value: unknown): string => {
    const text = assertText(value);
    if (!uuidPattern.test(text)) throw expected("a UUID such as 6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b", value);
    return write(text);
  };
  const loadKey = (stored: string): string => {
    const text = check(stored);
    if (text === stored) return text;
    throw otherSpelling(lower(stored) === stored ? "uuid()" : upper(stored) === stored ? upperUuid : undefined);
  };
  return makeType(textCodec("uuid", { options: { case: letters }, form: uuidForm }, check, loadKey));
}

const lower = (text: string): string => text.toLowerCase();
const upper = (text: string): string => text.toUpperCase();
const upperUuid = 'uuid({ case: "upper" })';

const uuidPattern = /^[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}$/;
const uuidForm: JsonForm = { type: "string", format: "uuid", pattern: uuidPattern.source };

function textCodec(
  name: string,
  outline: Outline<never>,
  check: (value: unknown) => string,
  loadKey: (stored: string) => string = check,
) {
  return scalarCodec<"S", string>(name, "S", check, (value) => ({ S: check(value) }), {
    loadKey,
    isStored: (value, stored) => value === stored,
    outline,
  });
}

/** A string that UTF-8 can hold: half of a surrogate pair would be stored as another character. */
export function assertText(value: unknown): string {
  if (typeof value !== "string") throw expected("a string", value);
  if (!value.isWellFormed()) {
    throw new Misfit(
      `${describeValue(value)} holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()`,
    );
  }
  return value;
}
