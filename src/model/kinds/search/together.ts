/** A search of several kinds of one table at once: their common key condition, and which item is of which kind. Pure. */

import { InvalidSearch } from "../../../errors.js";
import { type ConditionNode, pathsOf } from "../../../expression/condition.js";
import { type KeyFormat, mayEqual, samePieces } from "../../../key/format.js";
import { encodeKey, type KeyRange, selectKeys } from "../../../key/key.js";
import type { Item } from "../../../wire/attribute.js";
import type { Column } from "../../column.js";
import type { ComposedKey, SearchTarget, SpokenTogether, Together } from "../../meta.js";
import { hashKeysOf, keysOf, nameOf, rangeKeysOf } from "../../search-target.js";
import { identify } from "../key/compose.js";
import { isOfKind, kindNode } from "../kind.js";
import { holdsFor } from "./holds.js";
import { checked, nodeOf, type Spoken, searchedKey, spokenOf } from "./searched.js";
import { localFilter } from "./told.js";

/** Throws InvalidSearch for models that do not share a key, and for a condition that is not one of the key of all. */
export function searchTogether(targets: readonly SearchTarget[], { key, filter }: SpokenTogether): Together {
  assertOneTable(targets);
  const models = targets.map(({ meta }) => meta);
  const others = [...(models[0]?.shared?.table.models.values() ?? [])].filter(
    (meta) => !models.includes(meta) && meta.shared?.isView === false,
  );
  const isNear = (meta: SearchTarget["meta"]) =>
    models.some((model) => mayEqual(formatOf(model, model.hashKey), formatOf(meta, meta.hashKey)));
  const filtered = filter && filterOf(filter);
  return {
    key: key && keyTogether(targets, key),
    sent: filtered?.sent,
    isAlone: !others.some(isNear),
    targetOf(item) {
      const target = targets.find(({ meta }) => isOfKind(meta, item));
      return target ?? (others.some((meta) => isOfKind(meta, item)) ? "other" : "unknown");
    },
    holds: (target, item) => target !== filter?.target || filtered?.holds(item) !== false,
  };
}

function assertOneTable(targets: readonly SearchTarget[]): void {
  const [first] = targets;
  for (const [place, target] of targets.entries()) {
    const { meta, index } = target;
    const problem =
      meta.shared === undefined
        ? "is on no table of several kinds, which table() declares"
        : meta.shared.table !== first?.meta.shared?.table
          ? `is on another table than ${first?.meta.name}`
          : meta.shared.isView
            ? "is a view, which sees the items of all kinds by itself"
            : index?.storedName !== first?.index?.storedName
              ? `is not searched where ${first && nameOf(first)} is; give the models themselves, or each one's index of one name`
              : targets.findIndex((other) => other.meta === meta) !== place
                ? "is given twice"
                : undefined;
    if (problem !== undefined) throw new InvalidSearch(`A search of several models: ${nameOf(target)} ${problem}.`);
  }
}

const anything: KeyFormat = { kind: "open", pieces: [], parts: [], beginning: "", isLossy: false };

function composedOf({ meta }: SearchTarget, column: Column | undefined): ComposedKey | undefined {
  return column && meta.shared?.composed.get(column);
}

function formatOf({ shared }: SearchTarget["meta"], column: Column): KeyFormat {
  return shared?.composed.get(column)?.format ?? anything;
}

/** The key condition is spoken of in the parts of one of the models. */
function keyTogether(targets: readonly SearchTarget[], node: ConditionNode): Together["key"] {
  const owner = pathsOf(node)[0]?.owner;
  const speaker = targets.find(({ meta }) => owner === undefined || meta === owner) ?? targets[0];
  if (speaker === undefined) throw new InvalidSearch("A search of several models names no model.");
  const spoken = spokenOf(speaker, node);
  const others = targets.filter((target) => target !== speaker);
  for (const other of others) assertSameHash(speaker, other);
  const { rangeColumn, before, equal, range, plain } = spoken;
  if (rangeColumn === undefined) return { speaker, ...searchedKey(spoken, unbounded) };
  const isSpoken = before.length > 0 || equal.length > 0 || range !== undefined || plain !== undefined;
  if (isSpoken) for (const other of others) assertSameRange(speaker, other, spoken);
  const found = plain ?? nodeOf(rangeColumn, rangeTogether(targets, { speaker, rangeColumn }, spoken));
  return { speaker, ...searchedKey(spoken, { range: found, except: undefined }) };
}

const unbounded = { range: undefined, except: undefined };

function assertSameHash(speaker: SearchTarget, other: SearchTarget): void {
  const others = hashKeysOf(other);
  for (const [place, mine] of hashKeysOf(speaker).entries()) {
    if (isMadeAlike(speaker, other, [mine, others[place]])) continue;
    throw new InvalidSearch(
      `A search of several models: the hash keys of ${nameOf(speaker)} and ${nameOf(other)} are not made in the same way, so that their items are not in one place.`,
    );
  }
}

type Pair = readonly [Column | undefined, Column | undefined];

/** Whether two key attributes are made of the same pieces, up to a number of parts: all, if it is left out. Parts have to be of one type. */
function isMadeAlike(speaker: SearchTarget, other: SearchTarget, [mine, theirs]: Pair, count?: number): boolean {
  const [left, right] = [composedOf(speaker, mine), composedOf(other, theirs)];
  const isSame =
    left?.format === undefined || right?.format === undefined
      ? left?.format === right?.format
      : count === undefined
        ? left.format.pieces.length === right.format.pieces.length &&
          samePieces(left.format, right.format, left.format.pieces.length)
        : samePieces(left.format, right.format, endOfPart(left.format, count));
  if (!isSame) return false;
  assertSameTypes(speaker, other, [partsOf(left, mine).slice(0, count), partsOf(right, theirs).slice(0, count)]);
  return true;
}

