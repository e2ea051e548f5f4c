/** The key of an item: from an object or from plain values, checked against DynamoDB's limits. */

import { InvalidOption, InvalidValue, MissingKey } from "../errors.js";
import type { Codec } from "../types/codec/codec.js";
import { misfitOf } from "../types/codec/context.js";
import { loadsAlike } from "../types/codec/stored.js";
import { ownValue, setOwn } from "../util/object.js";
import { describeValue, didYouMean, print } from "../util/print.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../wire/limits.js";
import { sameAttribute } from "../wire/same.js";
import { sizeAtMost, sizeOf } from "../wire/size.js";
import type { Column } from "./column.js";
import { invalidInput, printColumns } from "./invalid.js";
import type { Meta } from "./meta.js";
import { type Snapshot, snapshotOf } from "./object/snapshot.js";
import { isModelObject, metaOfObject } from "./registry.js";

/**
 * The key of an object; for a loaded one, as it is stored. Throws MissingKey, or InvalidValue for a key that changed
 * since the object was loaded.
 */
export function keyOfObject(meta: Meta, object: object, before: Snapshot | undefined = snapshotOf(object)): Item {
  if (before === undefined) return dumpKey(meta, object);
  if (!isKeyStored(meta, object, before)) assertSameKey(meta, before.item, identityOf(meta, object, before));
  return keyOfItem(meta.keys, before.item);
}

/** The key as it is stored. Throws InvalidValue if the object has another key now. */
export function assertKeyUnchanged(meta: Meta, key: Item, stored: Item): Item {
  for (const column of meta.keys) {
    const [before, now] = [attributeOf(stored, column.storedName), attributeOf(key, column.storedName)];
    if (!isSameKey(column, before, now)) throw changedKey(meta, column, before, now);
  }
  return keyOfItem(meta.keys, stored);
}

function isKeyStored({ identity }: Meta, object: object, { item, known }: Snapshot): boolean {
  for (const column of identity) {
    const stored = attributeOf(item, column.storedName);
    const value = ownValue(object, column.property);
    if (value === undefined && isLeftOff(column, known)) continue;
    if (stored === undefined || value === undefined || !column.isStored(value, stored)) return false;
  }
  return true;
}

/** A part whose stored value did not fit: the item's own key identifies the item. */
function isLeftOff(column: Column, known: ReadonlySet<Column>): boolean {
  return column.key === undefined && !known.has(column);
}

/** The object's values of the columns that identify its item. */
function identityOf(meta: Meta, object: object, { known }: Snapshot): Item {
  const wanted = meta.identity.filter(
    (column) => !isLeftOff(column, known) || ownValue(object, column.property) !== undefined,
  );
  return dumpColumns(meta, wanted, object);
}

function assertSameKey(meta: Meta, before: Item, now: Item): void {
  for (const column of meta.identity) {
    const [stored, value] = [attributeOf(before, column.storedName), attributeOf(now, column.storedName)];
    if (value === undefined && column.key === undefined) continue;
    if (!isSameKey(column, stored, value)) throw changedKey(meta, column, stored, value);
  }
}

function isSameKey({ codec }: Column, stored: Attribute | undefined, now: Attribute | undefined): boolean {
  return stored !== undefined && now !== undefined && storesAlike(codec, stored, now);
}

function changedKey(meta: Meta, { property }: Column, stored: unknown, now: unknown): InvalidValue {
  return new InvalidValue(
    `${meta.name}.${property} is a key column, and was changed from ${print(stored)} to ${print(now)} since the object was loaded or saved. Saving it would write a part of one item into another: engine.move(object, { ${property}: ... }) moves the item, and a new object is another one.`,
    { model: meta.name, path: [property] },
  );
}

/**
 * The key that a user gave as plain values, or as an object of the model, whose other columns are ignored. Throws
 * MissingKey, or InvalidValue for a property that is not a key column.
 */
export function keyOfValues(meta: Meta, values: unknown): Item {
  return composedKeyOf(meta, identityOfValues(meta, values));
}

/** The values of the columns that identify the item: the parts of composed keys as they are. Throws in the same way. */
export function identityOfValues(meta: Meta, values: unknown): Item {
  if (typeof values !== "object" || values === null) {
    throw new InvalidOption(
      `A key of ${meta.name} is an object with ${printColumns(meta.identity.map(({ property }) => property))}, got ${describeValue(values)}.`,
    );
  }
  if (isModelObject(values)) return identityOfGiven(meta, values);
  for (const property of Object.keys(values)) {
    if (meta.identity.some((column) => column.property === property)) continue;
    const hint = didYouMean(
      property,
      meta.identity.map((column) => column.property),
    );
    throw new InvalidValue(`${meta.name} has no key column ${print(property)}${hint || "."}`, {
      model: meta.name,
      path: [property],
    });
  }
  return dumpColumns(meta, meta.identity, values);
}

