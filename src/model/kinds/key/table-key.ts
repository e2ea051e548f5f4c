/** The table's key of an item, composed of its parts. */

import { setOwn } from "../../../util/object.js";
import { type Attribute, attributeOf, type Item } from "../../../wire/attribute.js";
import type { Meta } from "../../meta.js";
import { composeKey } from "./compose.js";

/** The key that an item's parts say. Throws InvalidValue for parts that no key can have. */
export function composedKeyOf(meta: Meta, item: Item): Item {
  const key: Record<string, Attribute> = {};
  for (const column of meta.keys) {
    const composed = meta.shared?.composed.get(column);
    const stored = attributeOf(item, column.storedName);
    const attribute = stored === undefined && composed !== undefined ? composeKey(meta, composed, item) : stored;
    if (attribute !== undefined) setOwn(key, column.storedName, attribute);
  }
  return key;
}
