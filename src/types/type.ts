/** One value to one attribute and back: the definition of a type, and the modifiers that all types share. */

import { InvalidModel } from "../errors.js";
import { brand, foreignHint } from "../util/core.js";
import { print } from "../util/print.js";
import type { AnyWire } from "../wire/attribute.js";
import type { Codec } from "./codec/codec.js";
import { misfitOf } from "./codec/context.js";
import type { CustomCodec, CustomJson } from "./codec/outline.js";
import { type Computed, computedTraits } from "./computed.js";

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
  /** The column holds the object's version; see model/change/version.ts. */
  readonly version: boolean;
  /** If bloop computes the column; see model/change/computed.ts. */
  readonly computed: Computed | undefined;
}

/** @internal */
export const definition: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}type`);

/** A codec and its traits: the internal half of a type. */
interface Definition {
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
   * A column that bloop sets with each write of an item, also with update(), putAll() and in transactions. The function is
   * called once for each write. No write is made for its sake.
   *
   * @example
   * datetime().onWrite(() => new Date())
   */
  onWrite(make: () => Local | undefined): Type<Local, W, F, Inner>;
  /**
   * A column that is computed from others, of one item, with each write that changes one of them. If one of them has no
   * value, it has none. The function has to give the same result for the same values. Its parameter says the types of the
   * values; without one, they are unknown.
   *
   * @example
   * string().from(["email"], ({ email }: { email: string }) => email.toLowerCase())
   */
  from<const C extends string, V extends object = { readonly [K in C]: unknown }>(
    columns: readonly C[] &
      ([Exclude<keyof V, C>] extends [never] ? unknown : { readonly missing: Exclude<keyof V, C> }),
    compute: (values: V) => Local | undefined,
  ): Type<Local, W, F, Inner>;
  /**
   * A custom type: converts this type's value to yours and back. `json` is for `bloop-dynamodb/json`, which otherwise
   * writes the value that `dump` returns.
   *
   * @example
   * const url = () => string().transform({ load: (text) => new URL(text), dump: (url) => url.href });
   */
  transform<L>(codec: { load(value: Local): L; dump(value: L): Local; json?: CustomJson<L> }): Type<L, W, F, Inner>;
}

/** Any type, for constraints. Without the modifiers, which the compiler would compare one by one. */
export interface AnyType {
  // biome-ignore lint/suspicious/noExplicitAny: a constraint that every type meets, whatever its local value
  readonly [local]: any;
  readonly [wired]: AnyWire;
  readonly [flagged]: Flag;
  // biome-ignore lint/suspicious/noExplicitAny: the same
  readonly [inner]: any;
  /** @internal */
  readonly [definition]: Definition;
}

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
  computed: undefined,
};

/**
 * The only function that makes types. A cast, since the phantom properties are absent at run time.
 *
 * @internal
 */
export function makeType<X extends AnyType>(codec: Codec, traits: Traits = plainTraits): X {
  const next = (changed: Partial<Traits>): never => makeType<never>(codec, { ...traits, ...changed });
  const made: Omit<Type<unknown>, typeof local | typeof wired | typeof flagged | typeof inner> = {
    [definition]: { codec, traits },
    hashKey: () => next({ key: "hash", required: true }),
    rangeKey: () => next({ key: "range", required: true }),
    required: () => next({ required: true }),
    default: (value, options) => next(defaultTraits(codec, value, options?.onLoad === true)),
    storedAs: (storedName) => next({ storedName }),
    nullable: () => makeType(nullable(codec), { ...traits, nullable: true }),
    onWrite: (make) => next(computedTraits("onWrite()", undefined, make)),
    from: (columns, compute) => next(computedTraits("from()", columns, compute)),
    transform: (custom) => makeType(transformed(codec, custom), { ...traits, ...transformedDefault(traits, custom) }),
  };
  return Object.freeze(made) as Partial<AnyType> as X;
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
