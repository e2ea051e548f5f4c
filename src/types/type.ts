/** One value to one attribute and back: the definition of a type, and the modifiers that all types share. */

import { InvalidModel } from "../errors.js";
import { brand, foreignHint } from "../util/core.js";
import { describeValue, print } from "../util/print.js";
import type { AnyWire, Attribute, Attributes } from "../wire/attribute.js";
import { isBinary } from "../wire/binary.js";
import { Misfit, misfitOf, wrongTag } from "./context.js";
import type { CustomCodec, CustomJson, Outline } from "./outline.js";

/** The role of a key column in the table's key. */
export type KeyRole = "hash" | "range";

/** The modifiers of a type, as words. Types only; at run time there are `Traits`. */
export type Flag = KeyRole | "required" | "default" | "version";

/**
 * Phantom properties, absent at run time: each is one fact about a type that the compiler reads by an indexed access.
 */
export declare const local: unique symbol;
export declare const wired: unique symbol;
export declare const flagged: unique symbol;
export declare const inner: unique symbol;

/** How a value is loaded, dumped and taken apart. Pure; it does not know its column. */
export interface Codec<Local = unknown> {
  /** The type's name in messages: `string`, `list`. */
  readonly name: string;
  /** DynamoDB's type descriptor of the attributes that dump returns. "any": each value has its own. */
  readonly wire: AnyWire;
  /** Throws if dump could not have made the attribute. */
  load(attribute: Attribute): Local;
  /** The same for a key column, if its error can say more about a key in another spelling; see spelling.ts. */
  loadKey?: ((attribute: Attribute) => Local) | undefined;
  /**
   * Throws if DynamoDB can't hold the value. Returns undefined if nothing is stored (an empty set). `depth` counts
   * levels. `stored` is the attribute that the value may have been loaded from: a list or map keeps its unchanged parts
   * as stored.
   */
  dump(value: Local, depth: number, stored?: Attribute): Attribute | undefined;
  /**
   * Whether a value is stored as it is, found without dumping it: this makes a save of 17 columns take a third of the
   * time. May answer false although it is. Undefined for types that can't tell.
   */
  isStored?: ((value: unknown, stored: Attribute) => boolean) | undefined;
  /** Made by transform(): only its own functions know which part of a value has changed. */
  readonly isCustom?: boolean;
  /** For numbers: the sums that add() may reach. Undefined if the type loads any number that DynamoDB holds. */
  readonly sums?: Sums | undefined;
  /** For lists and maps: their content. Undefined for all others. */
  readonly inside?: Inside | undefined;
  /** The declaration, as data. */
  readonly outline?: Outline<Codec> | undefined;
}

/** The sums that add() may reach: whole numbers that a double holds, from minus `most` to `most`. */
export interface Sums {
  readonly most: number;
  /** Whether the type also loads some numbers outside this range: add() is refused on those. */
  readonly loadsMore?: boolean;
  /** For a type that does not load every number in this range: whether it loads this one. */
  readonly loads?: ((sum: string) => boolean) | undefined;
}

/** The content of a list or a map, by stored names. */
export type Inside = { readonly kind: "list"; element(): Codec } | MapInside;

export interface MapInside {
  readonly kind: "map";
  /** For a union: the stored name of the key that holds a map's kind. */
  readonly tag?: string | undefined;
  /** The codec of a stored key, or undefined for a key that the type does not declare. */
  member(storedName: string, map: Attributes): Member | undefined;
  /** The stored name of a key and its codec, or undefined if there is no such key. */
  at(key: string): Member | undefined;
  /** The known keys, for suggestions; undefined if any key is allowed. */
  keys(): readonly string[] | undefined;
  /** For a type whose values may also be lists or sets: the codec of their elements. */
  element?(): Codec;
}

/** The names of empty sets, which a dumped map leaves out. Not enumerable, since it is not stored. */
const emptied: unique symbol = Symbol("empty sets");
const none: readonly string[] = [];

/** The names that a dumped map leaves out because their sets are empty, and not because they were never assigned. */
export function emptiedNames(dumped: Attributes & { readonly [emptied]?: readonly string[] }): readonly string[] {
  return dumped[emptied] ?? none;
}

/** A dumped map that remembers the names of its empty sets. */
export function withEmptied(dumped: Attributes, names: readonly string[]): Attributes {
  return names.length === 0 ? dumped : Object.defineProperty(dumped, emptied, { value: names, configurable: true });
}

export interface Member {
  readonly key: string;
  readonly storedName: string;
  readonly codec: Codec;
  /** Whether the key must be present. */
  readonly required: boolean;
}

/** The modifiers of a type, at run time. */
export interface Traits {
  readonly key: KeyRole | undefined;
  readonly required: boolean;
  readonly storedName: string | undefined;
  readonly nullable: boolean;
  /** Makes a fresh default; undefined if there is no default. */
  readonly makeDefault: (() => unknown) | undefined;
  /** The default if it is a value and not a function, so that the declaration can check it. */
  readonly defaultValue: unknown;
  /** Whether a function makes the default, anew for each object. */
  readonly isDefaultMade: boolean;
  /** Whether a load uses the default if nothing is stored. */
  readonly onLoad: boolean;
  /** The column holds the object's version; see model/version.ts. */
  readonly version: boolean;
}

