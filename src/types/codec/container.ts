/** The common parts of types that hold other types: their elements, their depth, and the modifiers of inner types. */

import { InvalidModel } from "../../errors.js";
import type { Attribute } from "../../wire/attribute.js";
import { maxDepth } from "../../wire/limits.js";
import { type AnyType, definitionOf } from "../type.js";
import type { Codec } from "./codec.js";
import { Misfit, within } from "./context.js";
import { dumpOnto, keepMoved } from "./stored.js";

/** A list or map at this level holds values one level deeper. */
export function assertDepth(depth: number): void {
  if (depth >= maxDepth) throw new Misfit(`lists and maps are nested deeper than DynamoDB's ${maxDepth} levels`);
}

export function loadElements(element: Codec, attributes: readonly Attribute[]): unknown[] {
  let at = 0;
  try {
    // An array of the exact length: one that grows by push() has room for 17 elements.
    return attributes.map((attribute, index) => {
      at = index;
      return element.load(attribute);
    });
  } catch (error) {
    throw within(at, error);
  }
}

/** The place of a dumped element: its level, and the stored list, if there is one. */
interface ElementPlace {
  readonly depth: number;
  readonly stored?: readonly Attribute[] | undefined;
}

/** Leaving out an element is an error: the elements behind it would move up. */
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

/** Keys and defaults belong to columns: inside another type they would have no effect. */
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
