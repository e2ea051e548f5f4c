/** The markers of items' unique values: whether each is there and names its item. */

import { BloopError } from "../errors.js";
import { ownItem } from "../model/kinds/asked.js";
import { markerKey } from "../model/kinds/key/unique.js";
import type { UniqueColumns } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import type { Context } from "../operation/context.js";
import { idOf, type Wanted } from "../operation/wanted.js";
import { readMany } from "../read/batch.js";
import type { Item } from "../wire/attribute.js";
import { loadUnique } from "../write/unique/loading.js";

/** A value of an item whose marker is not right. */
export interface Mark {
  readonly unique: UniqueColumns;
  readonly problem: "marker" | "duplicate" | "invalid";
  /** The key of the other item that has the value. */
  readonly owner?: Item | undefined;
  readonly reason?: string | undefined;
}

/** An item with unique values. */
export interface Owner {
  readonly home: Home;
  /** As it was read. */
  readonly item: Item;
  readonly key: Item;
  /** With the computed columns that it should have, which may be unique. */
  readonly values: Item;
}

/** Values without a marker, and the keys of the items that have them: so two such items find each other. */
export type Unmarked = Map<string, Item>;

/** A value with the place of its marker. */
interface Value {
  readonly of: Owner;
  readonly unique: UniqueColumns;
  readonly wanted: Wanted;
}

interface Reading {
  readonly context: Context;
  readonly unmarked: Unmarked | undefined;
  readonly signal: AbortSignal | undefined;
}

/** The marks of some items that are not right. */
export async function marksOf(reading: Reading, owners: readonly Owner[]): Promise<Map<Owner, Mark[]>> {
  const marks = new Map<Owner, Mark[]>();
  const add = (of: Owner, mark: Mark) => void marks.set(of, [...(marks.get(of) ?? []), mark]);
  const values = owners.flatMap((of) => valuesOf(of, add));
  if (values.length === 0) return marks;
  const { ownerOf } = await loadUnique();
  const stored = await read(
    reading,
    values.map(({ wanted }) => wanted),
  );
  const foreign: { readonly value: Value; readonly former: Wanted }[] = [];
  for (const value of values) {
    const { of, unique, wanted } = value;
    const marker = stored.get(wanted.id);
    const owner = marker && ownerOf(marker);
    if (marker === undefined) add(of, unmarkedMark(reading.unmarked, value));
    else if (owner === undefined)
      add(of, { unique, problem: "duplicate", reason: "an item of another kind has the key of the value's marker" });
    else if (idIn(of.home, owner) !== idIn(of.home, of.key))
      foreign.push({ value, former: { home: of.home, key: owner, id: idIn(of.home, owner) } });
  }
  const items = await read(
    reading,
    foreign.map(({ former }) => former),
  );
  for (const { value, former } of foreign) {
    const { of, unique } = value;
    const isOwner = hasValue(value, items.get(former.id));
    add(of, isOwner ? { unique, problem: "duplicate", owner: former.key } : unmarkedMark(reading.unmarked, value));
  }
  return marks;
}

async function read({ context, signal }: Reading, wanted: readonly Wanted[]): Promise<Map<string, Item>> {
  return wanted.length === 0 ? new Map() : readMany(context, wanted, { consistent: true, signal });
}

function valuesOf(of: Owner, add: (of: Owner, mark: Mark) => void): Value[] {
  const { home, values } = of;
  return (home.meta.shared?.unique ?? []).flatMap((unique): Value[] => {
    try {
      const key = markerKey(home.meta, unique, values);
      return key === undefined ? [] : [{ of, unique, wanted: { home, key, id: idIn(home, key) } }];
    } catch (error) {
      if (!(error instanceof BloopError)) throw error;
      add(of, { unique, problem: "invalid", reason: error.message });
      return [];
    }
  });
}

/** Only a check keeps values: if they are written, the first of two items gets the marker. */
function unmarkedMark(unmarked: Unmarked | undefined, { of, unique, wanted }: Value): Mark {
  const other = unmarked?.get(wanted.id);
  if (other !== undefined && idIn(of.home, other) !== idIn(of.home, of.key))
    return { unique, problem: "duplicate", owner: other };
  unmarked?.set(wanted.id, of.key);
  return { unique, problem: "marker" };
}

function hasValue({ of: { home }, unique, wanted }: Value, item: Item | undefined): boolean {
  const own = ownItem(home.meta, item);
  if (own === undefined) return false;
  try {
    const key = markerKey(home.meta, unique, own);
    return key !== undefined && idIn(home, key) === wanted.id;
  } catch {
    return false;
  }
}

function idIn({ meta, tableName }: Home, key: Item): string {
  return idOf(
    tableName,
    key,
    meta.keys.map(({ storedName }) => storedName),
  );
}
