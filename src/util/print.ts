/** Prints values, lists and suggestions for error messages. Knows nothing of their meaning. */

import { brand } from "./core.js";

const longest = 80;

/** A value for the reader of an error message: short, quoted, with its kind visible. */
export function print(value: unknown): string {
  return shorten(printWhole(value));
}

/** A refused value as a message may show it: its kind and size, never its content, which may be a secret. */
export function describeValue(value: unknown): string {
  switch (typeof value) {
    case "string":
      return value === "" ? "an empty text" : `a text of ${count(value.length, "character")}`;
    case "number":
      if (!Number.isFinite(value)) return String(value);
      return Number.isInteger(value) ? "a number" : "a number with a fraction";
    case "boolean":
    case "bigint":
    case "symbol":
      return `a ${typeof value}`;
    case "object":
      return value === null ? "null" : describeObject(value);
    default:
      return print(value);
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : "a Date";
  if (value instanceof Uint8Array) return count(value.length, "byte");
  if (value instanceof Set || value instanceof Map) return print(value);
  if (isOwn(value)) return String(value);
  const { constructor: made } = value;
  // A column of the same name may hide the model's own name.
  const name: unknown = typeof made === "function" && made !== Object ? made.name : "";
  return typeof name === "string" && name !== "" ? `an object of ${shorten(name)}` : "an object";
}

/** Whether the value is bloop's own: conditions, places and actions describe themselves, without values. */
function isOwn(value: object): boolean {
  return Object.hasOwn(value, "toString") && Object.getOwnPropertySymbols(value).some(isBrand);
}

function isBrand(symbol: symbol): boolean {
  return Symbol.keyFor(symbol)?.startsWith(brand) === true;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

/** Cuts a text to a length that a message can carry. */
export function shorten(text: string): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}

function printWhole(value: unknown): string {
  // A little more than is shown: escapes make a text longer, never shorter.
  if (typeof value === "string") return JSON.stringify(value.slice(0, longest));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return value.name === "" ? "a function" : `the function ${value.name}`;
  if (typeof value !== "object" || value === null) return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? "an invalid Date" : value.toISOString();
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  if (value instanceof Set) return `a Set of ${value.size}`;
  if (value instanceof Map) return `a Map of ${value.size}`;
  // Conditions, places and actions describe themselves better than their properties do.
  if (!Object.hasOwn(value, "toString")) return printJson(value);
  try {
    return String(value);
  } catch {
    return "an object";
  }
}

function printJson(value: object): string {
  try {
    const text = JSON.stringify(value, (_, inner) => (typeof inner === "bigint" ? `${inner}n` : inner));
    return text ?? "an object";
  } catch {
    return "an object that contains itself";
  }
}

/** `"a", "b" and "c"`. */
export function printList(names: readonly string[], conjunction: "and" | "or" = "and"): string {
  const quoted = names.map(print);
  if (quoted.length < 2) return quoted.join("");
  return `${quoted.slice(0, -1).join(", ")} ${conjunction} ${quoted.at(-1)}`;
}

/** No misspelt name is longer, and the time to compare two names grows with the product of their lengths. */
const longestName = 100;

/** `; did you mean "email"?`, or nothing if no known name is near. */
export function didYouMean(name: string, known: Iterable<string>): string {
  if (name.length > longestName) return "";
  const near = [...known]
    .filter((candidate) => Math.abs(candidate.length - name.length) <= allowedDistance(name, candidate))
    .map((candidate) => ({ candidate, distance: distanceOf(name.toLowerCase(), candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= allowedDistance(name, candidate))
    .sort((left, right) => left.distance - right.distance)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
  return near.length === 0 ? "" : `; did you mean ${printList(near, "or")}?`;
}

function allowedDistance(name: string, candidate: string): number {
  return Math.max(1, Math.floor(Math.max(name.length, candidate.length) / 3));
}

/** Edits from one word to the other; a swap of neighbours counts as one edit. */
function distanceOf(from: string, to: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: to.length + 1 }, (_, column) => column);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const same = from[row - 1] === to[column - 1];
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      current[column] = Math.min(
        at(last, column) + 1,
        at(current, column - 1) + 1,
        at(last, column - 1) + (same ? 0 : 1),
        swapped ? at(beforeLast, column - 2) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    beforeLast = last;
    last = current;
  }
  return at(last, to.length);
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Number.POSITIVE_INFINITY;
}
