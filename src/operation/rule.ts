/** Kinds of option values. Knows nothing of operations: ./option-rules.ts gives each option its kind. */

import { type Condition, conditionNodeOf } from "../expression/condition.js";
import { isPlainObject } from "../util/object.js";
import { printList } from "../util/print.js";

declare const takes: unique symbol;

/** The rule of one option. */
export interface Rule<Value> {
  /** The text after "atomic is" in a message: "true or false". */
  readonly expects: string;
  /** Never called with undefined: an undefined option counts as not given. */
  fits(value: unknown): boolean;
  /** Types only: a rule for more values than its option has, or for fewer, does not compile. */
  readonly [takes]?: (value: Value) => Value;
}

/** A rule that also has the option's default. */
export interface Defaulting<Value> extends Rule<Value> {
  readonly default: Value;
}

/**
 * A rule for each option of an operation: one that is missing, unknown or of another kind does not compile. `Defaulted`
 * are the options whose default is given here.
 */
export type Rules<Options, Defaulted extends keyof Options = never> = {
  readonly [Name in keyof Options]-?: Name extends Defaulted
    ? Defaulting<Exclude<Options[Name], undefined>>
    : Rule<Exclude<Options[Name], undefined>>;
};

export function byDefault<Value>(value: Value, rule: Rule<Value>): Defaulting<Value> {
  return { ...rule, default: value };
}

/** No other value counts as false: that would drop a safety that was asked for. */
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

/** Infinity means for ever. */
export const milliseconds: Rule<number> = {
  expects: "a number of milliseconds from 0",
  fits: (value) => typeof value === "number" && value >= 0,
};

/** Not by its class: a polyfill or another realm has one of its own. */
export const signal: Rule<AbortSignal> = {
  expects: "an AbortSignal",
  fits: (value) => hasMethods(value, "addEventListener", "throwIfAborted") && "aborted" in value,
};

/** A function of any type: the compiler checks its parameters and result. */
export function callback<Function extends (...given: never) => unknown>(): Rule<Function> {
  return { expects: "a function", fits: (value) => typeof value === "function" };
}

/**
 * Throws InvalidCondition itself, as every function does that takes a condition. The operation checks that its columns
 * belong to the model.
 */
export function condition<Of extends Condition>(): Rule<Of> {
  return { expects: "a condition", fits: (value) => conditionNodeOf(value as Condition) !== undefined };
}

/** An object written as `{ ... }`. Its content is checked once the model is known. */
export function plainObject<Value extends object>(expects: string): Rule<Value> {
  return { expects, fits: isPlainObject };
}

/** An array. Its content is checked once the model is known. */
export function array<Element>(expects: string): Rule<readonly Element[]> {
  return { expects, fits: Array.isArray };
}

/** Either of two kinds. */
export function either<Left, Right>(left: Rule<Left>, right: Rule<Right>): Rule<Left | Right> {
  return {
    expects: `${left.expects} or ${right.expects}`,
    fits: (value) => left.fits(value) || right.fits(value),
  };
}

/** A client of the AWS SDK, of any version: it only has to have send(). */
export function clientOf<Client>(expects: string): Rule<Client> {
  return { expects, fits: (value) => hasMethods(value, "send") };
}

export const date: Rule<Date> = {
  expects: "a Date",
  fits: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

export const text: Rule<string> = { expects: "a text", fits: (value) => typeof value === "string" };

function hasMethods(value: unknown, ...names: readonly string[]): value is object {
  if (typeof value !== "object" || value === null) return false;
  return names.every((name) => typeof Reflect.get(value, name) === "function");
}

/** `onError`: what becomes of a record whose handler failed, in groups and on Lambda. */
type Decision = "retry" | "skip";

/** `Facts`: the known facts about the failure. `record` is undefined if it could not be loaded. */
export type OnError<R, Facts> =
  | Decision
  | ((error: unknown, record: R | undefined, facts: Facts) => Decision | Promise<Decision>);

export function onErrorRule<Facts>(): Defaulting<OnError<object, Facts>> {
  return byDefault<OnError<object, Facts>>("retry", either(oneOf("retry", "skip"), callback()));
}

interface Failure<Facts> {
  readonly error: unknown;
  readonly record: object | undefined;
  readonly facts: Facts;
}

/** Whether a failed record counts as handled. Anything but "skip" is "retry": a record is never dropped by mistake. */
export async function isSkipped<Facts>(
  onError: OnError<object, Facts>,
  { error, record, facts }: Failure<Facts>,
): Promise<boolean> {
  const decision: unknown = typeof onError === "function" ? await onError(error, record, facts) : onError;
  return decision === "skip";
}
