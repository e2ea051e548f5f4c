/** Codecs of scalars: one value under one descriptor. */

import type { Attribute } from "../../wire/attribute.js";
import { isBinary } from "../../wire/binary.js";
import type { Codec } from "./codec.js";
import { wrongTag } from "./context.js";
import type { Outline } from "./outline.js";

type Scalar = "S" | "N" | "B" | "BOOL";
type Stored<Tag extends Scalar> = Extract<Attribute, Record<Tag, unknown>>[Tag];

/** Optional parts of a scalar's codec, as in Codec. */
interface ScalarDetails<Tag extends Scalar, Local> {
  loadKey?(stored: Stored<Tag>): Local;
  isStored?(value: unknown, stored: Stored<Tag>): boolean;
  readonly outline?: Outline<never>;
  readonly isFixed?: boolean | undefined;
}

/** A codec of a scalar: `tag` is the descriptor that it stores, and the only one that it loads. */
export function scalarCodec<Tag extends Scalar, Local>(
  name: string,
  tag: Tag,
  load: (stored: Stored<Tag>) => Local,
  dump: (value: Local) => Attribute,
  { loadKey, isStored, outline, isFixed }: ScalarDetails<Tag, Local> = {},
): Codec<Local> {
  const own = scalars[tag] as ScalarFunctions<Tag>;
  return {
    name,
    wire: tag,
    load: own.load(load) as Codec<Local>["load"],
    loadKey: loadKey && (own.load(loadKey) as Codec<Local>["load"]),
    dump,
    isStored: isStored && own.isStored(isStored),
    outline,
    isFixed,
  };
}

interface ScalarFunctions<Tag extends Scalar> {
  load(load: (stored: Stored<Tag>) => unknown): Codec["load"];
  isStored(isStored: (value: unknown, stored: Stored<Tag>) => boolean): Codec["isStored"];
}

/** Separate functions for each tag, since a property of a fixed name is read faster: see "query" in bench/questions/cpu.ts. */
const scalars: { readonly [Tag in Scalar]: ScalarFunctions<Tag> } = {
  S: {
    load: (load) => (attribute) =>
      "S" in attribute && typeof attribute.S === "string" ? load(attribute.S) : refuse("S", attribute),
    isStored: (isStored) => (value, attribute) => "S" in attribute && isStored(value, attribute.S),
  },
  N: {
    load: (load) => (attribute) =>
      "N" in attribute && typeof attribute.N === "string" ? load(attribute.N) : refuse("N", attribute),
    isStored: (isStored) => (value, attribute) => "N" in attribute && isStored(value, attribute.N),
  },
  B: {
    load: (load) => (attribute) =>
      "B" in attribute && isBinary(attribute.B) ? load(attribute.B) : refuse("B", attribute),
    isStored: (isStored) => (value, attribute) => "B" in attribute && isStored(value, attribute.B),
  },
  BOOL: {
    load: (load) => (attribute) =>
      "BOOL" in attribute && typeof attribute.BOOL === "boolean" ? load(attribute.BOOL) : refuse("BOOL", attribute),
    isStored: (isStored) => (value, attribute) => "BOOL" in attribute && isStored(value, attribute.BOOL),
  },
};

function refuse(tag: Scalar, attribute: Attribute): never {
  throw wrongTag(tag, attribute);
}
