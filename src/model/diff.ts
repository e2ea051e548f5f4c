/** What changed on an object since its snapshot, as edits by column. Pure. */

import { InvalidValue } from "../errors.js";
import type { StoredPath } from "../expression/path.js";
import { misfitOf } from "../types/context.js";
import type { Codec, Inside } from "../types/type.js";
import { ownValue, setOwn } from "../util/object.js";
import { didYouMean, print } from "../util/print.js";
import { type Attribute, type Attributes, attributeOf, elementsOf, type Item, tagOf } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { sameAttribute } from "../wire/same.js";
import { loadsAlike } from "./alike.js";
import type { Column } from "./column.js";
import { type Edit, isMap, type SetTag } from "./edit.js";
import { assertIndexKey } from "./hydrate.js";
import { invalidValue, printKey } from "./invalid.js";
import { type Meta, subclassOf } from "./meta.js";
import type { Snapshot } from "./snapshot.js";

/** An object against its snapshot. */
export interface Difference {
  /** What makes the snapshot's item what the object is now. Key columns never change. */
  readonly edits: readonly Edit[];
  /** The columns whose state is known when the edits are written. */
  readonly known: ReadonlySet<Column>;
}

/** Throws InvalidValue for what DynamoDB could not store. */
export function diffObject(meta: Meta, object: object, snapshot: Snapshot | undefined): Difference {
  const edits: Edit[] = [];
  const fresh: Column[] = [];
  const known = snapshot?.known;
  const isWhole = known === meta.whole.known;
  const hasIndexKeys = meta.indexKeys.size > 0;
  // The properties of most objects stand in the order of their columns: then none has to be looked for.
  const values: Readonly<Record<string, unknown>> = object as Record<string, unknown>;
  const properties = Object.keys(object);
  let next = 0;
  for (const column of meta.columns) {
    const isNext = properties[next] === column.property;
    if (isNext) next++;
    const value = isNext ? values[column.property] : ownValue(object, column.property);
    const isKnown = isWhole || known?.has(column) === true;
    const before = isKnown ? attributeOf(snapshot?.item ?? {}, column.storedName) : undefined;
    const isIndexKey = hasIndexKeys && meta.indexKeys.has(column);
    // Nothing is dumped of what has not changed: a save takes a third of the time by it.
    if (before !== undefined && value !== undefined && !isIndexKey && column.isStored(value, before)) continue;
    const after = value === undefined ? undefined : dumpColumn(meta, column, value, object);
    const own = value !== undefined || Object.hasOwn(object, column.property);
    if (after === undefined && column.required && (known === undefined || own || isKnown)) {
      throw missingRequired(meta, column, keyBefore(meta, column, object));
    }
    if (after !== undefined && isIndexKey) assertIndexKey(meta, column, after, keyBefore(meta, undefined, object));
    if (!own && !isKnown) continue;
    if (!isKnown) fresh.push(column);
    if (column.key === undefined)
      edits.push(...diffColumn(column, { isKnown, before, after, emptied: value !== undefined }));
  }
  if (next < properties.length) assertColumns(meta, object, properties);
  return { edits, known: knownAfter(meta, known, fresh) };
}

/** Refuses a property that is no column: a value under a misspelt name would not be stored. */
export function assertColumns(meta: Meta, object: object, properties: readonly string[]): void {
  const strangers = properties.filter((property) => !meta.byProperty.has(property));
  if (strangers.length === 0) return;
  const prototype: object = Object.getPrototypeOf(object);
  const unstored = prototype === meta.model.prototype ? undefined : subclassOf(meta, prototype).unstored;
  const stranger = strangers.find((property) => unstored?.has(property) !== true);
  if (stranger === undefined) return;
  const where = `${meta.name}${printKey(meta, keyBefore(meta, undefined, object))}`;
  const hint = didYouMean(stranger, meta.byProperty.keys());
  const advice = ". A property that is not to be stored belongs to a subclass, which lists it as static transient.";
  throw new InvalidValue(`${where} has no column ${print(stranger)}${hint || advice}`, {
    model: meta.name,
    path: [stranger],
  });
}

/** The error for a required column without a value. */
export function missingRequired(meta: Meta, column: Column, key: Item): InvalidValue {
  return invalidValue(meta, column, new Error("it is required, and has no value"), key, false);
}