/** @internal */
export const definition: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}type`);

/** A codec and its traits: the internal half of a type. */
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
  /** The attribute must be present: checked when an object is created, saved and loaded. */
  required(): Type<Local, W, F | "required", Inner>;
  /**
   * The default value of `new Model()`. A function is called once for each object; a value is copied. With `onLoad:
   * true`, which needs a value and not a function, a load also uses it for an item without this attribute. This does
   * not count as a change until another value is assigned.
   *
   * @example
   * set(string()).default(new Set(), { onLoad: true }) // always a Set, also on items that have none
   */
  default<O extends { onLoad?: boolean } = object>(
    value: Local | (() => Local | undefined),
    options?: O,
  ): Type<Local, W, F | "default" | (O extends { onLoad: true } ? "required" : never), Inner>;
  /** The attribute's name in DynamoDB, if it differs from the property's. */
  storedAs(name: string): Type<Local, W, F, Inner>;
  /** Accepts DynamoDB's NULL, as null. This is not the same as absent. */
  nullable(): Type<Local | null, W, F, Inner>;
  /**
   * A custom type: converts this type's value to yours and back. `json` is for `bloop-dynamodb/json`, which otherwise
   * writes the value that `dump` returns.
   *
   * @example
   * const url = () => string().transform({ load: (text) => new URL(text), dump: (url) => url.href });
   */
  transform<L>(codec: { load(value: Local): L; dump(value: L): Local; json?: CustomJson<L> }): Type<L, W, F, Inner>;
}

/** Any type, for constraints. */
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
  isDefaultMade: false,
  onLoad: false,
  version: false,
};

/**
 * The only function that makes types. A cast, since the phantom properties are absent at run time.
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
    default: (value, options) => next(defaultTraits(codec, value, options?.onLoad === true)),
    storedAs: (storedName) => next({ storedName }),
    nullable: () => makeType(nullable(codec), { ...traits, nullable: true }),
    transform: (custom) => makeType(transformed(codec, custom), { ...traits, ...transformedDefault(traits, custom) }),
  };
  return Object.freeze(made) as X;
}

/** The internal half of a type. Throws InvalidModel for anything else. */
export function definitionOf(type: AnyType): Definition {
  const found: Definition | undefined = type?.[definition];
  if (found !== undefined) return found;
  throw new InvalidModel(`Expected a type such as string(), got ${print(type)}.${foreignHint(type)}`);
}

function defaultTraits(codec: Codec, value: unknown, onLoad: boolean): Partial<Traits> {
  const isFunction = typeof value === "function";
  if (isFunction && onLoad)
    throw new InvalidModel(
      "A default with onLoad is a value, which is copied for each object: of a function's values, a save could not tell which were assigned.",
    );
  return {
    makeDefault: defaultMaker(codec, value),
    defaultValue: isFunction ? undefined : value,
    isDefaultMade: isFunction,
    onLoad,
  };
}

/** A default that is a value is copied for each object through its attribute: no two objects share it. */
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
    dump: (value, depth, stored) => (value === null ? { NULL: true } : codec.dump(value, depth, stored)),
    loadKey: undefined,
    isStored: (value, stored) => (value === null ? "NULL" in stored : codec.isStored?.(value, stored) === true),
    outline: { parts: { kind: "nullable", of: codec } },
  });
}

function transformed(codec: Codec, custom: CustomCodec): Codec {
  return derived(codec, {
    load: (attribute) => guarded(() => custom.load(codec.load(attribute))),
    dump: (value, depth, stored) =>
      codec.dump(
        guarded(() => custom.dump(value)),
        depth,
        stored,
      ),
    loadKey: undefined,
    isStored: undefined,
    isCustom: true,
    outline: { parts: { kind: "custom", of: codec, custom } },
  });
}

/** A default that was given before transform() is a value of the inner type. */
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

/**
 * A codec with some functions replaced. It inherits the rest, since a recursive codec can't be read before its first
 * use.
 */
function derived(
  codec: Codec,
  changed: Pick<Codec, "load" | "loadKey" | "dump" | "isStored" | "isCustom" | "outline">,
): Codec {
  return Object.assign(Object.create(codec) as Codec, changed);
}

/** Runs a user's function: its error gives the reason why the value does not fit. */
function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw misfitOf(error);
  }
}

export type Scalar = "S" | "N" | "B" | "BOOL";
export type Stored<Tag extends Scalar> = Extract<Attribute, Record<Tag, unknown>>[Tag];

/** Optional parts of a scalar's codec, as in Codec: loadKey, isStored and outline. */
export interface ScalarDetails<Tag extends Scalar, Local> {
  loadKey?(stored: Stored<Tag>): Local;
  isStored?(value: unknown, stored: Stored<Tag>): boolean;
  readonly outline?: Outline<never>;
}

/** A codec of a scalar: `tag` is the descriptor that it stores, and the only one that it loads. */
export function scalarCodec<Tag extends Scalar, Local>(
  name: string,
  tag: Tag,
  load: (stored: Stored<Tag>) => Local,
  dump: (value: Local) => Attribute,
  { loadKey, isStored, outline }: ScalarDetails<Tag, Local> = {},
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
  };
}

interface ScalarFunctions<Tag extends Scalar> {
  load(load: (stored: Stored<Tag>) => unknown): Codec["load"];
  isStored(isStored: (value: unknown, stored: Stored<Tag>) => boolean): Codec["isStored"];
}

/**
 * Separate functions for each tag: reading a property of a fixed name takes a fifth of the time of any other read. In
 * all, this saves a tenth of the time to make an object.
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
  return new Misfit(`expected ${what}, got ${describeValue(value)}${hint}`);
}