/** The range keys are the same up to the last part that the condition names. */
function assertSameRange(speaker: SearchTarget, other: SearchTarget, { before, equal, range }: Spoken): void {
  const [mine, theirs] = [rangeKeysOf(speaker), rangeKeysOf(other)];
  const last = before.length;
  const format = composedOf(speaker, mine[last])?.format;
  const count = format === undefined ? 1 : equal.length + (range === undefined ? 0 : 1);
  const isSame =
    before.every((_, place) => isMadeAlike(speaker, other, [mine[place], theirs[place]])) &&
    isMadeAlike(speaker, other, [mine[last], theirs[last]], count);
  if (isSame) return;
  throw new InvalidSearch(
    `A search of several models: the key condition is on the range key of ${nameOf(speaker)}, and that of ${nameOf(other)} does not begin in the same way.`,
  );
}

function partsOf(key: ComposedKey | undefined, column: Column | undefined): readonly Column[] {
  return key?.parts ?? (column === undefined ? [] : [column]);
}

/** The number of pieces up to a part, which is included. */
function endOfPart({ pieces, parts }: KeyFormat, count: number): number {
  const part = parts[count - 1];
  return part === undefined ? 0 : pieces.indexOf(part) + 1;
}

type Parts = readonly Column[];

/** Two types may store one value in two ways, as uuid() and string() do. */
function assertSameTypes(left: SearchTarget, right: SearchTarget, [mine, theirs]: readonly [Parts, Parts]): void {
  for (const [index, one] of mine.entries()) {
    const other = theirs[index];
    if (other === undefined) continue;
    const isSame =
      one.codec === other.codec ||
      (one.codec.name === other.codec.name &&
        one.codec.wire === other.codec.wire &&
        one.codec.isCustom !== true &&
        other.codec.isCustom !== true);
    if (isSame) continue;
    throw new InvalidSearch(
      `A search of several models: ${left.meta.name}.${one.property} (${one.codec.name}) and ${right.meta.name}.${other.property} (${other.codec.name}) are one part of the key, and may store one value in two ways; declare both with the same type.`,
    );
  }
}

/** The last attribute of a range key that the condition is on, and the target whose column it is. */
interface Said {
  readonly speaker: SearchTarget;
  readonly rangeColumn: Column;
}

/** The keys of all models that the condition selects: they may go on in different ways. */
function rangeTogether(targets: readonly SearchTarget[], { speaker, rangeColumn }: Said, spoken: Spoken): KeyRange {
  const { equal, range, next } = spoken;
  const key = { meta: speaker.meta, column: rangeColumn };
  const formats = targets.map(
    (target) => composedOf(target, rangeKeysOf(target)[spoken.before.length])?.format ?? anything,
  );
  if (range !== undefined) {
    const own = formatOf(speaker.meta, rangeColumn);
    const found = checked(key, () => selectKeys(own, equal, range), next);
    const isSame = (format: KeyFormat) => JSON.stringify(rangeIn(format, equal, range)) === JSON.stringify(found);
    if (found.except === undefined && formats.every(isSame)) return found.range;
    throw rangeProblem(targets);
  }
  const texts = formats.map((format) => checked(key, () => encodeKey(format, equal)));
  const isWhole = formats.every(({ parts }) => parts.length === equal.length) && new Set(texts).size === 1;
  const text = commonBeginning(texts);
  if (isWhole && text !== "") return { kind: "compare", comparator: "=", text };
  // Of texts that are not closed, a shorter value begins a longer one.
  if (equal.length > 0 && formats.some(({ kind }) => kind === "open")) throw rangeProblem(targets);
  return text === "" ? { kind: "all" } : { kind: "beginsWith", text };
}

/** Undefined for a range that another model's keys can't have. */
function rangeIn(...selected: Parameters<typeof selectKeys>): ReturnType<typeof selectKeys> | undefined {
  try {
    return selectKeys(...selected);
  } catch {
    return undefined;
  }
}

function rangeProblem(targets: readonly SearchTarget[]): InvalidSearch {
  return new InvalidSearch(
    `A search of several models: no one range of keys holds these items of ${targets.map(nameOf).join(", ")} alone; search them one by one, or compare other parts.`,
  );
}

function commonBeginning([first = "", ...texts]: readonly string[]): string {
  const characters = [...first];
  let length = characters.length;
  while (!texts.every((text) => text.startsWith(characters.slice(0, length).join("")))) length--;
  return characters.slice(0, length).join("");
}

interface Filtered {
  readonly sent: ConditionNode | undefined;
  holds(item: Item): boolean;
}

/** A filter of one model: items of the others pass it. */
function filterOf({ target, node }: NonNullable<SpokenTogether["filter"]>): Filtered {
  const { meta } = target;
  const { kind, tableKeys = [] } = meta.shared ?? {};
  const keys = new Set(keysOf(target).map(({ storedName }) => storedName));
  const isAskable = kind?.attributes.every(({ column }) => !keys.has(column.storedName)) === true;
  if (kind === undefined || !isAskable)
    return { sent: undefined, holds: (item) => holdsFor(node, identify(tableKeys, item).item) };
  const local = localFilter(meta, node);
  return {
    sent: { kind: "or", parts: [{ kind: "not", inner: kindNode(kind) }, local?.sent ?? node] },
    holds: (item) => local?.holds(item) !== false,
  };
}
