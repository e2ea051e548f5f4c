/** The key of an item: from an object or from plain values, checked against DynamoDB's limits. */

import { InvalidOption, InvalidValue, MissingKey } from "../errors.js";
import { misfitOf } from "../types/context.js";
import { ownValue, setOwn } from "../util/object.js";
import { describeValue, didYouMean, print } from "../util/print.js";
import { type Attribute, attributeOf, type Item } from "../wire/attribute.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../wire/limits.js";
import { sizeAtMost, sizeOf } from "../wire/size.js";
import { storesAlike } from "./alike.js";
import type { Column } from "./column.js";
import { invalidValue, printColumns } from "./invalid.js";
import { isModelObject, type Meta, metaOfObject } from "./meta.js";
import { snapshotOf } from "./snapshot.js";

/**
 * The key of an object: of a loaded one, as it is stored. Throws MissingKey, or InvalidValue for a key that changed
 * since the object was loaded.
 */
export function keyOfObject(meta: Meta, object: object): Item {
  const before = snapshotOf(object)?.item;
  if (before !== undefined && isKeyStored(meta, object, before)) return keyOfItem(meta.keys, before);
  const key = dumpKey(meta, object);
  return before === undefined ? key : assertKeyUnchanged(meta, key, before);
}

/** The key as it is stored. Throws InvalidValue if an object has another one now. */
export function assertKeyUnchanged(meta: Meta, key: Item, stored: Item): Item {
  for (const column of meta.keys) assertUnchanged(meta, column, stored, key);
  return keyOfItem(meta.keys, stored);
}

function isKeyStored({ keys }: Meta, object: object, before: Item): boolean {
  for (const { property, storedName, isStored } of keys) {
    const stored = attributeOf(before, storedName);
    const value = ownValue(object, property);
    if (stored === undefined || value === undefined || !isStored(value, stored)) return false;
  }
  return true;
}

function assertUnchanged(meta: Meta, { property, storedName, codec }: Column, before: Item, key: Item): void {
  const [stored, now] = [attributeOf(before, storedName), attributeOf(key, storedName)];
  if (stored !== undefined && now !== undefined && storesAlike(codec, stored, now)) return;
  throw new InvalidValue(
    `${meta.name}.${property} is a key column, and was changed from ${print(stored)} to ${print(now)} since the object was loaded or saved. Saving it would write a part of one item into another: make a new object instead.`,
    { model: meta.name, path: [property] },
  );
}

/**
 * The key that a user gave as plain values, or as an object of the model, whose other columns are not looked at. Throws
 * MissingKey, or InvalidValue for anything that is no key column.
 */
export function keyOfValues(meta: Meta, values: unknown): Item {
  if (typeof values !== "object" || values === null) {
    throw new InvalidOption(
      `A key of ${meta.name} is an object with ${printColumns(meta.keys.map(({ property }) => property))}, got ${describeValue(values)}.`,
    );
  }
  if (isModelObject(values)) return keyOfGiven(meta, values);
  for (const property of Object.keys(values)) {
    if (meta.byProperty.get(property)?.key !== undefined) continue;
    const hint = didYouMean(
      property,
      meta.keys.map((column) => column.property),
    );
    throw new InvalidValue(`${meta.name} has no key column ${print(property)}${hint || "."}`, {
      model: meta.name,
      path: [property],
    });
  }
  return dumpKey(meta, values);
}

function keyOfGiven(meta: Meta, object: object): Item {
  const given = metaOfObject(object);
  if (given === meta) return keyOfObject(meta, object);
  throw new InvalidOption(
    `A key of ${meta.name} is an object with ${printColumns(meta.keys.map(({ property }) => property))}, got an object of ${given.name}.`,
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
  for (const { property } of meta.keys) if (ownValue(values, property) === undefined) throw missingKey(meta, values);
  const key: Record<string, Attribute> = {};
  for (const column of meta.keys)
    setOwn(key, column.storedName, dumpKeyColumn(meta, column, ownValue(values, column.property), key));
  return key;
}

function missingKey(meta: Meta, values: object): MissingKey {
  const missing = meta.keys
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
    return assertTableKey(column, column.codec.dump(value, 1));
  } catch (error) {
    throw invalidValue(meta, column, misfitOf(error), key, false);
  }
}

/** Refuses an attribute that DynamoDB does not take as this column of the table's key. */
export function assertTableKey({ key }: Column, attribute: Attribute | undefined): Attribute {
  if (attribute === undefined) throw new Error("a key can't be empty");
  const problem = keyProblem(attribute, key === "range" ? maxRangeKeyBytes : maxHashKeyBytes);
  if (problem === undefined) return attribute;
  throw new Error(`it is a key of the table, and ${problem}`);
}

/** Why DynamoDB refuses an attribute as the key of a table or index, or undefined where it does not. */
export function keyProblem(attribute: Attribute, maxBytes: number): string | undefined {
  if ("N" in attribute) return undefined;
  // Most keys are far from the limit: then nobody needs their exact size.
  const most = sizeAtMost(attribute);
  if (most > 0 && most <= maxBytes) return undefined;
  const size = sizeOf(attribute);
  if (size === 0) return "is empty, which DynamoDB refuses for keys";
  return size > maxBytes ? `has ${size} bytes; DynamoDB takes ${maxBytes} for it` : undefined;
}
