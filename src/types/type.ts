/** One value to one attribute and back: what every type is, and the modifiers that all of them share. */

import { InvalidModel } from "../errors.js";
import { brand, foreignHint } from "../util/core.js";
import { describeValue, print } from "../util/print.js";
import type { AnyWire, Attribute, Attributes } from "../wire/attribute.js";
import { isBinary } from "../wire/binary.js";
import { Misfit, misfitOf, wrongTag } from "./context.js";
import type { CustomCodec, CustomJson, Outline } from "./outline.js";

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
  /**
   * Throws if DynamoDB can't hold the value. Undefined: nothing is stored (an empty set). `depth` counts levels. `stored`
   * is what the value may have been loaded from: a list or map keeps what has not changed as it is stored.
   */
  dump(value: Local, depth: number, stored?: Attribute): Attribute | undefined;
  /**
   * Whether a value is as it is stored, found out without dumping it: a save of 17 columns takes a third of the time by
   * it. May say no where it is. Not there for types that can't tell.
   */
  isStored?: ((value: unknown, stored: Attribute) => boolean) | undefined;
  /** Made by transform(): of what it holds, only its own functions know what has changed. */
  readonly isCustom?: boolean;
  /** For numbers: the sums that add() may come to. Not there if any number that DynamoDB holds is loaded. */
  readonly sums?: Sums | undefined;
  /** For lists and maps: what is inside. For the others there is nothing. */
  readonly inside?: Inside | undefined;
  /** What it was declared as. */
  readonly outline?: Outline<Codec> | undefined;
}

/** The sums of numbers that add() may come to: whole numbers that a double holds, from minus `most` to `most`. */
export interface Sums {
  readonly most: number;
  /** Whether the type also loads some numbers that lie outside of them: those are not added to. */
  readonly loadsMore?: boolean;
  /** For a type that does not load every number between those: whether it loads this one. */
  readonly loads?: ((sum: string) => boolean) | undefined;
}

/** What a list or a map holds, by its stored names. */
export type Inside = { readonly kind: "list"; element(): Codec } | MapInside;

export interface MapInside {
  readonly kind: "map";
  /** For a union: the stored name of the key that says which kind a map is. */
  readonly tag?: string | undefined;
  /** The codec of a stored key, or undefined for a key that the type does not declare. */
  member(storedName: string, map: Attributes): Member | undefined;
  /** The stored name of a key and its codec, or undefined if there is no such key. */
  at(key: string): Member | undefined;
  /** The keys that can be named, for suggestions; undefined if any key can. */
  keys(): readonly string[] | undefined;
  /** For a type whose values may be lists or sets as well: what those hold. */
  element?(): Codec;
}

/** The names of sets that a dumped map leaves out because they are empty. Not enumerable, since it is not stored. */
const emptied: unique symbol = Symbol("empty sets");
const none: readonly string[] = [];

/** The names that a dumped map leaves out because their sets are empty, not because nothing was assigned to them. */
export function emptiedNames(dumped: Attributes & { readonly [emptied]?: readonly string[] }): readonly string[] {
  return dumped[emptied] ?? none;
}

/** A dumped map, which remembers those names. */
export function withEmptied(dumped: Attributes, names: readonly string[]): Attributes {
  return names.length === 0 ? dumped : Object.defineProperty(dumped, emptied, { value: names, configurable: true });
}

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
  /** Whether a function makes the default, anew for each object. */
  readonly isDefaultMade: boolean;
  /** Whether a load uses the default where nothing is stored. */
  readonly onLoad: boolean;
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
  /**
   * Used by `new Model()`. A function is called once for each object, a value copied. With `onLoad: true`, which takes a
   * value and no function, also by a load of an item that has none: that is no change of the object until another value
   * is assigned.
   *
   * @example
   * set(string()).default(new Set(), { onLoad: true }) // always a Set, also on items that have none
   */
  default<O extends { onLoad?: boolean } = object>(
    value: Local | (() => Local | undefined),
    options?: O,
  ): Type<Local, W, F | "default" | (O extends { onLoad: true } ? "required" : never), Inner>;
  /** The attribute's name in DynamoDB, when it differs from the property's. */
  storedAs(name: string): Type<Local, W, F, Inner>;
  /** Admits DynamoDB's NULL, as null. Not the same as absent. */
  nullable(): Type<Local | null, W, F, Inner>;
  /**
   * A custom type: how to turn this type's value into yours and back. `json` is for `bloop-dynamodb/json`, which without
   * it writes what `dump` returns.
   *
   * @example
   * const url = () => string().transform({ load: (text) => new URL(text), dump: (url) => url.href });
   */
  transform<L>(codec: { load(value: Local): L; dump(value: L): Local; json?: CustomJson<L> }): Type<L, W, F, Inner>;
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
  isDefaultMade: false,
  onLoad: false,
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
    default: (value, options) => next(defaultTraits(codec, value, options?.onLoad === true)),
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
function derived(
  codec: Codec,
  changed: Pick<Codec, "load" | "loadKey" | "dump" | "isStored" | "isCustom" | "outline">,
): Codec {
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

/** What a scalar may say besides: how a key is loaded, whether a value is stored so, and its outline, as Codec has them. */
export interface ScalarDetails<Tag extends Scalar, Local> {
  loadKey?(stored: Stored<Tag>): Local;
  isStored?(value: unknown, stored: Stored<Tag>): boolean;
  readonly outline?: Outline<never>;
}

/** A codec of a scalar: `tag` is both the descriptor it stores and the only one that it loads. */
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
  return new Misfit(`expected ${what}, got ${describeValue(value)}${hint}`);
}
