/** Items as plain values, for a model of what operations mean that shares nothing with bloop. */

import type { Attribute, Attributes } from "../../../src/wire/attribute.js";

/** A set of texts: what else is an object or an array is a map or a list. */
interface Elements {
  readonly set: readonly string[];
}

export type Value = string | number | Elements | readonly Value[] | State;

export interface State {
  readonly [name: string]: Value;
}

type Path = readonly string[];

function isState(value: Value | undefined): value is State {
  return typeof value === "object" && !Array.isArray(value) && !("set" in value);
}

export function get(state: State, [name = "", ...rest]: Path): Value | undefined {
  const inner = state[name];
  if (rest.length === 0) return inner;
  return isState(inner) ? get(inner, rest) : undefined;
}

/** Maps that are missing on the way are made. */
export function put(state: State, [name = "", ...rest]: Path, value: Value): State {
  if (rest.length === 0) return { ...state, [name]: value };
  const inner = state[name];
  return { ...state, [name]: put(isState(inner) ? inner : {}, rest, value) };
}

export function drop(state: State, [name = "", ...rest]: Path): State {
  const { [name]: inner, ...others } = state;
  if (rest.length === 0) return others;
  return isState(inner) ? { ...state, [name]: drop(inner, rest) } : state;
}

export function elementsAt(state: State, path: Path): readonly string[] {
  const found = get(state, path);
  return typeof found === "object" && "set" in found ? (found as Elements).set : [];
}

/** DynamoDB has no empty sets. */
export function putElements(state: State, path: Path, elements: readonly string[]): State {
  return elements.length === 0 ? drop(state, path) : put(state, path, { set: [...new Set(elements)].sort() });
}

function toAttribute(value: Value): Attribute {
  if (typeof value === "string") return { S: value };
  if (typeof value === "number") return { N: String(value) };
  if (Array.isArray(value)) return { L: value.map(toAttribute) };
  if ("set" in value) return { SS: (value as Elements).set };
  return { M: toAttributes(value as State) };
}

export function toAttributes(state: State): Attributes {
  return Object.fromEntries(Object.entries(state).map(([name, value]) => [name, toAttribute(value)]));
}

function fromAttribute(attribute: Attribute): Value {
  if ("S" in attribute) return attribute.S;
  if ("N" in attribute) return Number(attribute.N);
  if ("L" in attribute) return attribute.L.map(fromAttribute);
  if ("SS" in attribute) return { set: [...attribute.SS].sort() };
  if ("M" in attribute) return fromAttributes(attribute.M);
  throw new Error("The programs write no such value.");
}

export function fromAttributes(attributes: Attributes): State {
  return Object.fromEntries(Object.entries(attributes).map(([name, inner]) => [name, fromAttribute(inner)]));
}

/** One text for equal values. */
export function textOf(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (typeof value !== "object") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(textOf).join()}]`;
  const entries = Object.entries(value as State).map(([name, inner]) => `${name}:${textOf(inner)}`);
  return `{${entries.sort().join()}}`;
}
