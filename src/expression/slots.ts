/** Placeholders for one request: every name and value goes through one; equal names and equal values share one. */

import type { Attribute } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";

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
  const names = new Map<string, string>();
  const values = new Map<string, { slot: string; attribute: Attribute }>();
  return {
    name(storedName) {
      const slot = names.get(storedName) ?? `#${names.size.toString(36)}`;
      names.set(storedName, slot);
      return slot;
    },
    value(attribute) {
      const key = canonical(attribute);
      const known = values.get(key) ?? { slot: `:${values.size.toString(36)}`, attribute };
      values.set(key, known);
      return known.slot;
    },
    placeholders: () => ({
      ...(names.size > 0 && { names: Object.fromEntries([...names].map(([name, slot]) => [slot, name])) }),
      ...(values.size > 0 && {
        values: Object.fromEntries([...values.values()].map(({ slot, attribute }) => [slot, attribute])),
      }),
    }),
  };
}
