/** The checks of arguments: misspelt or invalid options are refused before anything is done. */

import { InvalidOption } from "../errors.js";
import { isCondition } from "../expression/condition.js";
import { isModelObject, metaOfObject } from "../model/registry.js";
import { signalNames } from "../signals.js";
import { isPlainObject } from "../util/object.js";
import { describeValue, didYouMean, print, printList } from "../util/print.js";
import { parallelRules, queryRules, scanRules } from "./option-rules.js";
import type { ScanSegments } from "./options.js";
import type { Rule } from "./rule.js";

/** The rules for the options of an operation. ./option-rules.ts and the compiler ensure their types. */
type RuleTable = { readonly [name: string]: Pick<Rule<never>, "expects" | "fits"> };

/**
 * Refuses options that are misspelt or of a wrong kind, values that are not options, and the lack of those that are needed.
 * `operation` is "save()", for example.
 */
export function checkOptions(
  options: unknown,
  rules: RuleTable,
  operation: string,
  needed: readonly string[] = [],
): void {
  if (!isOptions(options, rules)) throw new InvalidOption(noOptions(options, rules, operation));
  for (const name of Object.keys(options)) {
    if (!Object.hasOwn(rules, name)) throw noSuchOption(name, rules, operation);
  }
  for (const name in rules) {
    const value: unknown = Reflect.get(options, name);
    if (value !== undefined || needed.includes(name)) checkValue(value, rules[name], name);
  }
}

function noSuchOption(name: string, rules: RuleTable, operation: string): InvalidOption {
  const hint = didYouMean(name, Object.keys(rules));
  return new InvalidOption(`${operation} has no option ${print(name)}${hint || "."}`);
}

function checkValue(value: unknown, rule: RuleTable[string] | undefined, name: string): void {
  if (rule?.fits(value) === true) return;
  throw new InvalidOption(`${name} is ${rule?.expects}, got ${printOption(value)}.`);
}

/** A number or a flag comes from the program itself; a text may come from outside. */
function printOption(value: unknown): string {
  return typeof value === "number" || typeof value === "boolean" ? String(value) : describeValue(value);
}

/**
 * An instance of a class may hold options, in its fields or accessors. But one without any of the options' names is
 * usually another argument by mistake: a signal, a Map.
 */
function isOptions(options: unknown, rules: RuleTable): options is object {
  if (typeof options !== "object" || options === null || Array.isArray(options)) return false;
  if (isModelObject(options) || isCondition(options)) return false;
  return isPlainObject(options) || Object.keys(rules).some((name) => name in options);
}

function noOptions(options: unknown, rules: RuleTable, operation: string): string {
  if (isModelObject(options)) {
    const call = operation.slice(0, operation.indexOf("("));
    return `The options of ${operation} are an object of ${metaOfObject(options).name}. Several objects go in an array: ${call}([a, b]).`;
  }
  const refusal = `The options of ${operation} are ${printOption(options)}, not an object of options`;
  if (typeof options === "object" && options !== null && isCondition(options)) {
    const name = ["key", "filter", "condition"].find((one) => one in rules);
    return name === undefined ? `${refusal}.` : `${refusal}. Give it by its name: { ${name}: ... }.`;
  }
  if (rules["signal"]?.fits(options) === true) return `${refusal}. Give it by its name: { signal }.`;
  if (rules["dynamodb"]?.fits(options) === true) return `${refusal}. Give it by its name: { dynamodb: client }.`;
  return `${refusal}.`;
}

/** Refuses a value that should be a function. */
export function assertFunction(value: unknown, what: string): void {
  if (typeof value !== "function") throw new InvalidOption(`${what} is a function, got ${describeValue(value)}.`);
}

export function checkSignal(signal: unknown, listener: unknown): void {
  assertFunction(listener, "The listener of on()");
  if (typeof signal === "string" && signalNames.includes(signal)) return;
  const hint = typeof signal === "string" ? didYouMean(signal, signalNames) : "";
  throw new InvalidOption(`An engine has no signal ${print(signal)}${hint || `: it has ${printList(signalNames)}.`}`);
}

export function checkQuery(options: { readonly key?: unknown }): void {
  checkOptions(options, queryRules, "query()");
  if (options.key === undefined)
    throw new InvalidOption("query() needs a key, such as { key: Account.id.eq(id) }; scan() needs none.");
}

export function checkScan(options: ScanSegments): void {
  checkOptions(options, scanRules, "scan()");
  checkSegments(options, "scan()");
}

/** Refuses segments that contradict each other. */
export function checkSegments({ segments, parallel }: ScanSegments, operation: string): void {
  if (parallel === undefined) return;
  if (segments !== undefined)
    throw new InvalidOption(`${operation} takes segments, or parallel: one segment that this process reads.`);
  checkParallel(parallel);
}

function checkParallel(parallel: NonNullable<ScanSegments["parallel"]>): void {
  const stranger = Object.keys(parallel).find((name) => !Object.hasOwn(parallelRules, name));
  if (stranger !== undefined) throw noSuchOption(stranger, parallelRules, "parallel");
  const { segment, total } = parallel;
  checkValue(total, parallelRules.total, "parallel.total");
  checkValue(segment, parallelRules.segment, "parallel.segment");
  if (segment >= total)
    throw new InvalidOption(`parallel.segment is a whole number from 0 to ${total - 1}, got ${segment}.`);
}
