/** Placeholders for one request: every name and value goes through one; equal names and equal values share one. */

import type { Attribute } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { exactDouble } from "../wire/decimal.js";

/** The placeholders as a request carries them. A part that is empty is absent: DynamoDB refuses empty ones. */
export interface Placeholders {
  readonly names?: { readonly [slot: string]: string };
  readonly values?: { readonly [slot: string]: Attribute };
}

export interface Slots {
  name(storedName: string): string;
  value(attribute: Attribute): string;
  placeholders(): Placeholders;
}

/** Slots are numbered in the order they are asked for, so that the same request always has the same text. */
export function makeSlots(): Slots {
  const names: Record<string, string> = {};
  const values: Record<string, Attribute> = {};
  const slotsOfNames = new Map<string, string>();
  return {
    name(storedName) {
      const known = slotsOfNames.get(storedName);
      if (known !== undefined) return known;
      const slot = `#${slotsOfNames.size.toString(36)}`;
      names[slot] = storedName;
      slotsOfNames.set(storedName, slot);
      return slot;
    },
    value: makeValueSlots(values),
    placeholders: () => ({
      ...(slotsOfNames.size > 0 && { names }),
      ...(":0" in values && { values }),
    }),
  };
}

/** What stands for a value: for a text and for a short number, which are most, found without a canonical text for it. */
function makeValueSlots(values: Record<string, Attribute>): (attribute: Attribute) => string {
  const texts = new Map<string, string>();
  const others = new Map<string | number, string>();
  return (attribute) => {
    const [slots, id] = "S" in attribute ? [texts, attribute.S] : [others, idOf(attribute)];
    const known = slots.get(id);
    if (known !== undefined) return known;
    const slot = `:${(texts.size + others.size).toString(36)}`;
    values[slot] = attribute;
    slots.set(id, slot);
    return slot;
  };
}

/** All spellings of a number have one double, or none. */
function idOf(attribute: Attribute): string | number {
  return ("N" in attribute ? exactDouble(attribute.N) : undefined) ?? canonical(attribute);
}
