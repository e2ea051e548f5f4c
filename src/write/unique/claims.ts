/** The changes of unique values by some writes: which values are given up, and which are claimed, by whom. Pure. */

import { InvalidTransaction } from "../../errors.js";
import { applyEdits } from "../../model/change/edit.js";
import { printColumns, printKey } from "../../model/invalid.js";
import { markerKey } from "../../model/kinds/key/unique.js";
import type { Meta, UniqueColumns } from "../../model/meta.js";
import type { Home } from "../../model/object/home.js";
import { idOf } from "../../operation/wanted.js";
import type { Item } from "../../wire/attribute.js";
import type { RenderedWrite } from "../write.js";
import { concerned } from "./concerned.js";

/** One value of unique columns, and its use by the writes that are sent together. */
export interface Claim {
  /** One text for the table and the marker. */
  readonly id: string;
  readonly home: Home;
  readonly unique: UniqueColumns;
  /** The key of the value's marker. */
  readonly key: Item;
  /** The values of its columns, in an item. */
  readonly values: Item;
  /** The keys of the items that had the value, and give it up. */
  readonly givers: Item[];
  /** The number of the write whose item gets the value; undefined if none does. */
  index: number | undefined;
  /** The key of that item. */
  taker: Item | undefined;
}

/** The item of a write before and after it, as far as it is known; undefined: there is none. */
function itemsOf({ write: { kind, key, edits }, base }: RenderedWrite): readonly [Item | undefined, Item | undefined] {
  if (kind === "put") return [undefined, applyEdits(key, edits)];
  return [base, kind === "delete" ? undefined : applyEdits(base, edits)];
}

/** The changes of all values. Throws InvalidTransaction if two of the writes claim one value. */
export function claimsOf(parts: readonly RenderedWrite[]): Map<string, Claim> {
  const claims = new Map<string, Claim>();
  for (const [index, part] of parts.entries()) {
    const { write } = part;
    const { meta, home, key } = write;
    const [stored, after] = itemsOf(part);
    for (const unique of concerned(write)) {
      const before =
        stored && claimIn(claims, { home, unique, key: storedMarkerKey(meta, unique, stored), values: stored });
      const claim = after && claimIn(claims, { home, unique, key: markerKey(meta, unique, after), values: after });
      if (before !== undefined && before !== claim) before.givers.push(key);
      if (claim === undefined) continue;
      if (claim.taker !== undefined) throw twice(claim, claim.taker, key);
      Object.assign(claim, { index, taker: key });
    }
  }
  return claims;
}

/** The key of a stored value's marker. A value that no key can hold has none: another program stored it. */
export function storedMarkerKey(meta: Meta, unique: UniqueColumns, item: Item): Item | undefined {
  try {
    return markerKey(meta, unique, item);
  } catch {
    return undefined;
  }
}

/** One text for the item of a key, whatever the order of the key's attributes. */
export function idIn({ meta, tableName }: Home, key: Item): string {
  const names = meta.keys.map(({ storedName }) => storedName);
  return idOf(tableName, key, names);
}

/** The claim of the value that has a marker with this key; undefined if there is no value. */
function claimIn(
  claims: Map<string, Claim>,
  { key, ...value }: Pick<Claim, "home" | "unique" | "values"> & { readonly key: Item | undefined },
): Claim | undefined {
  if (key === undefined) return undefined;
  const id = idIn(value.home, key);
  const claim = claims.get(id) ?? { ...value, id, key, givers: [], index: undefined, taker: undefined };
  claims.set(id, claim);
  return claim;
}

function twice({ home: { meta }, unique }: Claim, taker: Item, key: Item): InvalidTransaction {
  const columns = printColumns(unique.columns.map(({ property }) => property));
  const [one, other] = [taker, key].map((item) => `${meta.name}${printKey(meta, item)}`);
  return new InvalidTransaction(`${one} and ${other} would have the same value of ${columns}, which is unique.`);
}
