/** One value to one attribute and back: what every type is, and the modifiers that all of them share. */

import { InvalidModel } from "../errors.js";
import { brand, foreignHint } from "../util/core.js";
import { print } from "../util/print.js";
import type { AnyWire, Attribute, Attributes } from "../wire/attribute.js";
import { isBinary } from "../wire/binary.js";
import { Misfit, misfitOf, wrongTag } from "./context.js";

/** Where a key column stands in the table's key. */
export type KeyRole = "hash" | "range";

/** What the modifiers said of a type, as words. Type level only; at run time it is `Traits`. */
export type Flag = KeyRole | "required" | "default" | "version";

/** The flags of a type that no modifier was called on. */
export type Plain = never;

/** Type level only, each never there at run time: what a type reveals to the compiler, one indexed access away. */
export declare const local: unique symbol;
export declare const wired: unique symbol;
export declare const flagged: unique symbol;
export declare const inner: unique symbol;

/** How a value is loaded, dumped and taken apart. Pure, and knows no column. */
export interface Codec<Local = unknown> {
  /** The type's name in messages: `string`, `list`. */
  readonly name: string;
  /** DynamoDB's type descriptor of what dump returns. "any": each value has its own. */
  readonly wire: AnyWire;
  /** Throws where the attribute is not one that dump could have made. */
  load(attribute: Attribute): Local;
  /** The same for a key column, where it can tell more of a key in another spelling; see spelling.ts. */
  loadKey?: ((attribute: Attribute) => Local) | undefined;
  /** Throws where DynamoDB can't hold the value. Undefined: nothing is stored (an empty set). `depth` counts levels. */
  dump(value: Local, depth: number): Attribute | undefined;
  /**
   * Whether a value is as it is stored, found out without dumping it: a save of 17 columns takes a third of the time by
   * it. May say no where it is. Not there for types that can't tell.
   */
  isStored?: ((value: unknown, stored: Attribute) => boolean) | undefined;
  /** For lists and maps: what is inside. For the others there is nothing. */
  readonly inside?: Inside | undefined;
}

/** What a list or a map holds, by its stored names. */
export type Inside =
  | { readonly kind: "list"; element(): Codec }
  | {
      readonly kind: "map";
      /** The codec of a stored key, or undefined for a key that the type does not declare. */
      member(storedName: string, map: Attributes): Member | undefined;
      /** The stored name of a key and its codec, or undefined where there is no such key. */
      at(key: string): Member | undefined;
      /** The keys that can be named, for suggestions; undefined where any key can. */
      keys(): readonly string[] | undefined;
      /** For a type whose values may be lists or sets as well: what those hold. */
      element?(): Codec;
    };

export interface Member {
  readonly key: string;
  readonly storedName: string;
  readonly codec: Codec;
  /** Whether the key must be there. */
  readonly required: boolean;
}

/** What the modifiers said, at run time. */
export interface Traits {
  readonly key: KeyRole | undefined;
  readonly required: boolean;
  readonly storedName: string | undefined;
  readonly nullable: boolean;
  /** Makes a fresh default; undefined where none was given. */
  readonly makeDefault: (() => unknown) | undefined;
  /** The default, where it is a value and not a function, so that it can be checked when it is declared. */
  readonly defaultValue: unknown;
  /** The column holds the object's version; see model/version.ts. */
  readonly version: boolean;
}

