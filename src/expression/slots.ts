/** Placeholders of one request. Every name and value has one; equal names and equal values share one. */

import type { Attribute } from "../wire/attribute.js";
import { canonical } from "../wire/canonical.js";
import { exactDouble } from "../wire/decimal.js";

/** The placeholders in the form of a request. An empty part is undefined: DynamoDB refuses empty ones. */
interface Placeholders {
  readonly names: { readonly [slot: string]: string } | undefined;
  readonly values: { readonly [slot: string]: Attribute } | undefined;
}

export interface Slots {
  name(storedName: string): string;
  value(attribute: Attribute): string;
  placeholders(): Placeholders;
}

/** Slots are numbered in the order of their first use, so that the same request always has the same text. */
export function makeSlots(): Slots {
  return new Numbered();
}

/**
 * A class, so that its methods are made once. Most requests have a handful of slots, and closures for each took longer.
 */
class Numbered implements Slots {
  readonly #names: Record<string, string> = {};
  readonly #values: Record<string, Attribute> = {};
  readonly #slotsOfNames = new Map<string, string>();
  /** Most values are texts or short numbers: their slots are found without a canonical text. */
  readonly #slotsOfTexts = new Map<string, string>();
  readonly #slotsOfOthers = new Map<string | number, string>();

  name(storedName: string): string {
    const known = this.#slotsOfNames.get(storedName);
    if (known !== undefined) return known;
    const slot = slotAt("#", this.#slotsOfNames.size);
    this.#names[slot] = storedName;
    this.#slotsOfNames.set(storedName, slot);
    return slot;
  }

  value(attribute: Attribute): string {
    return "S" in attribute
      ? this.#slotOf(this.#slotsOfTexts, attribute.S, attribute)
      : this.#slotOf(this.#slotsOfOthers, idOf(attribute), attribute);
  }

  #slotOf<Id>(slots: Map<Id, string>, id: Id, attribute: Attribute): string {
    const known = slots.get(id);
    if (known !== undefined) return known;
    const slot = slotAt(":", this.#slotsOfTexts.size + this.#slotsOfOthers.size);
    this.#values[slot] = attribute;
    slots.set(id, slot);
    return slot;
  }

  placeholders(): Placeholders {
    return {
      names: this.#slotsOfNames.size > 0 ? this.#names : undefined,
      values: this.#slotsOfTexts.size + this.#slotsOfOthers.size > 0 ? this.#values : undefined,
    };
  }
}

const firstSlots = {
  "#": Array.from({ length: 36 }, (_, index) => `#${index.toString(36)}`),
  ":": Array.from({ length: 36 }, (_, index) => `:${index.toString(36)}`),
};

function slotAt(mark: "#" | ":", index: number): string {
  return firstSlots[mark][index] ?? mark + index.toString(36);
}

/** All spellings of a number have the same double, or none has one. */
function idOf(attribute: Attribute): string | number {
  return ("N" in attribute ? exactDouble(attribute.N) : undefined) ?? canonical(attribute);
}
