/** The additional writes of an update by key: it knows only the item's key, and may create the item. */

import { type Attribute, attributeOf, type Item, newAttributes } from "../../../wire/attribute.js";
import type { Edit } from "../../change/edit.js";
import type { ByKey, Meta } from "../../meta.js";
import { kindEdits } from "../kind.js";
import { composeKey } from "./compose.js";
import { withKeys } from "./fresh.js";

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
  const whole = keysByIdentity(meta, identity);
  const known = {
    key: { ...identity, ...key },
    item: { ...kind, ...given.item, ...Object.fromEntries(whole) },
    knows: ({ storedName }: { readonly storedName: string }) => given.names.has(storedName),
  };
  const fresh = withKeys(meta, changes, known);
  return [...parts, ...kinds, ...whole.flatMap(([name, value]) => ifMissing(name, value)), ...fresh];
}

/** The keys of indexes that an item has by its table's key alone. */
function keysByIdentity(meta: Meta, identity: Item): readonly (readonly [name: string, value: Attribute])[] {
  const keys = (meta.shared?.indexKeys ?? []).filter(({ parts }) =>
    parts.every((part) => meta.identity.includes(part)),
  );
  return keys.flatMap((key) => {
    const value = composeKey(meta, key, identity);
    return value === undefined ? [] : [[key.column.storedName, value] as const];
  });
}

function ifMissing(storedName: string, value: Attribute | undefined): Edit[] {
  return value === undefined ? [] : [{ kind: "setIfMissing", path: [storedName], value }];
}
