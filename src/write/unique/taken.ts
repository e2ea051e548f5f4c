/** The failure of a write because another item has the value of a unique column. */

import { hide } from "../../errors/base.js";
import type { UniqueColumns } from "../../model/meta.js";
import type { Item } from "../../wire/attribute.js";

export class ValueTaken extends Error {
  override readonly name = "ValueTaken";
  /** The number of the write, of those that were sent together. */
  readonly index: number;
  readonly unique: UniqueColumns;
  /** The key of the item that has the value. Undefined: an item of another kind has the key of the value's marker. */
  declare readonly owner: Item | undefined;

  constructor(index: number, unique: UniqueColumns, owner: Item | undefined) {
    super("another item has the value of a unique column");
    this.index = index;
    this.unique = unique;
    hide(this, { owner });
  }
}
