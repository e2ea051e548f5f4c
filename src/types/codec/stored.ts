/** Dumping a loaded value again: its unchanged parts stay as they are stored, to the last digit. */

import { sameValue } from "../../util/object.js";
import type { Attribute } from "../../wire/attribute.js";
import { canonical } from "../../wire/canonical.js";
import { sameAttribute } from "../../wire/same.js";
import type { Codec } from "./codec.js";

/**
 * Dumps a value that may have been loaded from `stored`. The stored form may differ from the dumped one: a number with
 * more digits than a double has, a time with an offset, a UUID in upper case. And a loaded value may be one that can't
 * be dumped: JSON nested very deeply. So an unchanged value keeps its stored form.
 */
export function dumpOnto(
  codec: Codec,
  value: unknown,
  depth: number,
  stored: Attribute | undefined,
): Attribute | undefined {
  if (stored === undefined) return codec.dump(value, depth);
  if (codec.isStored?.(value, stored) === true) return stored;
  const dumped = dumpOrKeep(codec, value, depth, stored);
  if (dumped === undefined || dumped === stored) return dumped;
  // Maps and lists have already compared their content.
  return sameAttribute(stored, dumped) || (codec.inside === undefined && loadsAlike(codec, stored, dumped))
    ? stored
    : dumped;
}

function dumpOrKeep(codec: Codec, value: unknown, depth: number, stored: Attribute): Attribute | undefined {
  try {
    return codec.dump(value, depth, stored);
  } catch (error) {
    if (isLoadedFrom(codec, value, stored)) return stored;
    throw error;
  }
}

/** Whether a stored value loads as this value. */
function isLoadedFrom(codec: Codec, value: unknown, stored: Attribute): boolean {
  try {
    return sameValue(codec.load(stored), value);
  } catch {
    return false;
  }
}

/** Whether a stored value, loaded and dumped again, equals the dumped one. */
export function loadsAlike(codec: Codec, stored: Attribute, dumped: Attribute): boolean {
  const again = dumpedAgain(codec, stored);
  return again !== undefined && sameAttribute(again, dumped);
}

function dumpedAgain(codec: Codec, stored: Attribute): Attribute | undefined {
  try {
    return codec.dump(codec.load(stored), 1);
  } catch {
    return undefined;
  }
}

/** Finds the stored form of an element that moved within its list and can't be dumped without that form. */
export function keepMoved(
  element: Codec,
  value: unknown,
  depth: number,
  stored: readonly Attribute[],
): Attribute | undefined {
  for (const one of stored) {
    try {
      return dumpOnto(element, value, depth, one);
    } catch {
      // The next stored element may be the one.
    }
  }
  return undefined;
}

/**
 * Replaces dumped elements of a list by their stored forms. Elements move, so a loaded element is found by its dumped
 * form. The inner parts of a changed element are found in the same way, wherever they stood.
 */
export function keepElements(element: Codec, dumped: readonly Attribute[], stored: readonly Attribute[]): Attribute[] {
  const respelled = new Map<string, Attribute[]>();
  const parts: Parts = new Map();
  for (const one of stored) {
    const again = dumpedAgain(element, one);
    if (again === undefined || sameAttribute(again, one)) continue;
    const id = canonical(again);
    respelled.set(id, [...(respelled.get(id) ?? []), one]);
    collectParts(element, one, parts);
  }
  if (parts.size === 0) return [...dumped];
  return dumped.map((one) => respelled.get(canonical(one))?.shift() ?? keepParts(element, one, parts));
}

/** Stored values that are dumped in another form, by their type and that form. */
type Parts = Map<Codec, Map<string, Attribute>>;

function collectParts(codec: Codec, stored: Attribute, parts: Parts): void {
  const { inside } = codec;
  if (inside?.kind === "list" && "L" in stored) {
    for (const one of stored.L) collectParts(inside.element(), one, parts);
  } else if (inside?.kind === "map" && "M" in stored) {
    for (const [name, one] of Object.entries(stored.M)) {
      const member = inside.member(name, stored.M);
      if (member !== undefined) collectParts(member.codec, one, parts);
    }
  } else {
    const again = dumpedAgain(codec, stored);
    if (again === undefined || sameAttribute(again, stored)) return;
    const known = parts.get(codec) ?? new Map<string, Attribute>();
    parts.set(codec, known.set(canonical(again), stored));
  }
}

function keepParts(codec: Codec, dumped: Attribute, parts: Parts): Attribute {
  const { inside } = codec;
  if (inside?.kind === "list" && "L" in dumped) {
    return { L: dumped.L.map((one) => keepParts(inside.element(), one, parts)) };
  }
  if (inside?.kind === "map" && "M" in dumped) {
    const { M } = dumped;
    const kept = Object.entries(M).map(([name, one]) => {
      const member = inside.member(name, M);
      return [name, member === undefined ? one : keepParts(member.codec, one, parts)] as const;
    });
    return { M: Object.fromEntries(kept) };
  }
  return parts.get(codec)?.get(canonical(dumped)) ?? dumped;
}
