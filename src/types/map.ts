/** `map()`, of declared keys, and `record()`, of any keys and one type. */

import { InvalidModel } from "../errors.js";
import { ownValue, setOwn } from "../util/object.js";
import { didYouMean, print } from "../util/print.js";
import { type AnyWire, type Attribute, type Attributes, attributeOf, newAttributes } from "../wire/attribute.js";
import { type Codec, type MapInside, type Member, withEmptied } from "./codec/codec.js";
import { assertDepth, unkeyed } from "./codec/container.js";
import { expected, Misfit, within, wrongTag } from "./codec/context.js";
import { dumpOnto } from "./codec/stored.js";
import type { Values } from "./infer.js";
import { assertText } from "./string.js";
import { definitionOf, type Flag, makeType, type Shape, type Type } from "./type.js";

/**
 * The undeclared keys of a stored map, as attributes, on the loaded object itself. The symbol is enumerable, so that a
 * copy by spread takes them along: an element of a list can be replaced without losing them. It is the same symbol in
 * every version of bloop, since a copy may be assigned to an object of another version.
 */
const undeclared: unique symbol = /* @__PURE__ */ Symbol.for("bloop-dynamodb/undeclared keys");

/**
 * An object with declared keys, stored as M. Stored keys that are not declared are kept by every save.
 *
 * @example
 * map({ city: string().required(), geo: map({ lat: number(), lon: number() }) })
 */
export function map<S extends Shape>(shape: S): Type<Values<S>, "M", never, S> {
  return makeType(mapCodec(fieldsOf(shape)));
}

/** @internal */
export function fieldsOf(shape: Shape): readonly Member[] {
  if (typeof shape !== "object" || shape === null) {
    throw new InvalidModel(`The keys of a map are an object of types, got ${print(shape)}.`);
  }
  const fields = Object.entries(shape).map(([key, type]) => {
    const { codec, traits } = definitionOf(unkeyed(type, "map"));
    return { key, codec, storedName: traits.storedName ?? key, required: traits.required };
  });
  for (const { storedName } of fields) {
    if (storedName === "")
      throw new InvalidModel("A key of a map is stored under an empty name, which DynamoDB does not take.");
    const same = fields.filter((field) => field.storedName === storedName);
    if (same.length > 1) throw new InvalidModel(`Two keys of a map are both stored as ${JSON.stringify(storedName)}.`);
  }
  return fields;
}

/** @internal */
export function mapCodec(fields: readonly Member[]): Codec<object> {
  const byStoredName = new Map(fields.map((field) => [field.storedName, field]));
  const byKey = new Map(fields.map((field) => [field.key, field]));
  const inside: MapInside = {
    kind: "map",
    member: (storedName) => byStoredName.get(storedName),
    at: (key) => byKey.get(key),
    keys: () => [...byKey.keys()],
  };
  return {
    name: "map",
    wire: "M",
    inside,
    outline: { parts: { kind: "map", keys: fields } },
    load(attribute) {
      if (!("M" in attribute) || !isMap(attribute.M)) throw wrongTag("M", attribute);
      return loadFields(fields, byStoredName, attribute.M);
    },
    dump(value, depth, stored) {
      assertObject(value);
      assertDepth(depth);
      assertDeclared(value, inside);
      return { M: dumpFields(fields, value, depth, mapIn(stored)) };
    },
    isStored: (value, stored) => isPlain(value) && "M" in stored && areStored(fields, value, stored.M),
  };
}

/**
 * Refuses keys that a map does not declare.
 *
 * @internal
 */
export function assertDeclared(value: object, inside: MapInside): void {
  for (const key of Object.keys(value)) {
    if (inside.at(key) === undefined)
      throw new Misfit(`there is no key ${print(key)} in this map${didYouMean(key, inside.keys() ?? [])}`);
  }
}

function isMap(stored: unknown): boolean {
  return typeof stored === "object" && stored !== null && !Array.isArray(stored);
}

