/** Columns that bloop computes: with every write, or from other columns. */

import { InvalidValue } from "../../errors.js";
import { misfitOf } from "../../types/codec/context.js";
import { type Attribute, attributeOf, type Item } from "../../wire/attribute.js";
import type { Column } from "../column.js";
import { invalidInput, printColumns, refusal } from "../invalid.js";
import { withToldParts } from "../kinds/asked.js";
import type { KnownItem, Meta } from "../meta.js";
import type { Edit } from "./edit.js";
import { assertIndexKey } from "./limits.js";

const none: readonly Edit[] = [];

/** The item that a write changes, as far as it is known. */
export interface Computing extends Pick<KnownItem, "key" | "item" | "knows"> {
  /** Whether the whole item is written, so that everything is computed anew. */
  readonly isWhole?: boolean;
  /** Whether it is a copy of another table's item, which keeps the values of onWrite(). */
  readonly isCopy?: boolean;
}

/**
 * The edits of computed columns that go along with some edits. Those of onWrite() are computed now: the write is planned
 * again with the same values. Throws InvalidValue if a column can't be computed from what is known.
 */
export function computedEdits(meta: Meta, edits: readonly Edit[], known: Computing): readonly Edit[] {
  if (meta.computed.length === 0) return none;
  const set: Edit[] = [];
  const composed: Edit[] = [];
  for (const column of meta.computed) {
    const sources = column.computed?.sources?.flatMap((property) => meta.byProperty.get(property) ?? []);
    if (sources === undefined) {
      if (known.isCopy === true) continue;
      set.push({ kind: "replace", path: [column.storedName], value: made(meta, column, {}, known.key) });
      continue;
    }
    const isIdentity = (source: Column) => meta.identity.includes(source);
    const isWritten = sources.some(({ storedName }) => edits.some(({ path }) => path[0] === storedName));
    const isNew = known.item === undefined && sources.every(isIdentity);
    if (isWritten || isNew || known.isWhole === true)
      composed.push(composedEdit(meta, column, sources, { edits, known }));
  }
  return [...set, ...composed];
}

interface Change {
  readonly edits: readonly Edit[];
  readonly known: Computing;
}

/** The sources that are not written whole have to stay as they are, as parts of keys do. */
function composedEdit(meta: Meta, column: Column, sources: readonly Column[], { edits, known }: Change): Edit {
  const isWritten = ({ storedName }: Column) =>
    edits.some(({ kind, path }) => kind === "replace" && path.length === 1 && path[0] === storedName);
  const others = sources.filter((source) => !isWritten(source) && !meta.identity.includes(source));
  const unknown = others.filter((source) => !known.knows(source)).map(({ property }) => property);
  if (unknown.length > 0) {
    const names = printColumns(sources.map(({ property }) => property));
    throw refusal(
      meta,
      [column.property],
      known.key,
      `it is computed from ${names}, and ${printColumns(unknown)} ${unknown.length === 1 ? "is" : "are"} not known. Give values of all of them, use modify(), or load the object with them.`,
    );
  }
  return {
    kind: "compose",
    path: [column.storedName],
    compose: (item) => computedFrom(meta, column, sources, { ...item, ...known.key }),
    from: others.map(({ storedName }) => storedName),
  };
}

function computedFrom(meta: Meta, column: Column, sources: readonly Column[], item: Item): Attribute | undefined {
  const values: Record<string, unknown> = {};
  const isWhole = sources.every(({ storedName }) => attributeOf(item, storedName) !== undefined);
  const whole = isWhole ? item : withToldParts(meta, item);
  for (const source of sources) {
    const attribute = attributeOf(whole, source.storedName);
    if (attribute === undefined) return undefined;
    values[source.property] = source.load(attribute);
  }
  return made(meta, column, values, item);
}

function made(meta: Meta, column: Column, values: object, key: Item): Attribute | undefined {
  try {
    const value = column.computed?.make(values);
    const attribute = value === undefined ? undefined : column.codec.dump(value, 1);
    if (attribute !== undefined && meta.indexKeys.has(column)) assertIndexKey(meta, column, attribute, key);
    return attribute;
  } catch (error) {
    throw error instanceof InvalidValue ? error : invalidInput(meta, column, misfitOf(error), key);
  }
}

/** The edits of a copy without those of columns that are computed from others: they are computed from the copy's. */
export function withoutComposed({ computed }: Meta, edits: readonly Edit[]): readonly Edit[] {
  const composed = computed.filter((column) => column.computed?.sources !== undefined);
  return edits.filter(({ path }) => !composed.some(({ storedName }) => storedName === path[0]));
}

/**
 * The edits without those of computed columns, which are made by bloop alone. Throws InvalidValue for an `assigned` value:
 * it would not be stored.
 */
export function withoutComputed(meta: Meta, edits: readonly Edit[], key: Item, isAssigned: boolean): readonly Edit[] {
  if (meta.computed.length === 0) return edits;
  const names = new Map(meta.computed.map(({ storedName, property }) => [storedName, property]));
  const computed = edits.find(({ path }) => names.has(String(path[0])));
  if (computed === undefined) return edits;
  if (!isAssigned) return edits.filter(({ path }) => !names.has(String(path[0])));
  const property = names.get(String(computed.path[0])) ?? "";
  throw refusal(meta, [property], key, "it is computed by bloop, and takes no other value or action.");
}
