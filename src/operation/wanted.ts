/** An item as a table and a key, and one text for both. */

import type { Home } from "../model/object/home.js";
import type { Item } from "../wire/attribute.js";
import { canonicalKey } from "../wire/canonical.js";

/** An item to read: its table and key, and one text for both, by which the answer is matched. */
export interface Wanted {
  readonly home: Home;
  readonly key: Item;
  readonly id: string;
}

/** DynamoDB may spell a number differently than it was sent ("1.0"), so keys are matched by value. */
export function wantedItem(home: Home, key: Item): Wanted {
  return { home, key, id: idOf(home.tableName, key, Object.keys(key)) };
}

/** One text for a table and an item's key of these names. */
export function idOf(tableName: string, item: Item, names: readonly string[]): string {
  return `${tableName} ${canonicalKey(item, names)}`;
}
