/** Unique columns of a kind: their declaration, and the keys of their markers. Pure. */

import { closedFormat } from "../../../key/closed.js";
import { decodeKey, encodeKey } from "../../../key/key.js";
import { print } from "../../../util/print.js";
import { type Attribute, attributeOf, type Item } from "../../../wire/attribute.js";
import { maxHashKeyBytes } from "../../../wire/limits.js";
import { sameAttribute } from "../../../wire/same.js";
import type { Column } from "../../column.js";
import { invalid } from "../../declaration/refusal.js";
import { invalidInput, printColumns } from "../../invalid.js";
import { keyProblem } from "../../key.js";
import type { Kind, Meta, TableRecord, UniqueColumns } from "../../meta.js";
import { piecesOfColumns, type Reading } from "../declare/key-column.js";
import { partAtFault } from "./compose.js";

/** The first constant of a marker's keys. */
const first = "UNIQUE";

/** The kind of all markers, in each attribute that tells kinds apart. No model can have it. */
export const markerKind: Attribute = { S: "bloop:unique" };

/** Reads a model's option `unique`. Throws InvalidModel. */
export function uniqueColumnsOf(reading: Reading, given: unknown): readonly UniqueColumns[] {
  if (given === undefined) return none;
  const { meta, kind, table } = reading;
  if (!Array.isArray(given)) throw invalid(meta.name, `unique is ${print(given)}, not an array of columns`);
  if (kind === undefined)
    throw invalid(
      meta.name,
      `it has unique columns, which takes a table that declares an attribute of kinds, such as kind: "_type"`,
    );
  for (const { storedName, codec } of meta.keys) {
    if (table.kinds.includes(storedName) || codec.wire !== "S")
      throw invalid(
        meta.name,
        `it has unique columns, whose markers are items with texts as keys, and "${storedName}" is ${codec.wire === "S" ? "the kind" : codec.wire}`,
      );
  }
  const found = given.map((one: unknown) => oneOf(reading, kind, one));
  const [again] = found.filter(({ columns }, index) => found.findIndex((one) => isSame(one.columns, columns)) < index);
  if (again === undefined) return found;
  throw invalid(meta.name, `unique names ${printColumns(again.columns.map(({ property }) => property))} twice`);
}

const none: readonly UniqueColumns[] = [];

function oneOf(reading: Reading, kind: Kind, given: unknown): UniqueColumns {
  const { meta, table } = reading;
  const properties: readonly unknown[] = Array.isArray(given) ? given : [given];
  const isNamed = properties.length > 0 && new Set(properties).size === properties.length;
  if (!isNamed || !properties.every((property) => typeof property === "string")) {
    throw invalid(meta.name, `unique has ${print(given)}; it takes a column's name, or an array of names`);
  }
  const parts = piecesOfColumns(reading, "unique", properties);
  const columns = properties.flatMap((property) => meta.byProperty.get(property) ?? []);
  const constants = [first, ...kind.attributes.map(({ value }) => textOf(value)), namesOf(columns)];
  return Object.freeze({
    columns,
    format: closedFormat([...constants.map((constant) => ({ constant })), ...parts]),
    rangeKey: table.rangeKey === undefined ? undefined : { S: encodeKey(closedFormat([{ constant: first }]), []) },
  });
}

function namesOf(columns: readonly Column[]): string {
  return columns.map(({ storedName }) => storedName).join(" ");
}

function isSame(left: readonly Column[], right: readonly Column[]): boolean {
  return left.length === right.length && left.every((column) => right.includes(column));
}

function textOf(value: Attribute): string {
  return "S" in value ? value.S : "";
}

/**
 * The key of the marker of an item's values; undefined if one of them is missing, so that nothing is unique. Throws
 * InvalidValue for a value that is too long for a key.
 */
export function markerKey(meta: Meta, { columns, format, rangeKey }: UniqueColumns, item: Item): Item | undefined {
  const values = columns.flatMap(({ storedName }) => attributeOf(item, storedName) ?? []);
  if (values.length < columns.length) return undefined;
  try {
    const hashKey = { S: encodeKey(format, values) };
    const problem = keyProblem(hashKey, maxHashKeyBytes);
    if (problem !== undefined) throw new Error(`it is unique, and the key of its marker ${problem}`);
    const [hash, range] = meta.keys;
    return {
      ...(hash && { [hash.storedName]: hashKey }),
      ...(range && rangeKey && { [range.storedName]: rangeKey }),
    };
  } catch (error) {
    const column = partAtFault(columns, error) ?? columns[0];
    if (column === undefined) throw error;
    throw invalidInput(meta, column, error, item);
  }
}

/** Whether an item, of which at least the keys are known, is a marker of a model of the table. */
export function isMarker({ models, kinds }: TableRecord, image: Item | undefined, keys: Item): boolean {
  if (image !== undefined) return kinds.length > 0 && kinds.every((name) => hasMarkerKind(image, name));
  return [...models.values()].some(({ shared, hashKey }) => {
    const key = attributeOf(keys, hashKey.storedName);
    const text = key !== undefined && "S" in key ? key.S : undefined;
    return text !== undefined && shared?.unique.some(({ format }) => decodeKey(format, text) !== undefined);
  });
}

function hasMarkerKind(image: Item, name: string): boolean {
  return sameAttribute(attributeOf(image, name), markerKind);
}
