/** The declaration of a type, as plain, frozen data: its names, its options, and its inner types. */

import type { Codec } from "../../types/codec/codec.js";
import type { TypeOptions } from "../../types/codec/outline.js";
import type { AnyWire } from "../../wire/attribute.js";

export interface TypeMetadata {
  /** The type's name, such as "string" or "list". For a custom type, that of the type that it transforms. */
  readonly type: string;
  /** DynamoDB's type descriptor of the stored attribute. */
  readonly wire: AnyWire;
  readonly nullable: boolean;
  /** Whether it was made by transform(). */
  readonly custom: boolean;
  /** The options of the type, with their defaults: `{ digits: 3, utc: "Z", fractions: "error" }`. */
  readonly options: TypeOptions;
  /** The values that are allowed, for `string("a", "b")`. */
  readonly values: readonly string[] | undefined;
  /** The element type of a list, a set or a record. */
  readonly element: TypeMetadata | undefined;
  /** The keys of a map, or of one variant of a union. */
  readonly members: readonly MemberMetadata[] | undefined;
  /** The key of a union that tells its variants apart. */
  readonly tag: string | undefined;
  readonly variants: readonly VariantMetadata[] | undefined;
  /** The types that were given to oneOf(). */
  readonly types: readonly TypeMetadata[] | undefined;
  /** For recursive(): the inner type, looked up when it is read. Not enumerable, so that printing ends. */
  readonly holds?: TypeMetadata;
}

/** A declared key of a map. */
export interface MemberMetadata extends TypeMetadata {
  readonly property: string;
  readonly storedName: string;
  readonly required: boolean;
}

/** One kind of object of a union; its keys include the tag. */
export interface VariantMetadata {
  readonly kind: string;
  readonly members: readonly MemberMetadata[];
}

type ReadType = (codec: Codec) => TypeMetadata;

/**
 * Makes a function that describes types. For the same type it returns the same object, so that a recursive type refers
 * to itself.
 */
export function typeReader(): ReadType {
  const known = new Map<Codec, TypeMetadata>();
  const read: ReadType = (codec) => {
    const made = known.get(codec) ?? typeMetadata(codec, read);
    known.set(codec, made);
    return made;
  };
  return read;
}

function typeMetadata(codec: Codec, read: ReadType): TypeMetadata {
  const { parts, options, form } = codec.outline ?? {};
  if (parts?.kind === "nullable") return withDetails(read(parts.of), { nullable: true });
  if (parts?.kind === "custom") return withDetails(read(parts.of), { custom: true });
  const type = {
    type: codec.name,
    wire: codec.wire,
    nullable: false,
    custom: codec.isCustom === true,
    options: Object.freeze({ ...options }),
    values: form?.enum && Object.freeze([...form.enum]),
    ...partsMetadata(codec, read),
  };
  if (parts?.kind !== "recursive") return Object.freeze(type);
  return Object.freeze(Object.defineProperty(type, "holds", { get: () => read(parts.of()) }));
}

/** A type with more details. A spread alone would lose the property `holds`. */
export function withDetails<Details extends object>(type: TypeMetadata, details: Details): TypeMetadata & Details {
  const copy: TypeMetadata & Details = Object.assign({ ...type }, details);
  const holds = Object.getOwnPropertyDescriptor(type, "holds");
  Object.freeze(holds === undefined ? copy : Object.defineProperty(copy, "holds", holds));
  return copy;
}

function partsMetadata({ outline }: Codec, read: ReadType) {
  const nothing = { element: undefined, members: undefined, tag: undefined, variants: undefined, types: undefined };
  const parts = outline?.parts;
  switch (parts?.kind) {
    case "list":
    case "set":
    case "record":
      return { ...nothing, element: read(parts.of) };
    case "map":
      return { ...nothing, members: membersOf(outline, read) };
    case "union": {
      const variants = [...parts.variants].map(([kind, codec]) =>
        Object.freeze({ kind, members: membersOf(codec.outline, read) }),
      );
      return { ...nothing, tag: parts.tag, variants: Object.freeze(variants) };
    }
    case "oneOf":
      return { ...nothing, types: Object.freeze(parts.types.map(read)) };
    default:
      return nothing;
  }
}

function membersOf(outline: Codec["outline"], read: ReadType): readonly MemberMetadata[] {
  const keys = outline?.parts?.kind === "map" ? outline.parts.keys : [];
  return Object.freeze(
    keys.map(({ key, storedName, required, codec }) =>
      withDetails(read(codec), { property: key, storedName, required }),
    ),
  );
}
