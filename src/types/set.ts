/** `set()`: DynamoDB's string, number and binary sets. */

import { InvalidModel } from "../errors.js";
import type { Attribute } from "../wire/attribute.js";
import { elementsOf, setOf } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { describeAttribute, Misfit, within, wrongTag } from "./context.js";
import { isDumpedAs } from "./spelling.js";
import { dumpOnto, keepMoved } from "./stored.js";
import {
  type AnyType,
  type Codec,
  definitionOf,
  expected,
  type Flag,
  makeType,
  type Plain,
  type Type,
} from "./type.js";

export type SetWire<W> = W extends "S" ? "SS" : W extends "N" ? "NS" : "BS";

const setTags = { S: "SS", N: "NS", B: "BS" } as const;

/**
 * A Set of strings, numbers or bytes, stored as SS, NS or BS. An empty set is absent: DynamoDB has none.
 * Elements that DynamoDB takes for the same (equal bytes, say) are stored once.
 */
export function set<L, W extends "S" | "N" | "B", F extends Flag>(
  of: Type<L, W, F>,
): Type<Set<L>, SetWire<W>, Plain, Type<L, W, F>> {
  const { codec: element, traits } = definitionOf(unkeyed(of, "set"));
  if (element.wire !== "S" && element.wire !== "N" && element.wire !== "B") {
    throw new InvalidModel(
      `set() holds types stored as S, N or B, and ${element.name}() is stored as ${element.wire}.`,
    );
  }
  if (traits.nullable)
    throw new InvalidModel("A set can't hold NULL: call nullable() on the set, not on its elements.");
  return makeType(setCodec(element, setTags[element.wire]));
}

function setCodec(element: Codec, tag: "SS" | "NS" | "BS"): Codec<Set<unknown>> {
  return {
    name: "set",
    wire: tag,
    outline: { parts: { kind: "set", of: element } },
    load(attribute) {
      if (!(tag in attribute) || !isSet(attribute)) throw wrongTag(tag, attribute);
      const elements = elementsOf(attribute);
      const loaded = loadElements(element, elements);
      const values = new Set(loaded);
      if (values.size < loaded.length)
        throw new Misfit(`two elements of the stored set load as the same value: ${describeAttribute(attribute)}`);
      assertOwnSpelling(element, loaded, elements);
      return values;
    },
    dump(value) {
      if (!(value instanceof Set)) throw expected("a Set", value);
      const byContent = new Map<string, Attribute>();
      let index = 0;
      for (const local of value) {
        const dumped = dumpElement(element, local, index++);
        byContent.set(canonical(dumped), dumped);
      }
      return setOf(tag, [...byContent.values()]);
    },
    // In the order of the stored elements, as they were loaded. Any other order is found out by dumping.
    isStored(value, stored) {
      if (!(value instanceof Set) || !(tag in stored)) return false;
      const elements = elementsOf(stored);
      if (value.size !== elements.length) return false;
      let index = 0;
      for (const local of value) {
        const attribute = elements[index++];
        if (attribute === undefined || element.isStored?.(local, attribute) !== true) return false;
      }
      return true;
    },
  };
}

/**
 * Whether an attribute of one of the types of sets holds an array. Its elements are loaded one by one.
 *
 * @internal
 */
export function isSet(attribute: Attribute): boolean {
  return Object.values(attribute).every(Array.isArray);
}

/**
 * An element is found by its own value: to add it again or to take it out. So it has to be stored as the type stores it.
 */
function assertOwnSpelling(element: Codec, values: readonly unknown[], stored: readonly Attribute[]): void {
  for (let index = 0; index < stored.length; index++) {
    const value = values[index];
    const attribute = stored[index];
    if (attribute === undefined || element.isStored?.(value, attribute) || isDumpedAs(element, value, attribute))
      continue;
    throw new Misfit(
      `a set's element is stored in another way than ${element.name}() stores it, so that it could not be found by its value; declare the elements as they are stored, with string() for example`,
      { path: [index] },
    );
  }
}

export function loadElements(element: Codec, attributes: readonly Attribute[]): unknown[] {
  let at = 0;
  try {
    // As long as it has to be: an array that grows by push() has room for 17.
    return attributes.map((attribute, index) => {
      at = index;
      return element.load(attribute);
    });
  } catch (error) {
    throw within(at, error);
  }
}

/** Where an element is dumped: at which level, and what is stored of its list, if anything is. */
interface ElementPlace {
  readonly depth: number;
  readonly stored?: readonly Attribute[] | undefined;
}

/** An element that would be left out is an error: what stands behind it would move up. */
export function dumpElement(
  element: Codec,
  value: unknown,
  index: number,
  { depth, stored }: ElementPlace = { depth: 1 },
): Attribute {
  try {
    const dumped = dumpOnto(element, value, depth, stored?.[index]);
    if (dumped !== undefined) return dumped;
  } catch (error) {
    const kept = keepMoved(element, value, depth, stored ?? []);
    if (kept !== undefined) return kept;
    throw within(index, error);
  }
  throw new Misfit("DynamoDB has no empty sets, and a list can't leave an element out", { path: [index] });
}

/** Keys and defaults belong to columns: inside of another type they would do nothing. */
export function unkeyed<X extends AnyType>(type: X, where: string): X {
  const { traits } = definitionOf(type);
  if (traits.key !== undefined)
    throw new InvalidModel(`Only a column can be a key, and here a type inside of a ${where} is.`);
  if (traits.storedName !== undefined && where !== "map") {
    throw new InvalidModel(
      `An element of a ${where} has no name, and here it has storedAs(${JSON.stringify(traits.storedName)}).`,
    );
  }
  if (traits.version)
    throw new InvalidModel(`Only a column can be a version, and here a type inside of a ${where} is.`);
  if (traits.makeDefault !== undefined) {
    throw new InvalidModel(`Only a column can have a default, and here a type inside of a ${where} has one.`);
  }
  return type;
}
