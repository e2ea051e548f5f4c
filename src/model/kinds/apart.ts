/** Whether the kinds of one table can be told apart: checked when a model is declared, and asked by each write. Pure. */

import { type KeyFormat, mayBegin, mayEqual, sameFormat } from "../../key/format.js";
import { openFormat } from "../../key/open.js";
import { sameAttribute } from "../../wire/same.js";
import type { Column } from "../column.js";
import { invalid } from "../declaration/refusal.js";
import type { Meta, SearchTarget, Shared, TableRecord } from "../meta.js";
import { hashKeysOf, rangeKeysOf } from "../search-target.js";

/** An unknown key: any text, number or bytes. */
const anything: KeyFormat = /* @__PURE__ */ openFormat([
  { column: "", wire: "S", width: undefined, letters: undefined },
]);

/** Adds a model to its table. Throws InvalidModel if its items could not be told from those of another one. */
export function join(meta: Meta): void {
  const { shared } = meta;
  if (shared === undefined) return;
  const { table } = shared;
  const before = table.models.get(meta.name);
  if (before !== undefined && !isSameKind(before, meta)) {
    throw invalid(
      meta.name,
      `the table "${table.name}" has a model of this name already, with another kind or another key`,
    );
  }
  for (const other of table.models.values()) {
    if (other === before) continue;
    assertApart(meta, other);
    assertSameKeyTypes(meta, other);
  }
  table.models.set(meta.name, meta);
  table.decisive.clear();
}

/** If a file of models is loaded again, as a development server does, it declares the existing kinds again. */
function isSameKind(left: Meta, right: Meta): boolean {
  const kindsOf = ({ shared }: Meta) =>
    JSON.stringify([shared?.isView, shared?.kind?.missing, shared?.kind?.attributes.map(({ value }) => value)]);
  return (
    kindsOf(left) === kindsOf(right) &&
    left.keys.every((key, index) => sameFormat(formatOf(left, key), formatOf(right, right.keys[index])))
  );
}

function assertApart(meta: Meta, other: Meta): void {
  const [mine, theirs] = [meta.shared, other.shared];
  if (mine === undefined || theirs === undefined || mine.isView || theirs.isView) return;
  if (mine.kind === undefined || theirs.kind === undefined) {
    assertKeysApart(meta, other, mine.table);
    return;
  }
  if (mine.kind.attributes.every(({ value }, index) => isValue(theirs, index, value))) {
    const values = mine.kind.attributes.map(
      ({ column, value }) => `"${column.storedName}" ${JSON.stringify("S" in value ? value.S : "")}`,
    );
    throw invalid(meta.name, `its items have the kind ${values.join(", ")}, and so have those of "${other.name}"`);
  }
  if (mine.kind.missing && theirs.kind.missing) {
    throw invalid(
      meta.name,
      `it says missing: true, and so does "${other.name}": an item without a kind is one of one model`,
    );
  }
}

/** DynamoDB has one type for each key attribute of a table's indexes. */
function assertSameKeyTypes(meta: Meta, other: Meta): void {
  const known = new Map(keyColumnsOf(other).map((column) => [column.storedName, column]));
  for (const { storedName, codec } of keyColumnsOf(meta)) {
    const wire = known.get(storedName)?.codec.wire;
    if (wire === undefined || wire === codec.wire) continue;
    throw invalid(
      meta.name,
      `"${storedName}", a key of its table or of an index, is ${codec.wire}, and for "${other.name}" it is ${wire}`,
    );
  }
}

function keyColumnsOf({ keys, indexes }: Meta): readonly Column[] {
  return [...keys, ...indexes.flatMap((index) => index.keys)];
}

function isValue({ kind }: Shared, index: number, value: Parameters<typeof sameAttribute>[0]): boolean {
  return sameAttribute(kind?.attributes[index]?.value, value);
}

/** Of kinds that keys alone tell apart, no constant beginning may begin another one's keys. */
function assertKeysApart(meta: Meta, other: Meta, table: TableRecord): void {
  const [begun] = [[meta, other] as const, [other, meta] as const].filter(([one, two]) =>
    pairs(one, two).every(([mine, theirs]) => mayBegin(mine, theirs)),
  );
  if (begun === undefined) return;
  const [one, two] = begun;
  throw invalid(
    meta.name,
    `a search of "${one.name}" by the beginning of its keys would find items of "${two.name}": give the table "${table.name}" an attribute that tells kinds apart, such as kind: "_type", or let their keys begin with different constants`,
  );
}

/** The formats of two models' keys, attribute by attribute. */
function pairs(left: Meta, right: Meta): [KeyFormat, KeyFormat][] {
  return left.keys.map((key, index) => [formatOf(left, key), formatOf(right, right.keys[index])]);
}

function formatOf({ shared }: Meta, key: Column | undefined): KeyFormat {
  return (key === undefined ? undefined : shared?.composed.get(key)?.format) ?? anything;
}

/** Whether a query of a key's beginnings finds no item of another kind, so that it need not read on for a filter's sake. */
export function tellsKind(target: SearchTarget): boolean {
  const { meta, index } = target;
  const { shared } = meta;
  if (shared === undefined) return true;
  const { models, decisive } = shared.table;
  const known = decisive.get(index ?? meta.whole);
  if (known !== undefined) return known;
  const others = [...models.values()].filter((other) => other !== meta && other.shared?.isView !== true);
  const found = others.every((other) => {
    if (index === undefined) return !mayFind(target, { meta: other, index: undefined });
    const there = other.indexes.find(({ storedName }) => storedName === index.storedName);
    return there === undefined || !mayFind(target, { meta: other, index: there });
  });
  decisive.set(index ?? meta.whole, found);
  return found;
}

type Searched = Pick<SearchTarget, "meta" | "index">;

/** Whether a hash key may be that of the other, and the other's range keys may begin as the ones searched do. */
function mayFind(searched: Searched, other: Searched): boolean {
  const [hashes, others] = [hashKeysOf(searched), hashKeysOf(other)];
  const [range, otherRange] = [rangeKeysOf(searched)[0], rangeKeysOf(other)[0]];
  return (
    hashes.every((key, place) => mayEqual(formatOf(searched.meta, key), formatOf(other.meta, others[place]))) &&
    mayBegin(formatOf(searched.meta, range), formatOf(other.meta, otherRange))
  );
}

/** Whether no other kind of the table can have an item under a key of this model. */
export function isKeyDecisive(meta: Meta): boolean {
  const { shared } = meta;
  if (shared === undefined) return true;
  const { models, decisive } = shared.table;
  const known = decisive.get(meta);
  if (known !== undefined) return known;
  const others = [...models.values()].filter((other) => other !== meta && other.shared?.isView !== true);
  const found =
    others.every((other) => !pairs(meta, other).every(([mine, theirs]) => mayEqual(mine, theirs))) &&
    [...models.values()].every((other) => !mayBeMarkers(meta, other));
  decisive.set(meta, found);
  return found;
}

/** Whether a key of a model can be that of a marker of another's unique value. */
function mayBeMarkers(meta: Meta, { shared }: Meta): boolean {
  return shared?.unique.some(({ format }) => mayEqual(formatOf(meta, meta.hashKey), format)) === true;
}
