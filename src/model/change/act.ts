/** Converts values and atomic actions, by property, to edits by stored path. */

import { InvalidOption, InvalidValue } from "../../errors.js";
import { type ActionNode, actionNodeOf } from "../../expression/action.js";
import type { StoredPath } from "../../expression/path.js";
import type { Codec, Member } from "../../types/codec/codec.js";
import { Misfit, within } from "../../types/codec/context.js";
import { assertText } from "../../types/string.js";
import { assertNever } from "../../util/assert.js";
import { describeValue, didYouMean, print } from "../../util/print.js";
import { type AnyWire, type Attribute, elementsOf, type Item, tagOf } from "../../wire/attribute.js";
import { parseDecimal, wholeDigits } from "../../wire/decimal.js";
import type { Column } from "../column.js";
import { invalidInput, printKey } from "../invalid.js";
import type { Meta } from "../meta.js";
import type { Edit, SetTag } from "./edit.js";
import { assertIndexKey } from "./limits.js";

/** The edits of the given changes. Throws InvalidValue for a value that its column or DynamoDB would refuse. */
export function editsOfChanges(meta: Meta, key: Item, changes: unknown): Edit[] {
  if (typeof changes !== "object" || changes === null || Array.isArray(changes)) {
    throw new InvalidOption(
      `Changes of ${meta.name} are an object of values and actions by column, got ${describeValue(changes)}.`,
    );
  }
  return Object.entries(changes).flatMap(([property, change]) => {
    const column = meta.byProperty.get(property);
    if (column === undefined) {
      const hint = didYouMean(property, meta.byProperty.keys());
      throw new InvalidValue(`${meta.name}${printKey(meta, key)} has no column ${print(property)}${hint || "."}`, {
        model: meta.name,
        path: [property],
      });
    }
    try {
      return editsOfColumn(meta, key, column, change);
    } catch (error) {
      if (error instanceof InvalidValue || error instanceof InvalidOption) throw error;
      throw invalidInput(meta, column, error, key);
    }
  });
}

function editsOfColumn(meta: Meta, key: Item, column: Column, change: unknown): Edit[] {
  if (meta.identity.includes(column))
    throw new Misfit("it is a key column, which can't be updated; engine.move() moves an item to another key");
  if (column.version) throw new Misfit("it is the version, which every write raises by itself");
  const edits = editsOf([column.storedName], column, change);
  for (const edit of edits) {
    const value = edit.kind === "replace" || edit.kind === "setIfMissing" ? edit.value : undefined;
    if (value !== undefined && edit.path.length === 1) assertIndexKey(meta, column, value, key);
  }
  return edits;
}

/** A column, or a key of a map. */
type Target = Pick<Member, "codec" | "required">;

/** A change of one column, or of one key of a map. */
function editsOf(path: StoredPath, target: Target, change: unknown): Edit[] {
  const action = actionNodeOf(change);
  if (action !== undefined) return editsOfAction(path, target, action);
  if (change === undefined) throw new Misfit("it is undefined; leave it out, or use remove()");
  const value = target.codec.dump(change, path.length);
  if (value === undefined && target.required) throw new Misfit("it is required, and an empty set is not stored");
  return [{ kind: "replace", path, value }];
}

function editsOfAction(path: StoredPath, { codec, required }: Target, action: ActionNode): Edit[] {
  switch (action.kind) {
    case "add": {
      const amount = takes(codec, "N") ? codec.dump(action.value, path.length) : undefined;
      if (amount === undefined || !("N" in amount)) throw notFor(action, "numbers", codec);
      if (codec.sums?.loads !== undefined && !isWhole(amount.N))
        throw new Misfit("add() takes whole numbers here: a sum of fractions may have more digits than are loaded");
      return [{ kind: "increase", path, amount, sums: codec.sums }];
    }
    case "addTo":
    case "deleteFrom":
      return editsOfElements(path, { codec, required }, action);
    case "append":
    case "prepend": {
      const list = takes(codec, "L") ? codec.dump(action.elements, path.length) : undefined;
      if (list === undefined || !("L" in list)) throw notFor(action, "lists", codec);
      return list.L.length === 0 ? [] : [{ kind: action.kind, path, elements: list.L }];
    }
    case "setIfMissing": {
      const value = codec.dump(action.value, path.length);
      if (value === undefined) throw new Misfit("setIfMissing() takes no empty set, which DynamoDB can't store");
      return [{ kind: "setIfMissing", path, value }];
    }
    case "remove":
      if (required) throw new Misfit("it is required, and can't be removed");
      return [{ kind: "replace", path, value: undefined }];
    case "merge":
      return editsOfMerge(path, codec, action.changes);
    default:
      return assertNever(action);
  }
}

/** A dynamic value takes any action. */
function takes({ wire }: Codec, ...wires: readonly AnyWire[]): boolean {
  return wire === "any" || wires.includes(wire);
}

function notFor({ kind }: { readonly kind: string }, what: string, { name }: Codec): Misfit {
  return new Misfit(`${kind}() is for ${what}, and it is a ${name}`);
}

function isWhole(text: string): boolean {
  const decimal = parseDecimal(text);
  return decimal !== undefined && wholeDigits(decimal) !== undefined;
}

function editsOfElements(
  path: StoredPath,
  { codec, required }: Target,
  action: { readonly kind: "addTo" | "deleteFrom"; readonly elements: readonly unknown[] },
): Edit[] {
  if (!takes(codec, "SS", "NS", "BS")) throw notFor(action, "sets", codec);
  const set: Attribute | undefined = codec.dump(new Set(action.elements), path.length);
  if (set === undefined) return [];
  const elements = elementsOf(set);
  const [added, removed] = action.kind === "addTo" ? [elements, []] : [[], elements];
  return [{ kind: "elements", path, tag: tagOf(set) as SetTag, added, removed, isRequired: required }];
}

function editsOfMerge(path: StoredPath, { inside, name }: Codec, changes: object): Edit[] {
  if (inside?.kind !== "map") throw new Misfit(`merge() is for maps, and it is a ${name}`);
  // The keys of a union depend on its kind, and the kind on the stored value.
  if (inside.tag !== undefined) throw new Misfit("merge() can't know the kind of a union; give the whole value");
  return Object.entries(changes).flatMap(([key, change]) => {
    if (key === "") throw new Misfit("DynamoDB takes no empty key");
    const member = inside.at(assertText(key));
    if (member === undefined) {
      throw new Misfit(`there is no key ${print(key)} in this map${didYouMean(key, inside.keys() ?? [])}`);
    }
    try {
      return editsOf([...path, member.storedName], member, change);
    } catch (error) {
      throw within(key, error);
    }
  });
}