/** @internal */
export const definition: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}type`);

/** A codec and its traits: the private half of a type. */
export interface Definition {
  readonly codec: Codec;
  readonly traits: Traits;
}

/**
 * How one value is loaded from and dumped to DynamoDB. Immutable: each method returns a new type.
 *
 * @example
 * const Receipt = model("Receipt", {
 *   store: string().hashKey(),
 *   at: datetime().rangeKey().storedAs("t"),
 *   total: number().required(),
 * });
 */
export interface Type<out Local, out W extends AnyWire = AnyWire, out F extends Flag = never, out Inner = unknown> {
  readonly [local]: Local;
  readonly [wired]: W;
  readonly [flagged]: F;
  readonly [inner]: Inner;
  /** @internal */
  readonly [definition]: Definition;
  /** This column is the table's hash key (partition key). */
  hashKey(): Type<Local, W, F | "hash" | "required", Inner>;
  /** This column is the table's range key (sort key). */
  rangeKey(): Type<Local, W, F | "range" | "required", Inner>;
  /** The attribute must be there: checked when an object is created, saved and loaded. */
  required(): Type<Local, W, F | "required", Inner>;
  /** Used only by `new Model()`, never by a load. A function is called once for each object, a value copied. */
  default(value: Local | (() => Local | undefined)): Type<Local, W, F | "default", Inner>;
  /** The attribute's name in DynamoDB, when it differs from the property's. */
  storedAs(name: string): Type<Local, W, F, Inner>;
  /** Admits DynamoDB's NULL, as null. Not the same as absent. */
  nullable(): Type<Local | null, W, F, Inner>;
  /**
   * A custom type: how to turn this type's value into yours and back.
   *
   * @example
   * const url = () => string().transform({ load: (text) => new URL(text), dump: (url) => url.href });
   */
  transform<L>(codec: { load(value: Local): L; dump(value: L): Local }): Type<L, W, F, Inner>;
}

/** Any type at all, for constraints. */
// biome-ignore lint/suspicious/noExplicitAny: a constraint that every type meets, whatever its local value
export type AnyType = Type<any, AnyWire, Flag, any>;

/** Columns, or the keys of a map, by property name. */
export interface Shape {
  readonly [property: string]: AnyType;
}

export const plainTraits: Traits = {
  key: undefined,
  required: false,
  storedName: undefined,
  nullable: false,
  makeDefault: undefined,
  defaultValue: undefined,
  version: false,
};

/**
 * The only place that makes types. A cast, since the phantom half of a type is never there.
 *
 * @internal
 */
export function makeType<X extends AnyType>(codec: Codec, traits: Traits = plainTraits): X {
  const next = (changed: Partial<Traits>): never => makeType<never>(codec, { ...traits, ...changed });
  const made: Omit<AnyType, typeof local | typeof wired | typeof flagged | typeof inner> = {
    [definition]: { codec, traits },
    hashKey: () => next({ key: "hash", required: true }),
    rangeKey: () => next({ key: "range", required: true }),
    required: () => next({ required: true }),
    default: (value) =>
      next({ makeDefault: defaultMaker(codec, value), defaultValue: typeof value === "function" ? undefined : value }),
    storedAs: (storedName) => next({ storedName }),
    nullable: () => makeType(nullable(codec), { ...traits, nullable: true }),
    transform: (custom) => makeType(transformed(codec, custom), { ...traits, ...transformedDefault(traits, custom) }),
  };
  return Object.freeze(made) as X;
}

/** The private half of a type. Throws InvalidModel for anything else. */
export function definitionOf(type: AnyType): Definition {
  const found: Definition | undefined = type?.[definition];
  if (found !== undefined) return found;
  throw new InvalidModel(`Expected a type such as string(), got ${print(type)}.${foreignHint(type)}`);
}

/** A default that is a value is copied for each object, by way of its attribute: no two objects share it. */
function defaultMaker(codec: Codec, value: unknown): () => unknown {
  if (typeof value === "function") return value as () => unknown;
  if (typeof value !== "object" || value === null) return () => value;
  return () => {
    const attribute = codec.dump(value, 1);
    return attribute === undefined ? structuredClone(value) : codec.load(attribute);
  };
}

function nullable(codec: Codec): Codec {
  return derived(codec, {
    load: (attribute) => ("NULL" in attribute && attribute.NULL === true ? null : codec.load(attribute)),
    dump: (value, depth) => (value === null ? { NULL: true } : codec.dump(value, depth)),
    loadKey: undefined,
    isStored: (value, stored) => (value === null ? "NULL" in stored : codec.isStored?.(value, stored) === true),
  });
}

function transformed(codec: Codec, custom: { load(value: never): unknown; dump(value: never): unknown }): Codec {
  return derived(codec, {
    load: (attribute) => guarded(() => custom.load(codec.load(attribute) as never)),
    dump: (value, depth) =>
      codec.dump(
        guarded(() => custom.dump(value as never)),
        depth,
      ),
    loadKey: undefined,
    isStored: undefined,
  });
}

/** A default that was given before the transform is a value from before it. */
function transformedDefault({ makeDefault }: Traits, custom: { load(value: unknown): unknown }): Partial<Traits> {
  if (makeDefault === undefined) return {};
  return {
    defaultValue: undefined,
    makeDefault() {
      const value = makeDefault();
      return value === undefined ? undefined : custom.load(value);
    },
  };
}

/** A codec that differs in some functions. Inherits the rest, since a recursive codec can't be read before it is used. */
function derived(codec: Codec, changed: Pick<Codec, "load" | "loadKey" | "dump" | "isStored">): Codec {
  return Object.assign(Object.create(codec) as Codec, changed);
}

/** Runs a user's function: whatever it throws says why the value does not fit. */
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw misfitOf(error);
  }
}

export type Scalar = "S" | "N" | "B" | "BOOL";
export type Stored<Tag extends Scalar> = Extract<Attribute, Record<Tag, unknown>>[Tag];

/** What a scalar may say besides: how a key is loaded, and whether a value is stored so, both as Codec has it. */
export interface ScalarDetails<Tag extends Scalar, Local> {
  loadKey?(stored: Stored<Tag>): Local;
  isStored?(value: unknown, stored: Stored<Tag>): boolean;
}

/** A codec of a scalar: `tag` is both the descriptor it stores and the only one that it loads. */
export function scalarCodec<Tag extends Scalar, Local>(
  name: string,
  tag: Tag,
  load: (stored: Stored<Tag>) => Local,
  dump: (value: Local) => Attribute,
  { loadKey, isStored }: ScalarDetails<Tag, Local> = {},
): Codec<Local> {
  const own = scalars[tag] as ScalarFunctions<Tag>;
  return {
    name,
    wire: tag,
    load: own.load(load) as Codec<Local>["load"],
    loadKey: loadKey && (own.load(loadKey) as Codec<Local>["load"]),
    dump,
    isStored: isStored && own.isStored(isStored),
  };
}

interface ScalarFunctions<Tag extends Scalar> {
  load(load: (stored: Stored<Tag>) => unknown): Codec["load"];
  isStored(isStored: (value: unknown, stored: Stored<Tag>) => boolean): Codec["isStored"];
}

/**
 * For each tag functions of its own, since a read of a property that is always the same takes a fifth of any other: in
 * all, a tenth of the time that it takes to make an object.
 */
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

/** The error for a local value of the wrong kind. */
export function expected(what: string, value: unknown): Misfit {
  const hint = value === null ? "; declare the column with nullable() to store NULL" : "";
  return new Misfit(`expected ${what}, got ${print(value)}${hint}`);
}
