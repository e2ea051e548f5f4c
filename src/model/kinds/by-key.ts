/** The additional writes of an update by key: it knows only the item's key, and may create the item. */

import { misfitOf } from "../../types/codec/context.js";
import { didYouMean, print } from "../../util/print.js";
import { type Attribute, attributeOf, type Item, newAttributes } from "../../wire/attribute.js";
import type { Edit } from "../change/edit.js";
import { invalidInput, refusal } from "../invalid.js";
import type { ByKey, GivenParts, Meta } from "../meta.js";
import { composeKey } from "./compose.js";
import { withKeys } from "./fresh.js";
import { kindEdits } from "./kind.js";

/**
 * Some changes with the kind, the parts of the table's key, and the keys of indexes that go along. Throws InvalidValue if a
 * key's other parts are not given.
 */
export function editsByKey(meta: Meta, { key, identity, given }: ByKey, changes: readonly Edit[]): readonly Edit[] {
  const { shared } = meta;
  if (shared === undefined) return changes;
  const parts = [...shared.parts].flatMap(({ storedName }) => ifMissing(storedName, attributeOf(identity, storedName)));
  const kinds = kindEdits(meta, newAttributes()).flatMap((edit) =>
    edit.kind === "replace" ? ifMissing(String(edit.path[0]), edit.value) : [],
  );
  const kind = Object.fromEntries(
    (shared.kind?.attributes ?? []).map(({ column, value }) => [column.storedName, value]),
  );
  const known = {
    key: { ...identity, ...key },
    item: { ...kind, ...given.item },
    knows: ({ storedName }: { readonly storedName: string }) => given.names.has(storedName),
  };
  const fresh = withKeys(meta, changes, known);
  return [...parts, ...kinds, ...keysByIdentity(meta, identity), ...fresh];
}

/** The keys of indexes that an item has by its table's key alone. */
function keysByIdentity(meta: Meta, identity: Item): Edit[] {
  const keys = (meta.shared?.indexKeys ?? []).filter(({ parts }) =>
    parts.every((part) => meta.identity.includes(part)),
  );
  return keys.flatMap((key) => ifMissing(key.column.storedName, composeKey(meta, key, identity)));
}

function ifMissing(storedName: string, value: Attribute | undefined): Edit[] {
  return value === undefined ? [] : [{ kind: "setIfMissing", path: [storedName], value }];
}

/**
 * The attributes of `given`; undefined says that a part is not stored. Throws InvalidValue for a column that no index key
 * is composed of, and for a bad value.
 */
export function givenParts(meta: Meta, key: Item, given: object | undefined): GivenParts {
  const parts = new Set((meta.shared?.indexKeys ?? []).flatMap((composed) => composed.parts));
  const item = newAttributes();
  const names = new Set<string>();
  for (const [property, value] of Object.entries(given ?? {})) {
    const column = meta.byProperty.get(property);
    if (column === undefined || !parts.has(column) || meta.identity.includes(column)) {
      const others = [...parts].filter((part) => !meta.identity.includes(part)).map((part) => part.property);
      const hint = didYouMean(property, others);
      throw refusal(
        meta,
        [property],
        key,
        `given names ${print(property)}, of which no index key is composed${hint || "."}`,
      );
    }
    names.add(column.storedName);
    if (value === undefined) continue;
    try {
      const attribute = column.codec.dump(value, 1);
      if (attribute === undefined) throw new Error("it has no value");
      item[column.storedName] = attribute;
    } catch (error) {
      throw invalidInput(meta, column, misfitOf(error), key);
    }
  }
  return { item, names };
}