function isPlain(value: unknown): value is object & { readonly [undeclared]?: Attributes } {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/**
 * Whether the value is stored exactly as it is now, with no other keys. A value with undeclared keys is left to a dump.
 */
function areStored(
  fields: readonly Member[],
  value: object & { readonly [undeclared]?: Attributes },
  stored: Attributes,
): boolean {
  if (value[undeclared] !== undefined) return false;
  let count = 0;
  for (const { key, storedName, codec } of fields) {
    const attribute = attributeOf(stored, storedName);
    const local = ownValue(value, key);
    if (attribute === undefined && local === undefined) continue;
    if (attribute === undefined || codec.isStored?.(local, attribute) !== true) return false;
    count++;
  }
  return count === Object.keys(value).length && count === Object.keys(stored).length;
}

/**
 * Only own properties are stored. A Map, Date or promise holds its values elsewhere, and would be stored empty.
 *
 * @internal
 */
export function assertObject(value: unknown): asserts value is object {
  if (Object.prototype.toString.call(value) !== "[object Object]") throw expected("an object", value);
}

function loadFields(fields: readonly Member[], byStoredName: ReadonlyMap<string, Member>, stored: Attributes): object {
  const local = {};
  let count = 0;
  let at = "";
  try {
    for (const { key, storedName, codec, required } of fields) {
      at = key;
      const attribute = attributeOf(stored, storedName);
      if (attribute !== undefined) {
        setOwn(local, key, codec.load(attribute));
        count++;
      } else if (required) throw new Misfit("a required value is missing");
    }
  } catch (error) {
    throw within(at, error);
  }
  for (const _ in stored) count--;
  if (count === 0) return local;
  const unknown = Object.entries(stored).filter(([name]) => !byStoredName.has(name));
  return Object.assign(local, { [undeclared]: Object.fromEntries(unknown) });
}

function dumpFields(
  fields: readonly Member[],
  value: object & { readonly [undeclared]?: Attributes },
  depth: number,
  stored: Attributes,
): Attributes {
  const dumped = newAttributes(value[undeclared]);
  const empty: string[] = [];
  for (const { key, storedName, codec, required } of fields) {
    const local = ownValue(value, key);
    const place = { depth: depth + 1, stored: attributeOf(stored, storedName) };
    const attribute = local === undefined ? undefined : dumpKey(codec, key, local, place);
    if (attribute !== undefined) {
      dumped[storedName] = attribute;
      continue;
    }
    if (required) throw new Misfit("a required value is missing", { path: [key] });
    // A key that another map type left undeclared may be declared by this one.
    delete dumped[storedName];
    if (local !== undefined) empty.push(storedName);
  }
  return withEmptied(dumped, empty);
}

const noAttributes: Attributes = {};

/** The content of a stored map. */
function mapIn(stored: Attribute | undefined): Attributes {
  return stored !== undefined && "M" in stored ? stored.M : noAttributes;
}

function loadMember(codec: Codec, attribute: Attribute, key: string): unknown {
  try {
    return codec.load(attribute);
  } catch (error) {
    throw within(key, error);
  }
}

/** @internal */
export function assertKey(key: string): string {
  if (key === "") throw new Misfit("DynamoDB takes no empty key");
  return assertText(key);
}

function dumpKeys(codec: Codec, value: object, depth: number, stored: Attributes): Attributes {
  const dumped = newAttributes();
  const empty: string[] = [];
  for (const [key, local] of Object.entries(value)) {
    if (local === undefined) continue;
    const attribute = dumpKey(codec, key, local, { depth: depth + 1, stored: attributeOf(stored, key) });
    if (attribute !== undefined) dumped[assertKey(key)] = attribute;
    else empty.push(key);
  }
  return withEmptied(dumped, empty);
}

function dumpKey(
  codec: Codec,
  key: string,
  value: unknown,
  { depth, stored }: { readonly depth: number; readonly stored: Attribute | undefined },
): Attribute | undefined {
  try {
    return dumpOnto(codec, value, depth, stored);
  } catch (error) {
    throw within(key, error);
  }
}

/** An object with any keys and values of one type, stored as M. A key that holds undefined is not stored. */
export function record<L, W extends AnyWire, F extends Flag, I>(
  of: Type<L, W, F, I>,
): Type<{ [key: string]: L }, "M", never, { [key: string]: Type<L, W, F, I> }> {
  return makeType(recordCodec("record", definitionOf(unkeyed(of, "record")).codec));
}

/** @internal */
export function recordCodec(name: string, codec: Codec): Codec<object> {
  const isKeyStored = (key: string, value: object, map: Attributes): boolean => {
    const attribute = attributeOf(map, key);
    return attribute !== undefined && codec.isStored?.(ownValue(value, key), attribute) === true;
  };
  const memberAt = (key: string): Member => ({ key, storedName: key, codec, required: false });
  return {
    name,
    wire: "M",
    inside: { kind: "map", member: memberAt, at: memberAt, keys: () => undefined },
    outline: { parts: { kind: "record", of: codec } },
    load(attribute) {
      if (!("M" in attribute) || !isMap(attribute.M)) throw wrongTag("M", attribute);
      const local = {};
      for (const [key, stored] of Object.entries(attribute.M)) setOwn(local, key, loadMember(codec, stored, key));
      return local;
    },
    dump(value, depth, stored) {
      assertObject(value);
      assertDepth(depth);
      return { M: dumpKeys(codec, value, depth, mapIn(stored)) };
    },
    isStored(value, stored) {
      if (!isPlain(value) || !("M" in stored)) return false;
      const keys = Object.keys(value);
      return keys.length === Object.keys(stored.M).length && keys.every((key) => isKeyStored(key, value, stored.M));
    },
  };
}
