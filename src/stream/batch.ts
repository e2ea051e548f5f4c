/** Limits of batches: what is given, checked. */

import { InvalidOption } from "../errors.js";
import { isPlainObject } from "../util/object.js";
import { describeValue, didYouMean, print } from "../util/print.js";

export interface BatchOptions {
  /** How many records a batch has at most, from 1 to 10,000. Default: 100. */
  max?: number | undefined;
  /** For how many milliseconds a batch waits for more records after its first, from 0 to 300,000. Default: 0. */
  wait?: number | undefined;
}

/** How many records a batch has at most, and for how many milliseconds it waits for them. */
export interface BatchLimits {
  readonly max: number;
  readonly wait: number;
}

const most = { max: 10_000, wait: 300_000 };
const least = { max: 1, wait: 0 };

export function batchLimitsOf(options: unknown): BatchLimits {
  if (!isPlainObject(options))
    throw new InvalidOption(`The options of batches() are no object, but ${describeValue(options)}.`);
  for (const name of Object.keys(options)) {
    if (Object.hasOwn(most, name)) continue;
    throw new InvalidOption(`batches() has no option ${print(name)}${didYouMean(name, Object.keys(most)) || "."}`);
  }
  return { max: limitOf(options, "max", 100), wait: limitOf(options, "wait", 0) };
}

function limitOf(options: { readonly [name: string]: unknown }, name: keyof BatchLimits, byDefault: number): number {
  const value = options[name] ?? byDefault;
  if (typeof value === "number" && Number.isInteger(value) && value >= least[name] && value <= most[name]) return value;
  const got = typeof value === "number" ? String(value) : describeValue(value);
  throw new InvalidOption(`${name} is a whole number from ${least[name]} to ${most[name]}, got ${got}.`);
}
