/** `keyOf()`: the key attributes of an item, for code that talks to DynamoDB without bloop. */

import { attributeOf, type Item } from "../../../wire/attribute.js";
import { bytesOf, copyBytes } from "../../../wire/binary.js";
import { exactDouble } from "../../../wire/decimal.js";
import type { AnyModel, Key } from "../../infer.js";
import { keyOfValues } from "../../key.js";
import type { Meta } from "../../meta.js";
import { metaOf } from "../../registry.js";

/** Key attributes by their stored names, as plain values. */
export interface KeyAttributes {
  [storedName: string]: string | number | Uint8Array;
}

/**
 * The key attributes of an item by their stored names, as plain values: texts, numbers (a text, if a double can't hold
 * one), bytes. For the SDK's document client, IAM conditions, logs. Throws MissingKey, and InvalidValue for an invalid
 * key.
 *
 * @example
 * keyOf(Order, { customerId, placedAt, id }) // { pk: "CUSTOMER#...#", sk: "ORDER#...#" }
 */
export function keyOf<T extends AnyModel>(model: T, key: Key<T>): KeyAttributes {
  const meta = metaOf(model);
  return plainKey(meta, keyOfValues(meta, key));
}

/** The key attributes of an item as plain values. */
export function plainKey({ keys }: Meta, item: Item): KeyAttributes {
  const values: KeyAttributes = {};
  for (const { storedName } of keys) {
    const attribute = attributeOf(item, storedName);
    if (attribute === undefined) continue;
    if ("S" in attribute) values[storedName] = attribute.S;
    else if ("N" in attribute) values[storedName] = exactDouble(attribute.N) ?? attribute.N;
    else if ("B" in attribute) values[storedName] = copyBytes(bytesOf(attribute.B));
  }
  return values;
}