/** The columns that identify an item, if the table's key does not tell all of them exactly; else undefined. */
export function untoldIdentity(meta: Meta, values: unknown): Item | undefined {
  const { shared } = meta;
  return shared !== undefined && shared.told.size < shared.parts.size ? identityOfValues(meta, values) : undefined;
}

function identityOfGiven(meta: Meta, object: object): Item {
  const given = metaOfObject(object);
  const before = given === meta ? snapshotOf(object) : undefined;
  if (before !== undefined) return { ...keyOfItem(meta.identity, before.item), ...keyOfObject(meta, object) };
  if (given === meta) return dumpColumns(meta, meta.identity, object);
  throw new InvalidOption(
    `A key of ${meta.name} is an object with ${printColumns(meta.identity.map(({ property }) => property))}, got an object of ${given.name}.`,
  );
}

/** The key attributes of an item that was read. */
export function keyOfItem(columns: readonly Column[], item: Item): Item {
  const key: Record<string, Attribute> = {};
  for (const { storedName } of columns) {
    const attribute = attributeOf(item, storedName);
    if (attribute !== undefined) setOwn(key, storedName, attribute);
  }
  return key;
}

function dumpKey(meta: Meta, values: object): Item {
  return composedKeyOf(meta, dumpColumns(meta, meta.identity, values));
}

/** The key that an item's parts say. Throws InvalidValue for parts that no key can have. */
export function composedKeyOf(meta: Meta, item: Item): Item {
  return meta.shared === undefined ? item : meta.shared.does.composedKeyOf(meta, item);
}

function dumpColumns(meta: Meta, columns: readonly Column[], values: object): Item {
  for (const { property } of columns)
    if (ownValue(values, property) === undefined) throw missingKey(meta, columns, values);
  const key: Record<string, Attribute> = {};
  for (const column of columns)
    setOwn(key, column.storedName, dumpKeyColumn(meta, column, ownValue(values, column.property), key));
  return key;
}

function missingKey(meta: Meta, columns: readonly Column[], values: object): MissingKey {
  const missing = columns
    .filter(({ property }) => ownValue(values, property) === undefined)
    .map(({ property }) => property);
  return new MissingKey(
    `${meta.name}: ${printColumns(missing)} of the key ${missing.length === 1 ? "has" : "have"} no value.`,
    {
      model: meta.name,
      columns: missing,
    },
  );
}

function dumpKeyColumn(meta: Meta, column: Column, value: unknown, key: Item): Attribute {
  try {
    const attribute = column.codec.dump(value, 1);
    return column.key === undefined && attribute !== undefined ? attribute : assertTableKey(column, attribute);
  } catch (error) {
    throw invalidInput(meta, column, misfitOf(error), key);
  }
}

/** Refuses an attribute that DynamoDB does not take as this column of the table's key. */
export function assertTableKey({ key }: Column, attribute: Attribute | undefined): Attribute {
  if (attribute === undefined) throw new Error("a key can't be empty");
  const problem = keyProblem(attribute, key === "range" ? maxRangeKeyBytes : maxHashKeyBytes);
  if (problem === undefined) return attribute;
  throw new Error(`it is a key of the table, and ${problem}`);
}

/**
 * The stored form of a value may differ from the form that its column dumps: a time with an offset, an upper-case UUID.
 * The value has not changed if loading and dumping the stored form again gives the dumped one.
 */
function storesAlike(codec: Codec, before: Attribute, after: Attribute): boolean {
  return sameAttribute(before, after) || loadsAlike(codec, before, after);
}

/** Why DynamoDB refuses an attribute as the key of a table or index, or undefined if it takes it. */
export function keyProblem(attribute: Attribute, maxBytes: number): string | undefined {
  if ("N" in attribute) return undefined;
  // Most keys are far from the limit: then nobody needs their exact size.
  const most = sizeAtMost(attribute);
  if (most > 0 && most <= maxBytes) return undefined;
  const size = sizeOf(attribute);
  if (size === 0) return "is empty, which DynamoDB refuses for keys";
  return size > maxBytes ? `has ${size} bytes; DynamoDB takes ${maxBytes} for it` : undefined;
}
