/** `union()`: objects of several shapes, told apart by a literal key. */

import { InvalidModel } from "../errors.js";
import { ownValue } from "../util/object.js";
import { describeValue, didYouMean, print, printList } from "../util/print.js";
import type { Attributes } from "../wire/attribute.js";
import type { Codec } from "./codec/codec.js";
import { expected, Misfit, wrongTag } from "./codec/context.js";
import type { Simplify, Values } from "./infer.js";
import { fieldsOf, mapCodec } from "./map.js";
import { string } from "./string.js";
import { definitionOf, makeType, type Shape, type Type } from "./type.js";

interface Variants {
  readonly [kind: string]: Shape;
}

/**
 * Objects of several shapes, stored as M and told apart by a literal key. The type of the values has no name, so that
 * editors show the kinds.
 *
 * @example
 * union("kind", { circle: { radius: number().required() }, square: { side: number().required() } })
 */
export function union<const Tag extends string, V extends Variants>(
  tag: Tag,
  variants: V,
): Type<
  { [Kind in keyof V & string]: Simplify<{ [K in Tag]: Kind } & Values<V[Kind]>> }[keyof V & string],
  "M",
  never,
  { [K in Tag]: Type<keyof V & string, "S"> }
> {
  if (typeof variants !== "object" || variants === null) {
    throw new InvalidModel(`The variants of a union are an object of kinds, got ${print(variants)}.`);
  }
  const codecs = new Map(Object.entries(variants).map(([kind, shape]) => [kind, variantCodec(tag, kind, shape)]));
  return makeType(unionCodec(tag, codecs));
}

function variantCodec(tag: string, kind: string, shape: Shape): Codec<object> {
  if (Object.hasOwn(shape, tag)) {
    throw new InvalidModel(
      `The variant "${kind}" of a union declares the key "${tag}", which tells the variants apart.`,
    );
  }
  return mapCodec(fieldsOf({ [tag]: string(kind).required(), ...shape }));
}

/**
 * The variant that a tag's value names.
 *
 * @internal
 */
export function variantOf<C>(codecs: ReadonlyMap<string, C>, tag: string, kind: unknown): C {
  const codec = typeof kind === "string" ? codecs.get(kind) : undefined;
  if (codec !== undefined) return codec;
  const kinds = [...codecs.keys()];
  const hint = typeof kind === "string" ? didYouMean(kind, kinds) : "";
  throw new Misfit(`expected ${printList(kinds, "or")}, got ${describeValue(kind)}${hint}`, { path: [tag] });
}

function unionCodec(tag: string, codecs: ReadonlyMap<string, Codec<object>>): Codec<object> {
  const codecOf = (kind: unknown): Codec<object> => variantOf(codecs, tag, kind);
  const storedKind = (map: Attributes): string | undefined => {
    const stored = map[tag];
    return stored !== undefined && "S" in stored ? stored.S : undefined;
  };
  const tagMember = { key: tag, storedName: tag, codec: definitionOf(string(...codecs.keys())).codec, required: true };
  return {
    name: "union",
    wire: "M",
    inside: {
      kind: "map",
      tag,
      member(storedName, map) {
        const { inside } = codecs.get(storedKind(map) ?? "") ?? {};
        return inside?.kind === "map" ? inside.member(storedName, map) : undefined;
      },
      at: (key) => (key === tag ? tagMember : undefined),
      keys: () => [tag],
    },
    outline: { parts: { kind: "union", tag, variants: codecs } },
    load(attribute) {
      if (!("M" in attribute)) throw wrongTag("M", attribute);
      return codecOf(storedKind(attribute.M)).load(attribute);
    },
    dump(value, depth, stored) {
      if (typeof value !== "object" || value === null) throw expected("an object", value);
      return codecOf(ownValue(value, tag)).dump(value, depth, stored);
    },
    isStored(value, stored) {
      if (typeof value !== "object" || value === null || !("M" in stored)) return false;
      return codecs.get(storedKind(stored.M) ?? "")?.isStored?.(value, stored) === true;
    },
  };
}
