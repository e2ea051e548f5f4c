/** Why a value does not fit, and where inside it. Knows nothing of models: they add column, key and item. */

import { brand, isInstance, type SharedClass } from "../util/core.js";
import { describeValue } from "../util/print.js";
import { type Attribute, type Tag, tagOf } from "../wire/attribute.js";
import { countBytes, isBinary } from "../wire/binary.js";

/** One part of a path: a property's name, or an index of a list. */
export type Step = string | number;

/** Thrown by a type's load and dump. Each container that it passes puts its own step in front. */
export class Misfit extends Error {
  static readonly kind = "Misfit";
  static readonly brand: string = brand;
  override readonly name = "Misfit";
  readonly path: readonly Step[];

  constructor(reason: string, options: { path?: readonly Step[]; cause?: unknown } = {}) {
    super(reason, options.cause === undefined ? {} : { cause: options.cause });
    this.path = options.path ?? [];
  }

  /** A type may be made by the same bloop, loaded another time. */
  static override [Symbol.hasInstance](this: SharedClass, value: unknown): boolean {
    return isInstance(this, value);
  }
}

/** The misfit as its container sees it: one step further out. Anything else thrown becomes a misfit too. */
export function within(step: Step, error: unknown): Misfit {
  const { message, path, cause } = misfitOf(error);
  return new Misfit(message, { path: [step, ...path], cause });
}

/** What was thrown, as a misfit. A custom type may throw anything. */
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

/** A stored attribute of another type than the column's, or of none: `{ S: 5 }`. */
export function wrongTag(wanted: Tag, attribute: Attribute): Misfit {
  const tag = tagOf(attribute);
  if (tag === wanted || (tag === "NULL" && !isNull(attribute))) return brokenForm(tag);
  if (tag === "NULL") {
    return new Misfit("the stored value is NULL; declare the column with nullable() to load it as null");
  }
  return new Misfit(`the stored value has DynamoDB's type ${tag}, not ${wanted}: ${describeAttribute(attribute)}`);
}

/** An attribute that is not of DynamoDB's own form: an emulator, or something on the way, made it. */
export function brokenForm(tag: string): Misfit {
  return new Misfit(
    `the answer has no ${forms[tag] ?? "array of texts"} under the type ${tag}, and DynamoDB would; what answers is no DynamoDB, or was changed on the way`,
  );
}

function isNull(attribute: Attribute): boolean {
  return "NULL" in attribute && attribute.NULL === true;
}

/** A stored attribute for an error message: its kind and its size, and nothing of what it holds. */
export function describeAttribute(attribute: Attribute): string {
  const value: unknown = Object.values(attribute)[0];
  if ("B" in attribute && isBinary(value)) return `${countBytes(value)} bytes`;
  if ("N" in attribute) return "a number";
  if ("M" in attribute) return "a map";
  if (!Array.isArray(value)) return describeValue(value);
  return `a ${"L" in attribute ? "list" : "set"} of ${value.length}`;
}

/** No literal: V8 compiles those when it loads a file, and this one's classes of characters take it 0.2 ms. */
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
