/** What changed on an object since its snapshot, as edits by column. Pure. */

import type { StoredPath } from "../expression/path.js";
import type { Codec, Inside } from "../types/type.js";
import { type Attribute, type Attributes, elementsOf, tagOf } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { sameAttribute } from "../wire/same.js";
import { storesAlike } from "./alike.js";
import type { Column } from "./column.js";
import { type Edit, isMap, type SetTag } from "./edit.js";
import type { Dumped } from "./hydrate.js";
import type { Meta } from "./meta.js";
import type { Snapshot } from "./snapshot.js";

/** The edits that make the snapshot's item what the object is now. Key columns never change. */
export function diffObject(meta: Meta, snapshot: Snapshot | undefined, dumped: Dumped): Edit[] {
  return meta.columns.flatMap((column) => (column.key === undefined ? diffColumn(column, snapshot, dumped) : []));
}

function diffColumn(column: Column, snapshot: Snapshot | undefined, dumped: Dumped): Edit[] {
  const path = [column.storedName];
  const known = snapshot?.known.has(column) === true;
  const before = known ? snapshot.item[column.storedName] : undefined;
  const after = dumped.item[column.storedName];
  if (after !== undefined)
    return known ? diffValue(path, column.codec, before, after) : [{ kind: "replace", path, value: after }];
  if (!dumped.absent.has(column) || (known && before === undefined)) return [];
  // A set that lost its elements is not a set that was assigned undefined: elements that others added stay.
  if (before !== undefined && dumped.emptied.has(column) && isSet(before)) return diffSet(path, before, undefined);
  return [{ kind: "replace", path, value: undefined }];
}

function diffValue(path: StoredPath, codec: Codec, before: Attribute | undefined, after: Attribute): Edit[] {
  if (sameAttribute(before, after)) return [];
  if (isMap(after)) {
    if (isMap(before) && codec.inside?.kind === "map") return diffMap(path, codec.inside, before.M, after.M);
    return [{ kind: "graft", path, value: after }];
  }
  if (before !== undefined && storesAlike(codec, before, after)) return [];
  if (isSet(after) && (before === undefined || tagOf(before) === tagOf(after))) return diffSet(path, before, after);
  return [{ kind: "replace", path, value: after }];
}

function diffMap(path: StoredPath, inside: Inside & { kind: "map" }, before: Attributes, after: Attributes): Edit[] {
  const set = Object.entries(after).flatMap(([name, value]) => {
    const member = inside.member(name, after);
    const stored = Object.hasOwn(before, name) ? before[name] : undefined;
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
