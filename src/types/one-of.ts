/** `oneOf()`: an attribute that holds one of several DynamoDB types, told apart by the stored type. */

import { InvalidModel } from "../errors.js";
import { describeValue, printList } from "../util/print.js";
import { type AnyWire, type Attribute, tagOf } from "../wire/attribute.js";
import type { Codec } from "./codec/codec.js";
import { unkeyed } from "./codec/container.js";
import { describeAttribute, Misfit, misfitOf } from "./codec/context.js";
import { anything } from "./dynamic.js";
import type { LocalOf } from "./infer.js";
import { type AnyType, definitionOf, makeType, type Type } from "./type.js";

/**
 * A value of one of several types, each stored as a different DynamoDB type. A load chooses by the stored type. A save
 * takes the first type, in the order given, that accepts the value. A value that has not changed stays as it is stored.
 * Not for keys. Throws InvalidModel if two of the types have the same DynamoDB type.
 *
 * @example
 * // Old items hold 0 or 1, new ones true or false. The first type takes every boolean, so the second only loads.
 * const old = integer().transform({
 *   load: (n) => n === 1,
 *   dump(): number {
 *     throw new TypeError("not true or false");
 *   },
 * });
 * const flag = oneOf(boolean(), old);
 */
export function oneOf<const Types extends readonly [AnyType, AnyType, ...AnyType[]]>(
  ...types: Types
): Type<LocalOf<Types[number]>, "any"> {
  if (types.length < 2) throw new InvalidModel(`oneOf() takes two types or more, got ${types.length}.`);
  return makeType(oneOfCodec(types.map((type) => definitionOf(unkeyed(type, "oneOf")).codec)));
}

function oneOfCodec(codecs: readonly Codec[]): Codec {
  const byTag = new Map<string, Codec>();
  for (const codec of codecs) {
    const { name, wire } = codec;
    const other = byTag.get(wire);
    if (wire === "any" || other !== undefined) {
      const reason =
        other === undefined ? `${name} may be of any` : `${other.name} and ${name} are both stored as ${wire}`;
      throw new InvalidModel(`oneOf() tells its types apart by what they are stored as, and ${reason}.`);
    }
    byTag.set(wire, codec);
  }
  const wires: readonly AnyWire[] = codecs.map(({ wire }) => wire);
  return {
    name: "oneOf",
    wire: "any",
    inside: anything.inside,
    outline: { parts: { kind: "oneOf", types: codecs } },
    load(attribute) {
      const codec = byTag.get(tagOf(attribute));
      if (codec !== undefined) return codec.load(attribute);
      throw new Misfit(
        `the stored value has DynamoDB's type ${tagOf(attribute)}, not ${printList(wires, "or")}: ${describeAttribute(attribute)}`,
      );
    },
    dump: (value, depth) => dumpByFirst(codecs, value, depth),
    isStored: (value, stored) => byTag.get(tagOf(stored))?.isStored?.(value, stored) === true,
  };
}

/** Dumps with the first codec that accepts the value. If none does, the error lists the reason of each. */
function dumpByFirst(codecs: readonly Codec[], value: unknown, depth: number): Attribute | undefined {
  const reasons: string[] = [];
  for (const codec of codecs) {
    try {
      return codec.dump(value, depth);
    } catch (error) {
      reasons.push(`${codec.name}: ${misfitOf(error).message}`);
    }
  }
  throw new Misfit(`none of its types takes ${describeValue(value)} (${reasons.join("; ")})`);
}
