/** Kinds of values that options take. Knows nothing of operations: ./option-rules.ts says which option is of which kind. */

import { type Condition, conditionNodeOf } from "../expression/condition.js";
import { isPlainObject } from "../util/object.js";
import { printList } from "../util/print.js";

declare const takes: unique symbol;

/** What one option takes. */
export interface Rule<Value> {
  /** What stands behind "atomic is" in a message: "true or false". */
  readonly expects: string;
  /** Undefined is never asked for: an option that is undefined is one that is not given. */
  fits(value: unknown): boolean;
  /** Type level only: a rule for more values than its option has, or for fewer, does not compile. */
  readonly [takes]?: (value: Value) => Value;
}

/** A rule that also says what an option is if it is not given. */
export interface Defaulting<Value> extends Rule<Value> {
  readonly default: Value;
}

/**
 * A rule for each option of an operation: one that is missing, unknown or of another kind does not compile. `Defaulted`
 * are the options whose default is said here.
 */
export type Rules<Options, Defaulted extends keyof Options = never> = {
  readonly [Name in keyof Options]-?: Name extends Defaulted
    ? Defaulting<Exclude<Options[Name], undefined>>
    : Rule<Exclude<Options[Name], undefined>>;
};

export function byDefault<Value>(value: Value, rule: Rule<Value>): Defaulting<Value> {
  return { ...rule, default: value };
}

/** Nothing else counts as false: taken for it, it would drop a safety that was asked for. */
export const flag: Rule<boolean> = { expects: "true or false", fits: (value) => typeof value === "boolean" };

export function oneOf<const Text extends string>(...texts: readonly Text[]): Rule<Text> {
  return { expects: printList(texts, "or"), fits: (value) => texts.some((text) => text === value) };
}

export const wholeNumber: Rule<number> = {
  expects: "a whole number from 1",
  fits: (value) => Number.isSafeInteger(value) && Number(value) > 0,
};

export const index: Rule<number> = {
  expects: "a whole number from 0",
  fits: (value) => Number.isSafeInteger(value) && Number(value) >= 0,
};

/** Infinity is for ever. */
export const milliseconds: Rule<number> = {
  expects: "a number of milliseconds from 0",
  fits: (value) => typeof value === "number" && value >= 0,
};

/** Not by its class: a polyfill or another realm has one of its own. */
export const signal: Rule<AbortSignal> = {
  expects: "an AbortSignal",
  fits: (value) => hasMethods(value, "addEventListener", "throwIfAborted") && "aborted" in value,
};

/** A function of any type: what it takes and returns is between the caller and the compiler. */
export function callback<Function extends (...given: never) => unknown>(): Rule<Function> {
  return { expects: "a function", fits: (value) => typeof value === "function" };
}

/** Throws InvalidCondition itself, as each place does that takes a condition. Whose columns it uses is found with the model. */
export function condition<Of extends Condition>(): Rule<Of> {
  return { expects: "a condition", fits: (value) => conditionNodeOf(value as Condition) !== undefined };
}

/** An object written as `{ ... }`. What may be in it is checked if it is known for which model it is. */
export function plainObject<Value extends object>(expects: string): Rule<Value> {
  return { expects, fits: isPlainObject };
}

/** An array. What may be in it is checked if it is known for which model it is. */
export function array<Element>(expects: string): Rule<readonly Element[]> {
  return { expects, fits: Array.isArray };
}

/** Any of two kinds. */
export function either<Left, Right>(left: Rule<Left>, right: Rule<Right>): Rule<Left | Right> {
  return {
    expects: `${left.expects} or ${right.expects}`,
    fits: (value) => left.fits(value) || right.fits(value),
  };
}

/** A client of the AWS SDK, of whatever version: all that is asked of it is that it sends. */
export function clientOf<Client>(expects: string): Rule<Client> {
  return { expects, fits: (value) => hasMethods(value, "send") };
}

export const text: Rule<string> = { expects: "a text", fits: (value) => typeof value === "string" };

function hasMethods(value: unknown, ...names: readonly string[]): value is object {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === "function");
}
