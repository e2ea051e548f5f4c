/** The changes of an object since its snapshot, as edits by column. Pure. */

import { InvalidValue } from "../../errors.js";
import type { StoredPath } from "../../expression/path.js";
import { type Codec, emptiedNames, type MapInside, type Member } from "../../types/codec/codec.js";
import { misfitOf } from "../../types/codec/context.js";
import { dumpOnto, loadsAlike } from "../../types/codec/stored.js";
import { ownValue, setOwn } from "../../util/object.js";
import { didYouMean, print } from "../../util/print.js";
import { type Attribute, attributeOf, elementsOf, type Item, tagOf } from "../../wire/attribute.js";
import { canonical } from "../../wire/canonical.js";
import { sameAttribute } from "../../wire/same.js";
import type { Column } from "../column.js";
import { invalidInput, printKey } from "../invalid.js";
import type { Meta } from "../meta.js";
import type { Snapshot } from "../object/snapshot.js";
import { subclassOf } from "../registry.js";
import { type Edit, isMap, type MapValue, type SetTag } from "./edit.js";
import { assertIndexKey } from "./limits.js";

/** An object compared with its snapshot. */
export interface Difference {
  /** The edits that turn the snapshot's item into the object's present state. Key columns never change. */
  readonly edits: readonly Edit[];
  /** The columns whose state is known once the edits are written. */
  readonly known: ReadonlySet<Column>;
}

/** Throws InvalidValue for a value that DynamoDB can't store. */
export function diffObject(meta: Meta, object: object, snapshot: Snapshot | undefined): Difference {
  const edits: Edit[] = [];
  const fresh: Column[] = [];
  const known = snapshot?.known;
  const isWhole = known === meta.whole.known;
  const hasIndexKeys = meta.indexKeys.size > 0;
  // Most objects have their properties in the order of their columns: then no column has to be searched for.
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
    // Unchanged values are not dumped: this makes a save take a third of the time.
    if (before !== undefined && value !== undefined && !isIndexKey && column.isStored(value, before)) continue;
    const after = value === undefined ? undefined : dumpColumn(meta, column, before, object);
    const own = value !== undefined || Object.hasOwn(object, column.property);
    if (after === undefined && column.required && (known === undefined || own || isKnown)) {
      throw missingRequired(meta, column, keyBefore(meta, column, object));
    }
    if (after !== undefined && isIndexKey) assertIndexKey(meta, column, after, keyBefore(meta, undefined, object));
    if ((!own && !isKnown) || (isKnown && isLoadedDefault(column, before, after))) continue;
    if (!isKnown) fresh.push(column);
    // A column that identifies the item was stored with it, and never changes.
    const isIdentity = column.key !== undefined || (snapshot !== undefined && meta.shared?.parts.has(column) === true);
    if (!isIdentity) edits.push(...diffColumn(column, { isKnown, before, after, emptied: value !== undefined }));
  }
  if (next < properties.length) assertColumns(meta, object, properties);
  return { edits, known: knownAfter(meta, known, fresh) };
}

/** Refuses a property that is not a column: a value under a misspelt name would not be stored. */
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
  return invalidInput(meta, column, new Error("it is required, and has no value"), key);
}

/** Whether the value is the default that a load used for a missing attribute. */
export function isLoadedDefault(
  { loaded }: Column,
  before: Attribute | undefined,
  after: Attribute | undefined,
): boolean {
  return loaded !== undefined && before === undefined && after !== undefined && sameAttribute(loaded.attribute, after);
}

/** One set for all objects whose columns are all known. */
function knownAfter(meta: Meta, known: ReadonlySet<Column> | undefined, fresh: readonly Column[]): ReadonlySet<Column> {
  if (known === undefined) return fresh.length === meta.columns.length ? meta.whole.known : new Set(fresh);
  return fresh.length === 0 ? known : new Set([...known, ...fresh]);
}

export function dumpColumn(
  meta: Meta,
  column: Column,
  before: Attribute | undefined,
  object: object,
): Attribute | undefined {
  try {
    return dumpOnto(column.codec, ownValue(object, column.property), 1, before);
  } catch (error) {
    throw invalidInput(meta, column, misfitOf(error), keyBefore(meta, column, object));
  }
}

/** The key for an error message, as far as it is declared before a column and can be dumped. */
function keyBefore({ columns, identity }: Meta, column: Column | undefined, object: object): Item {
  const end = column === undefined ? columns.length : columns.indexOf(column);
  const key: Record<string, Attribute> = {};
  for (const { storedName, property, codec } of identity.filter((one) => columns.indexOf(one) < end)) {
    try {
      const attribute = codec.dump(ownValue(object, property), 1);
      if (attribute !== undefined) setOwn(key, storedName, attribute);
    } catch {
      // The next save reports that the key is invalid too.
    }
  }
  return key;
}

