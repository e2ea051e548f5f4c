/** `list()`. */

import type { AnyWire } from "../wire/attribute.js";
import type { Codec } from "./codec/codec.js";
import { assertDepth, dumpElement, loadElements, unkeyed } from "./codec/container.js";
import { expected, wrongTag } from "./codec/context.js";
import { keepElements } from "./codec/stored.js";
import { definitionOf, type Flag, makeType, type Type } from "./type.js";

/** An array of one type, stored as L. An empty list stays an empty list. A hole or undefined is an error. */
export function list<L, W extends AnyWire, F extends Flag, I>(
  of: Type<L, W, F, I>,
): Type<L[], "L", never, Type<L, W, F, I>> {
  return makeType(listCodec(definitionOf(unkeyed(of, "list")).codec));
}

/** @internal */
export function listCodec(element: Codec): Codec<unknown[]> {
  return {
    name: "list",
    wire: "L",
    inside: { kind: "list", element: () => element },
    outline: { parts: { kind: "list", of: element } },
    load(attribute) {
      if (!("L" in attribute) || !Array.isArray(attribute.L)) throw wrongTag("L", attribute);
      return loadElements(element, attribute.L);
    },
    dump(value, depth, stored) {
      if (!Array.isArray(value)) throw expected("an array", value);
      assertDepth(depth);
      const before = stored !== undefined && "L" in stored ? stored.L : undefined;
      const place = { depth: depth + 1, stored: before };
      // Array.from, since map() skips holes.
      const dumped = Array.from(value, (local, index) => dumpElement(element, local, index, place));
      return { L: before === undefined ? dumped : keepElements(element, dumped, before) };
    },
    isStored: (value, stored) =>
      Array.isArray(value) &&
      "L" in stored &&
      value.length === stored.L.length &&
      stored.L.every((attribute, index) => element.isStored?.(value[index], attribute) === true),
  };
}
