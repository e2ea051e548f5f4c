/** `set()`: DynamoDB's string, number and binary sets. */

import { InvalidModel } from "../errors.js";
import { type Attribute, elementsOf, setOf } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import type { Codec } from "./codec/codec.js";
import { dumpElement, loadElements, unkeyed } from "./codec/container.js";
import { describeAttribute, expected, Misfit, wrongTag } from "./codec/context.js";
import { isDumpedAs } from "./codec/spelling.js";
import { definitionOf, type Flag, makeType, type Type } from "./type.js";

type SetWire<W> = W extends "S" ? "SS" : W extends "N" ? "NS" : "BS";

const setTags = { S: "SS", N: "NS", B: "BS" } as const;

/**
 * A Set of strings, numbers or bytes, stored as SS, NS or BS. An empty set is absent: DynamoDB has no empty sets.
 * Elements that DynamoDB treats as equal (equal bytes, for example) are stored once.
 */
export function set<L, W extends "S" | "N" | "B", F extends Flag>(
  of: Type<L, W, F>,
): Type<Set<L>, SetWire<W>, never, Type<L, W, F>> {
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
    // True only in the order of the stored elements, as they were loaded. For any other order, a dump tells.
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
 * Whether a set's attribute holds an array. Its elements are loaded one by one.
 *
 * @internal
 */
export function isSet(attribute: Attribute): boolean {
  return Object.values(attribute).every(Array.isArray);
}

/** ADD and DELETE find an element by its value. So an element has to be stored in the spelling that its type writes. */
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
