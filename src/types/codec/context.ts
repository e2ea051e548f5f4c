/** The reason why a value does not fit, and the path to it. Models add the column, the key and the item. */

import { brand, isInstance, type SharedClass } from "../../util/core.js";
import { describeValue } from "../../util/print.js";
import { type Attribute, type Tag, tagOf } from "../../wire/attribute.js";
import { countBytes, isBinary } from "../../wire/binary.js";

/** One part of a path: a property's name, or an index of a list. */
export type Step = string | number;

/** Thrown by a type's load and dump. Each container that it passes through puts its own step in front of the path. */
export class Misfit extends Error {
  static readonly kind = "Misfit";
  static readonly brand: string = brand;
  override readonly name = "Misfit";
  readonly path: readonly Step[];

  constructor(reason: string, options: { path?: readonly Step[]; cause?: unknown } = {}) {
    super(reason, options.cause === undefined ? {} : { cause: options.cause });
    this.path = options.path ?? [];
  }

  /** The error may come from a second copy of the same build of bloop. */
  static override [Symbol.hasInstance](this: SharedClass, value: unknown): boolean {
    return isInstance(this, value);
  }
}

/** The misfit as its container sees it: one step further out. Any other thrown error becomes a misfit too. */
export function within(step: Step, error: unknown): Misfit {
  const { message, path, cause } = misfitOf(error);
  return new Misfit(message, { path: [step, ...path], cause });
}

/** Any thrown value as a misfit. A custom type may throw anything. */
export function misfitOf(error: unknown): Misfit {
  if (error instanceof Misfit) return error;
  return new Misfit(error instanceof Error ? error.message : String(error), { cause: error });
}

/** How DynamoDB writes a value of each type. */
const forms: { readonly [tag: string]: string } = {
  S: "text",
  N: "text of digits",
  B: "base64 text",
  BOOL: "boolean",
  NULL: "true",
  L: "array",
  M: "object",
};

/**
 * The error for a stored attribute whose type is not the column's, or whose content does not match its type: `{ S: 5
 * }`.
 */
export function wrongTag(wanted: Tag, attribute: Attribute): Misfit {
  const tag = tagOf(attribute);
  if (tag === wanted || (tag === "NULL" && !isNull(attribute))) return brokenForm(tag);
  if (tag === "NULL") {
    return new Misfit("the stored value is NULL; declare the column with nullable() to load it as null");
  }
  return new Misfit(`the stored value has DynamoDB's type ${tag}, not ${wanted}: ${describeAttribute(attribute)}`);
}

/** The error for an attribute that is not in DynamoDB's own form. An emulator or a proxy made it. */
export function brokenForm(tag: string): Misfit {
  return new Misfit(
    `the answer has no ${forms[tag] ?? "array of texts"} under the type ${tag}, and DynamoDB would; what answers is no DynamoDB, or was changed on the way`,
  );
}

function isNull(attribute: Attribute): boolean {
  return "NULL" in attribute && attribute.NULL === true;
}

/** Describes a stored attribute for an error message: its kind and size, never its content. */
export function describeAttribute(attribute: Attribute): string {
  const value: unknown = Object.values(attribute)[0];
  if ("B" in attribute && isBinary(value)) return `${countBytes(value)} bytes`;
  if ("N" in attribute) return "a number";
  if ("M" in attribute) return "a map";
  if (!Array.isArray(value)) return describeValue(value);
  return `a ${"L" in attribute ? "list" : "set"} of ${value.length}`;
}

/** Text and not a literal. V8 compiles literals while it loads a file, and these character classes take it 0.2 ms. */
const identifier = "^[\\p{L}_$][\\p{L}\\p{N}_$]*$";

/** `items[0].price`. */
export function printPath(path: readonly Step[]): string {
  return path
    .map((step, index) => {
      if (typeof step === "number") return `[${step}]`;
      if (!new RegExp(identifier, "u").test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join("");
}

/** The error for a local value of the wrong kind. */
export function expected(what: string, value: unknown): Misfit {
  const hint = value === null ? "; declare the column with nullable() to store NULL" : "";
  return new Misfit(`expected ${what}, got ${describeValue(value)}${hint}`);
}
