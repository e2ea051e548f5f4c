/** Objects as a load makes them, without an engine. */

import type { AnyModel, InvalidValue, Item } from "bloop-dynamodb";
import { diffObject } from "../../src/model/change/diff.js";
import type { Edit } from "../../src/model/change/edit.js";
import { makeProjection } from "../../src/model/column.js";
import { makeObject, type OnInvalid, type Reading, throwInvalid } from "../../src/model/hydrate.js";
import type { Meta } from "../../src/model/meta.js";
import { type Home, makeHome } from "../../src/model/object/home.js";
import { snapshotOf } from "../../src/model/object/snapshot.js";
import { metaOf, metaOfObject } from "../../src/model/registry.js";
import type { Item as StoredItem } from "../../src/wire/attribute.js";

/** The client of all tables here. */
const client = {};
const homes = new Map<Meta, Home>();

/** The table of a model: one for each. */
export function homeOf(model: unknown): Home {
  const meta = metaOf(model);
  const home = homes.get(meta) ?? makeHome(meta, meta.tableName, client);
  homes.set(meta, home);
  return home;
}

/** What to read of a model's items: whole, or some of its columns. */
export function readingOf(
  model: unknown,
  properties?: readonly string[],
  onInvalid: OnInvalid = throwInvalid,
): Reading {
  const home = homeOf(model);
  const { meta } = home;
  const projection = properties === undefined ? meta.whole : makeProjection(columnsOf(meta, properties));
  const { known, whole } = projection;
  return { meta, projection, standing: { known, made: false, whole, home }, onInvalid };
}

/** An object as it is loaded from an item: whole, or some of its columns. */
export function loadedFrom<T extends AnyModel>(
  model: T,
  item: StoredItem,
  properties?: readonly string[],
  onInvalid: OnInvalid = throwInvalid,
): Item<T> {
  return makeObject(model.prototype, item, readingOf(model, properties, onInvalid)) as Item<T>;
}

function columnsOf(meta: Meta, properties: readonly string[]) {
  return meta.columns.filter(({ property }) => properties.includes(property));
}

/** The same, with what does not fit left off, and the errors of it. */
export function loadedLeniently<T extends AnyModel>(model: T, item: StoredItem) {
  const errors: InvalidValue[] = [];
  return { object: loadedFrom(model, item, undefined, (error) => errors.push(error)), errors };
}

interface PlainEdit {
  readonly at: string;
  readonly [property: string]: unknown;
}

/** What a save of an object would do, each edit's path as text. Attributes are made without a prototype: as JSON, they compare. */
export function editsOf(object: object): PlainEdit[] {
  return diffObject(metaOfObject(object), object, snapshotOf(object)).edits.map(plainEdit);
}

/** What else an edit needs for a plan is left to the tests of plans. */
const forPlans = ["held", "inside", "sums", "isRequired", "declared"];

export function plainEdit({ path, ...edit }: Edit): PlainEdit {
  const done = { at: path.join("."), ...edit };
  return JSON.parse(JSON.stringify(done, (name, value) => (forPlans.includes(name) ? undefined : value)));
}

/** The properties of the columns that an object knows, after a save if it was changed. */
export function knownBy(object: object): string[] {
  return [...(snapshotOf(object)?.known ?? [])].map(({ property }) => property);
}
