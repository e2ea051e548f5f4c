/** Loads and dumps with a bare type, and runs tables of cases. Knows no model. */

import { expect, test } from "vitest";
import { Misfit } from "../../src/types/codec/context.js";
import { type AnyType, definitionOf } from "../../src/types/type.js";
import type { Attribute } from "../../src/wire/attribute.js";

export function load(type: AnyType, attribute: Attribute): unknown {
  return definitionOf(type).codec.load(attribute);
}

export function dump(type: AnyType, value: unknown, depth = 1): Attribute | undefined {
  return definitionOf(type).codec.dump(value, depth);
}

/** What a load or dump throws: it has to be a Misfit. */
export function misfit(run: () => unknown): Misfit {
  try {
    run();
  } catch (error) {
    if (error instanceof Misfit) return error;
    throw error;
  }
  throw new Error("It was to throw, and did not.");
}

export interface Cases {
  /** Values that load and dump as each other. */
  readonly both?: readonly (readonly [local: unknown, wire: Attribute])[];
  /** Attributes that load as a value, which dumps differently. */
  readonly loads?: readonly (readonly [wire: Attribute, local: unknown])[];
  /** Values that dump as an attribute, which loads differently. */
  readonly dumps?: readonly (readonly [local: unknown, wire: Attribute | undefined])[];
  readonly refusesToLoad?: readonly (readonly [wire: Attribute, message: string, path?: readonly unknown[]])[];
  readonly refusesToDump?: readonly (readonly [local: unknown, message: string, path?: readonly unknown[]])[];
}

export function table(name: string, type: AnyType, cases: Cases): void {
  for (const [local, wire] of cases.both ?? []) {
    test(`${name}: ${show(wire)} both ways`, () => {
      expect(load(type, wire)).toEqual(local);
      expect(dump(type, local)).toEqual(wire);
    });
  }
  for (const [wire, local] of cases.loads ?? []) {
    test(`${name} loads ${show(wire)}`, () => expect(load(type, wire)).toEqual(local));
  }
  for (const [local, wire] of cases.dumps ?? []) {
    test(`${name} dumps ${show(wire)}`, () => expect(dump(type, local)).toEqual(wire));
  }
  for (const [wire, message, path = []] of cases.refusesToLoad ?? []) {
    test(`${name} refuses to load ${show(wire)}`, () => {
      expect(misfit(() => load(type, wire))).toMatchObject({ message, path });
    });
  }
  for (const [local, message, path = []] of cases.refusesToDump ?? []) {
    test(`${name} refuses to dump: ${message.slice(0, 60)}`, () => {
      expect(misfit(() => dump(type, local))).toMatchObject({ message, path });
    });
  }
}

function show(wire: Attribute | undefined): string {
  return (JSON.stringify(wire) ?? "nothing").slice(0, 60);
}

/** What a message says of a text. */
export function textOf(text: string): string {
  return text === "" ? "an empty text" : `a text of ${text.length} character${text.length === 1 ? "" : "s"}`;
}
