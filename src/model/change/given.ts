/** The columns that the caller of an update by key says are stored, since bloop does not know the item. */

import { misfitOf } from "../../types/codec/context.js";
import { didYouMean, print } from "../../util/print.js";
import { type Item, newAttributes } from "../../wire/attribute.js";
import type { Column } from "../column.js";
import { invalidInput, refusal } from "../invalid.js";
import type { GivenParts, Meta } from "../meta.js";

const nothing: GivenParts = { item: newAttributes(), names: new Set() };

/**
 * The attributes of `given`; undefined says that a part is not stored. Throws InvalidValue for a column that no index key
 * is composed of and no column is computed from, and for a bad value.
 */
export function givenParts(meta: Meta, key: Item, given: object | undefined): GivenParts {
  if (given === undefined) return nothing;
  const all = new Set([...(meta.shared?.indexKeys ?? []).flatMap(({ parts }) => parts), ...sourcesOf(meta)]);
  const allowed = [...all].filter((column) => !meta.identity.includes(column));
  const item = newAttributes();
  const names = new Set<string>();
  for (const [property, value] of Object.entries(given)) {
    const column = meta.byProperty.get(property);
    if (column === undefined || !allowed.includes(column)) {
      const properties = allowed.map((one) => one.property);
      const hint = didYouMean(property, properties);
      throw refusal(
        meta,
        [property],
        key,
        `given names ${print(property)}, of which no index key is composed and no column is computed${hint || "."}`,
      );
    }
    names.add(column.storedName);
    if (value === undefined) continue;
    try {
      const attribute = column.codec.dump(value, 1);
      // An empty set is stored as nothing.
      if (attribute !== undefined) item[column.storedName] = attribute;
    } catch (error) {
      throw invalidInput(meta, column, misfitOf(error), key);
    }
  }
  return { item, names };
}

function sourcesOf({ computed, byProperty }: Meta): readonly Column[] {
  const sources = computed.flatMap((column) => column.computed?.sources ?? []);
  return sources.flatMap((property) => byProperty.get(property) ?? []);
}