/** A column before and after. */
interface Sides {
  readonly isKnown: boolean;
  readonly before: Attribute | undefined;
  readonly after: Attribute | undefined;
  /** Nothing is stored, since the object holds an empty set. */
  readonly emptied: boolean;
}

/** The edits that turn a column's state before into that after. */
export function diffColumn({ path, codec, required }: Column, { isKnown, before, after, emptied }: Sides): Edit[] {
  const at = { path: path.stored, codec, required, held: undefined };
  if (after !== undefined)
    return isKnown ? diffValue(at, before, after) : [{ kind: "replace", path: path.stored, value: after }];
  return isKnown && before === undefined ? [] : diffGone(at, before, emptied);
}

/** A value in a column: the whole, or a part. */
interface Spot {
  readonly path: StoredPath;
  readonly codec: Codec;
  readonly required: boolean;
  /** The tags of the unions around it. */
  readonly held: Edit["held"];
}

/** A set that lost its elements is not a set that was assigned undefined: elements that other writers added stay. */
function diffGone(at: Spot, before: Attribute | undefined, emptied: boolean): Edit[] {
  if (before !== undefined && emptied && isSet(before)) return diffSet(at, before, undefined);
  return [{ kind: "replace", path: at.path, held: at.held, value: undefined }];
}

function diffValue(at: Spot, before: Attribute | undefined, after: Attribute): Edit[] {
  if (sameAttribute(before, after)) return [];
  const { path, codec, held } = at;
  if (codec.isCustom && before !== undefined && loadsAlike(codec, before, after)) return [];
  if (isMap(after) && codec.inside?.kind === "map") return diffMap(at, codec.inside, before, after);
  if (isSet(after) && (before === undefined || tagOf(before) === tagOf(after))) return diffSet(at, before, after);
  return [{ kind: "replace", path, held, value: after }];
}

function diffMap(at: Spot, inside: MapInside, before: Attribute | undefined, after: MapValue): Edit[] {
  const { path, held } = at;
  const { tag } = inside;
  if (!isMap(before)) {
    return tag === undefined
      ? [{ kind: "graft", path, held, value: after, inside: diffKeys(at, inside, { M: {} }, after) }]
      : [{ kind: "recast", path, held, value: after, declared: inside }];
  }
  if (tag === undefined) return diffKeys(at, inside, before, after);
  const kind = attributeOf(before.M, tag);
  if (!sameAttribute(kind, attributeOf(after.M, tag)))
    return [{ kind: "recast", path, held, value: after, declared: inside }];
  return diffKeys({ ...at, held: [...(held ?? []), { path: [...path, tag], value: kind }] }, inside, before, after);
}

function diffKeys(at: Spot, inside: MapInside, before: MapValue, after: MapValue): Edit[] {
  const spotOf = (name: string, { codec, required }: Member): Spot => ({
    path: [...at.path, name],
    codec,
    required,
    held: at.held,
  });
  const set = Object.entries(after.M).flatMap(([name, value]) => {
    const member = inside.member(name, after.M);
    const stored = attributeOf(before.M, name);
    if (member !== undefined) return diffValue(spotOf(name, member), stored, value);
    // Keys that the type does not declare only travel along: they change only if the map that holds them is moved.
    const path = [...at.path, name];
    return sameAttribute(stored, value) ? [] : [{ kind: "replace" as const, path, held: at.held, value }];
  });
  const gone = Object.entries(before.M).flatMap(([name, stored]) => {
    const member = Object.hasOwn(after.M, name) ? undefined : inside.member(name, before.M);
    return member === undefined ? [] : diffGone(spotOf(name, member), stored, emptiedNames(after.M).includes(name));
  });
  return [...set, ...gone];
}

function diffSet({ path, required, held }: Spot, before: Attribute | undefined, after: Attribute | undefined): Edit[] {
  const tag = tagOf(after ?? before ?? { NULL: true }) as SetTag;
  const [old, now] = [elementsByContent(before), elementsByContent(after)];
  const added = [...now].filter(([content]) => !old.has(content)).map(([, element]) => element);
  const removed = [...old].filter(([content]) => !now.has(content)).map(([, element]) => element);
  return [{ kind: "elements", path, held, tag, added, removed, isRequired: required }];
}

function elementsByContent(attribute: Attribute | undefined): Map<string, Attribute> {
  return new Map(
    (attribute === undefined ? [] : elementsOf(attribute)).map((element) => [canonical(element), element]),
  );
}

function isSet(attribute: Attribute): boolean {
  return "SS" in attribute || "NS" in attribute || "BS" in attribute;
}