/** One set for all objects of which everything is known. */
function knownAfter(meta: Meta, known: ReadonlySet<Column> | undefined, fresh: readonly Column[]): ReadonlySet<Column> {
  if (known === undefined) return fresh.length === meta.columns.length ? meta.whole.known : new Set(fresh);
  return fresh.length === 0 ? known : new Set([...known, ...fresh]);
}

export function dumpColumn(meta: Meta, column: Column, value: unknown, object: object): Attribute | undefined {
  try {
    return column.codec.dump(value, 1);
  } catch (error) {
    throw invalidValue(meta, column, misfitOf(error), keyBefore(meta, column, object), false);
  }
}

/** The key for an error message, as far as it is declared before a column and can be dumped. */
function keyBefore({ columns, keys }: Meta, column: Column | undefined, object: object): Item {
  const end = column === undefined ? columns.length : columns.indexOf(column);
  const key: Record<string, Attribute> = {};
  for (const { storedName, property, codec } of keys.filter((one) => columns.indexOf(one) < end)) {
    try {
      const attribute = codec.dump(ownValue(object, property), 1);
      if (attribute !== undefined) setOwn(key, storedName, attribute);
    } catch {
      // That the key is invalid too, the next save says.
    }
  }
  return key;
}

/** A column before and after. */
export interface Sides {
  readonly isKnown: boolean;
  readonly before: Attribute | undefined;
  readonly after: Attribute | undefined;
  /** Nothing is stored, since the object holds an empty set. */
  readonly emptied: boolean;
}

/** What was done to a column that was and is like this. */
export function diffColumn({ path, codec }: Column, { isKnown, before, after, emptied }: Sides): Edit[] {
  const { stored } = path;
  if (after !== undefined)
    return isKnown ? diffValue(stored, codec, before, after) : [{ kind: "replace", path: stored, value: after }];
  if (isKnown && before === undefined) return [];
  // A set that lost its elements is not a set that was assigned undefined: elements that others added stay.
  if (before !== undefined && emptied && isSet(before)) return diffSet(stored, before, undefined);
  return [{ kind: "replace", path: stored, value: undefined }];
}

function diffValue(path: StoredPath, codec: Codec, before: Attribute | undefined, after: Attribute): Edit[] {
  if (sameAttribute(before, after)) return [];
  if (isMap(after)) {
    if (isMap(before) && codec.inside?.kind === "map") return diffMap(path, codec.inside, before.M, after.M);
    return [{ kind: "graft", path, value: after }];
  }
  if (before !== undefined && loadsAlike(codec, before, after)) return [];
  if (isSet(after) && (before === undefined || tagOf(before) === tagOf(after))) return diffSet(path, before, after);
  return [{ kind: "replace", path, value: after }];
}

function diffMap(path: StoredPath, inside: Inside & { kind: "map" }, before: Attributes, after: Attributes): Edit[] {
  const set = Object.entries(after).flatMap(([name, value]) => {
    const member = inside.member(name, after);
    const stored = attributeOf(before, name);
    // Keys that the type does not declare are only carried along: they change by moving the map that holds them.
    return member === undefined
      ? diffUndeclared([...path, name], stored, value)
      : diffValue([...path, name], member.codec, stored, value);
  });
  const gone = Object.keys(before).filter(
    (name) => !Object.hasOwn(after, name) && inside.member(name, before) !== undefined,
  );
  return [...set, ...gone.map((name): Edit => ({ kind: "replace", path: [...path, name], value: undefined }))];
}

function diffUndeclared(path: StoredPath, before: Attribute | undefined, after: Attribute): Edit[] {
  return sameAttribute(before, after) ? [] : [{ kind: "replace", path, value: after }];
}

function diffSet(path: StoredPath, before: Attribute | undefined, after: Attribute | undefined): Edit[] {
  const tag = tagOf(after ?? before ?? { NULL: true }) as SetTag;
  const [old, now] = [elementsByContent(before), elementsByContent(after)];
  const added = [...now].filter(([content]) => !old.has(content)).map(([, element]) => element);
  const removed = [...old].filter(([content]) => !now.has(content)).map(([, element]) => element);
  return [{ kind: "elements", path, tag, added, removed }];
}

function elementsByContent(attribute: Attribute | undefined): Map<string, Attribute> {
  return new Map(
    (attribute === undefined ? [] : elementsOf(attribute)).map((element) => [canonical(element), element]),
  );
}

function isSet(attribute: Attribute): boolean {
  return "SS" in attribute || "NS" in attribute || "BS" in attribute;
}
