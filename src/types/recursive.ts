/** `recursive()`: a type that contains itself. */

import type { AnyWire } from "../wire/attribute.js";
import type { Codec } from "./codec/codec.js";
import { type AnyType, definitionOf, makeType, type Type } from "./type.js";

/**
 * A type that is resolved at its first use, so that it may contain itself.
 *
 * @example
 * interface Tree { name: string; children?: Tree[] | undefined }
 * const tree: Type<Tree, "M"> = map({ name: string().required(), children: list(recursive(() => tree)) });
 */
export function recursive<L, W extends AnyWire>(type: () => Type<L, W>): Type<L, W> {
  return makeType(lazyCodec(type));
}

function lazyCodec(type: () => AnyType): Codec {
  let found: Codec | undefined;
  const codec = (): Codec => {
    found ??= definitionOf(type()).codec;
    return found;
  };
  return {
    get name() {
      return codec().name;
    },
    get wire() {
      return codec().wire;
    },
    get inside() {
      return codec().inside;
    },
    get isCustom() {
      return codec().isCustom === true;
    },
    get sums() {
      return codec().sums;
    },
    outline: { parts: { kind: "recursive", of: codec } },
    load: (attribute) => codec().load(attribute),
    dump: (value, depth, stored) => codec().dump(value, depth, stored),
    isStored: (value, stored) => codec().isStored?.(value, stored) === true,
  };
}
