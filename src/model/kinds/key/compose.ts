/** Composed keys of one model: from the attributes of their parts, and back. Pure. */

import { UnfitPart } from "../../../key/format.js";
import { decodeKey, encodeKey } from "../../../key/key.js";
import { type Attribute, attributeOf, type Item } from "../../../wire/attribute.js";
import { sameAttribute } from "../../../wire/same.js";
import type { Column } from "../../column.js";
import { invalidInput, printColumns } from "../../invalid.js";
import { keyProblem } from "../../key.js";
import type { ComposedKey, Identified, Meta } from "../../meta.js";

/** The attributes of a key's parts, or undefined if one of them is not there. */
function valuesOf({ parts }: ComposedKey, item: Item): Attribute[] | undefined {
  const values: Attribute[] = [];
  for (const { storedName } of parts) {
    const value = attributeOf(item, storedName);
    if (value === undefined) return undefined;
    values.push(value);
  }
  return values;
}

/**
 * The key of an item's parts; undefined if one is missing, so that the item is not in the index. Throws InvalidValue for a
 * part that the key can't have, and for a key that is too long.
 */
export function composeKey(meta: Meta, key: ComposedKey, item: Item): Attribute | undefined {
  const values = valuesOf(key, item);
  if (values === undefined) return undefined;
  try {
    const composed = composedOf(key, values);
    const problem = composed === undefined ? undefined : keyProblem(composed, key.maxBytes);
    if (problem === undefined) return composed;
    throw new Error(composedProblem(key, problem));
  } catch (error) {
    throw invalidInput(meta, partAtFault(key.parts, error) ?? key.parts[0] ?? key.column, error, item);
  }
}

/** `"g" of the index "x" is composed of it, and is empty`: the reason why a composed key is refused. */
function composedProblem({ column, of, parts }: ComposedKey, problem: string): string {
  const names = parts.length < 2 ? "it" : printColumns(parts.map(({ property }) => property));
  return `"${column.storedName}" of ${of} is composed of ${names}, and ${problem}`;
}

/** Refuses a composed key that a search can't have, in the names of its columns. Does nothing for another key. */
export function refuseKey(meta: Meta, column: Column, problem: string): void {
  const key = meta.shared?.composed.get(column);
  if (key === undefined) return;
  throw invalidInput(meta, key.parts[0] ?? column, new Error(composedProblem(key, problem)), {});
}

/** The column whose value a key can't have, if the error says so. */
export function partAtFault(parts: readonly Column[], error: unknown): Column | undefined {
  return error instanceof UnfitPart ? parts.find(({ property }) => property === error.column) : undefined;
}

function composedOf({ format }: ComposedKey, values: readonly Attribute[]): Attribute | undefined {
  return format === undefined ? values[0] : { S: encodeKey(format, values) };
}

/** The parts of a stored key; undefined if the model does not make such a key. */
export function readKey({ format }: ComposedKey, stored: Attribute): readonly Attribute[] | undefined {
  if (format === undefined) return [stored];
  return "S" in stored ? decodeKey(format, stored.S) : undefined;
}

/** Whether a stored key tells its parts exactly. */
export function tellsParts({ format }: ComposedKey): boolean {
  return format?.isLossy !== true;
}

/** The parts that a stored key tells exactly. */
export function toldParts({ format, parts }: ComposedKey): readonly Column[] {
  return parts.filter((_, index) => format?.parts[index]?.letters === undefined);
}

const agreed: Identified["misfits"] = undefined;

/**
 * Reads an item's parts from its table's keys. These identify the item: its attributes have to agree with them. Keys of
 * an index tell the parts that the index does not project.
 */
export function identify(
  tableKeys: readonly ComposedKey[],
  item: Item,
  indexKeys: readonly ComposedKey[] = noKeys,
): Identified {
  let whole = item;
  let misfits = agreed;
  let isStrange = false;
  for (const key of tableKeys) {
    const stored = attributeOf(item, key.column.storedName);
    if (stored === undefined || isKeyOf(key, stored, item)) continue;
    const read = readKey(key, stored);
    isStrange ||= read === undefined;
    for (const [index, part] of key.parts.entries()) {
      const there = attributeOf(whole, part.storedName);
      const told = read?.[index];
      const isTold = key.format?.parts[index]?.letters === undefined;
      if (there === undefined && told !== undefined && isTold) whole = { ...whole, [part.storedName]: told };
      else if (there !== undefined && told !== undefined && isToldBy(key, index, { there, told })) continue;
      else misfits = new Map(misfits).set(part, misfit(key, read === undefined, { stored, item }));
    }
    if (key.parts.length === 0) misfits = new Map(misfits).set(key.column, misfit(key, true, { stored, item }));
  }
  for (const key of indexKeys) whole = withParts(whole, key);
  return { item: whole, misfits, isStrange };
}

const noKeys: readonly ComposedKey[] = [];

function withParts(item: Item, key: ComposedKey): Item {
  const stored = attributeOf(item, key.column.storedName);
  const read = stored === undefined || !tellsParts(key) ? undefined : readKey(key, stored);
  if (read === undefined) return item;
  const told = key.parts.flatMap(({ storedName }, index): [string, Attribute][] => {
    const value = read[index];
    return value === undefined || attributeOf(item, storedName) !== undefined ? [] : [[storedName, value]];
  });
  return told.length === 0 ? item : { ...item, ...Object.fromEntries(told) };
}

interface Disagreement {
  readonly stored: Attribute;
  readonly item: Item;
}

function misfit(key: ComposedKey, isStrange: boolean, found: Disagreement): string {
  const name = `the item's key "${key.column.storedName}"`;
  if (isInLowerCase(key, found))
    return `${name} is in lower case; give its parts as { column, case: "lower" }, and write its constants so`;
  return isStrange
    ? `${name} is none that this model makes`
    : `${name} was made of another value; the key says which item it is, and a save would write into another one`;
}

/** Whether the stored key is the model's in lower case, as ElectroDB writes it. */
function isInLowerCase(key: ComposedKey, { stored, item }: Disagreement): boolean {
  const made = key.format?.kind === "open" ? keyMadeOf(key, item) : undefined;
  return made !== undefined && "S" in made && "S" in stored && made.S.toLowerCase() === stored.S;
}

function isToldBy(key: ComposedKey, index: number, { there, told }: { there: Attribute; told: Attribute }): boolean {
  const letters = key.format?.parts[index]?.letters;
  if (letters === undefined || !("S" in there)) return sameAttribute(there, told);
  const text = letters === "lower" ? there.S.toLowerCase() : there.S.toUpperCase();
  return "S" in told && told.S === text;
}

/** Whether a stored key is the one of the item's attributes: so it is nearly always. */
function isKeyOf(key: ComposedKey, stored: Attribute, item: Item): boolean {
  const made = keyMadeOf(key, item);
  return made !== undefined && sameAttribute(made, stored);
}

/** The key of the item's attributes, or undefined if no key is made of them. */
function keyMadeOf(key: ComposedKey, item: Item): Attribute | undefined {
  const values = valuesOf(key, item);
  if (values === undefined) return undefined;
  try {
    return composedOf(key, values);
  } catch {
    return undefined;
  }
}
