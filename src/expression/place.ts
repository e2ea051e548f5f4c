/** The operations for conditions that a column, or a place inside one, offers by its wire type, at run time. */

import { InvalidCondition, InvalidValue } from "../errors.js";
import type { Codec } from "../types/codec/codec.js";
import { misfitOf, type Step } from "../types/codec/context.js";
import { assertText } from "../types/string.js";
import type { Type } from "../types/type.js";
import { invariant } from "../util/assert.js";
import { brand, foreignHint } from "../util/core.js";
import { describeValue, didYouMean, print, printList } from "../util/print.js";
import { type AnyWire, type Attribute, elementsOf, tagOf } from "../wire/attribute.js";
import { copyBytes } from "../wire/binary.js";
import { maxItemBytes } from "../wire/limits.js";
import { between, compare, contains, hasType, inList, type Subject } from "./comparison.js";
import { isMissing, makeCondition, type Operand } from "./condition.js";
import type { AnyOperations, EqualityOperations, OrderOperations, Place, Rejected, SizePlace } from "./infer.js";
import { type Path, printPlace } from "./path.js";

const operandOf: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}operand`);

/** The operations of a place by name. Their exact set depends on the wire type. */
export interface PlaceOperations {
  readonly [operandOf]: Operand;
  readonly [operation: string]: unknown;
}

/** Makes the operations of a place. The path, `local` and `stored`, leads to a value of the codec. */
export function makePlace(path: Path, codec: Codec): PlaceOperations {
  const place: TypedPlace = {
    path,
    codec,
    operand: { kind: "path", path },
    dump: (value) => operand(path, value, (local) => codec.dump(local, 1)),
  };
  return Object.freeze({
    [operandOf]: place.operand,
    toString: () => printPlace(path),
    ...equality(place),
    ...existence(path),
    ...(ofWire satisfies AsDeclared<typeof ofWire>)[codec.wire](place),
  });
}

/** One side of a comparison: a place, or its size. */
interface TypedPlace extends Subject {
  readonly codec: Codec;
}

/** The operations of each wire type, besides those of every place. */
const ofWire = {
  N: order,
  S: ofText,
  B: ofText,
  BOOL: () => ({}),
  SS: ofSet,
  NS: ofSet,
  BS: ofSet,
  L: ofList,
  M: ({ path, codec }: TypedPlace) => ({ at: (key: unknown) => member(path, codec, key), size: size(path) }),
  any: ofAnything,
};

/** Does not compile if an operation of a wire type is only in `ofWire`, or only among the types of ./infer.ts. */
type AsDeclared<Made extends { readonly [W in AnyWire]: (place: TypedPlace) => object }> = {
  readonly [W in AnyWire]: OnlyInOnePlace<ReturnType<Made[W]>, OperationsOf<W>> extends never
    ? Made[W]
    : Rejected<`for ${W}, "${OnlyInOnePlace<ReturnType<Made[W]>, OperationsOf<W>>}" is in only one of two places`>;
};

type OnlyInOnePlace<Left, Right> = Exclude<Names<Left>, Names<Right>> | Exclude<Names<Right>, Names<Left>>;

type Names<Operations> = keyof Operations & string;

/** The compiler's operations of a wire type, without those of every place. */
type OperationsOf<W extends AnyWire> = Omit<
  Place<string, string, Type<unknown, W>>,
  keyof AnyOperations<"", "", unknown, W>
>;

/** Functions of exactly these names: an object literal can have no other, and lack none. */
type Functions<Operations> = { readonly [Name in Names<Operations>]: (...values: never[]) => object };

function equality(place: Subject) {
  return {
    eq: (value: unknown) => compare(place, "=", value),
    ne: (value: unknown) => compare(place, "<>", value),
    in: (values: unknown) => inList(place, values),
  } satisfies Functions<EqualityOperations<"", "", unknown, AnyWire>>;
}

function existence(path: Path) {
  return {
    exists: () => makeCondition({ kind: "exists", path }),
    notExists: () => makeCondition(isMissing(path)),
    hasType: (tag: unknown) => hasType(path, tag),
  } satisfies Functions<
    Omit<AnyOperations<"", "", unknown, AnyWire>, keyof EqualityOperations<"", "", unknown, AnyWire>>
  >;
}

function order(place: Subject) {
  return {
    lt: (value: unknown) => compare(place, "<", value),
    le: (value: unknown) => compare(place, "<=", value),
    gt: (value: unknown) => compare(place, ">", value),
    ge: (value: unknown) => compare(place, ">=", value),
    between: (low: unknown, high: unknown) => between(place, place.dump(low), place.dump(high)),
  } satisfies Functions<OrderOperations<"", "", unknown, AnyWire>>;
}

function ofText(place: TypedPlace) {
  const { path, codec } = place;
  const argument = (value: unknown) => operand(path, value, (local) => partOf(codec, local));
  return {
    ...order(place),
    beginsWith: (prefix: unknown) => makeCondition({ kind: "beginsWith", path, argument: argument(prefix) }),
    contains: (part: unknown) => contains(path, argument(part)),
    size: size(path),
  };
}

function ofSet({ path, codec }: TypedPlace) {
  return { contains: (element: unknown) => contains(path, elementOfSet(path, codec, element)), size: size(path) };
}

/** A part of a text need not be a value of the column: the beginning of a UUID is not a UUID. */
function partOf(codec: Codec, value: unknown): Attribute | undefined {
  if (codec.wire === "S" && typeof value === "string") return { S: assertText(value) };
  if (codec.wire === "B" && value instanceof Uint8Array) return { B: copyBytes(value) };
  return codec.dump(value, 1);
}

function ofList({ path, codec }: TypedPlace) {
  const { inside } = codec;
  invariant(inside?.kind === "list", "a list has elements");
  return {
    contains: (element: unknown) =>
      contains(
        path,
        operand(path, element, (local) => inside.element().dump(local, 1)),
      ),
    at: (index: unknown) => makePlace(stepInto(path, assertIndex(path, index), Number(index)), inside.element()),
    size: size(path),
  };
}

/** Offers every operation of DynamoDB, for a place whose attribute type depends on its value. */
function ofAnything({ path, codec, ...subject }: TypedPlace) {
  const part = (value: unknown) => operand(path, value, (local) => partOf(insideOf(codec).element(), local));
  const ordered = { ...subject, path, dump: (value: unknown) => assertOrdered(path, subject.dump(value)) };
  return {
    ...order(ordered),
    beginsWith: (prefix: unknown) =>
      makeCondition({ kind: "beginsWith", path, argument: assertBeginning(path, part(prefix)) }),
    contains: (value: unknown) => contains(path, part(value)),
    at: (step: unknown) => {
      if (typeof step !== "number") return member(path, codec, step);
      return makePlace(stepInto(path, assertIndex(path, step), step), insideOf(codec).element());
    },
    size: size(path),
  };
}

function insideOf({ inside }: Codec): { element(): Codec } {
  invariant(inside?.element !== undefined, "what may hold anything says what is inside");
  return { element: inside.element };
}

function assertOrdered(path: Path, side: Operand): Operand {
  return assertTag(path, side, { tags: ["S", "N", "B"], operation: "compared with <, <=, >, >= or between()" });
}

function assertBeginning(path: Path, side: Operand): Operand {
  return assertTag(path, side, { tags: ["S", "B"], operation: "asked for its beginning" });
}

/** DynamoDB refuses the other types, whatever value is stored. */
function assertTag(path: Path, side: Operand, allowed: { tags: readonly string[]; operation: string }): Operand {
  if (side.kind !== "value" || allowed.tags.includes(tagOf(side.value))) return side;
  throw new InvalidCondition(
    `${printPlace(path)} is ${allowed.operation}, which DynamoDB takes a value of type ${printList(allowed.tags, "or")} for, and this one is of type ${tagOf(side.value)}.`,
  );
}

function member(path: Path, codec: Codec, key: unknown): PlaceOperations {
  const { inside } = codec;
  invariant(inside?.kind === "map", "a map has keys");
  const found = typeof key === "string" ? inside.at(key) : undefined;
  if (found !== undefined) return makePlace(stepInto(path, found.key, found.storedName), found.codec);
  const hint = typeof key === "string" ? didYouMean(key, inside.keys() ?? []) : "";
  throw new InvalidCondition(
    `${printPlace(path)} has no key ${typeof key === "string" ? print(key) : describeValue(key)}${hint || "."}`,
  );
}

function assertIndex(path: Path, index: unknown): number {
  if (typeof index !== "number" || !Number.isInteger(index) || index < 0) {
    throw new InvalidCondition(
      `${printPlace(path)}.at() takes an index from 0, got ${typeof index === "number" ? index : describeValue(index)}.`,
    );
  }
  // Each element takes more than a byte, so no item holds a list with this many.
  if (index < maxItemBytes) return index;
  throw new InvalidCondition(
    `${printPlace(path)}.at() got the index ${index}, and no item has room for so many elements.`,
  );
}

function stepInto(path: Path, local: Step, stored: Step): Path {
  return { owner: path.owner, local: [...path.local, local], stored: [...path.stored, stored] };
}

function size(path: Path): PlaceOperations & Functions<SizePlace<"", "">> {
  const subject: Subject = {
    path,
    operand: { kind: "size", path },
    dump: (value) => operand(path, value, dumpSize),
  };
  return Object.freeze({
    [operandOf]: subject.operand,
    toString: () => `${printPlace(path)}.size`,
    ...equality(subject),
    ...order(subject),
  });
}

function dumpSize(value: unknown): Attribute {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Error(`a size is compared with a number, got ${describeValue(value)}`);
  return { N: String(value) };
}

function elementOfSet(path: Path, codec: Codec, element: unknown): Operand {
  return operand(path, element, (local) => {
    const set = codec.dump(new Set([local]), 1);
    return set && elementsOf(set)[0];
  });
}

/** The other side of a comparison: another place of the model, or a value as the column would store it. */
function operand(path: Path, value: unknown, dump: (value: unknown) => Attribute | undefined): Operand {
  if (value === undefined) {
    throw new InvalidCondition(
      `${printPlace(path)} is compared with undefined, which is not stored; use notExists() or exists().`,
    );
  }
  if (typeof value === "object" && value !== null && operandOf in value) return (value as PlaceOperations)[operandOf];
  const dumped = dumpOrThrow(path, value, dump);
  if (dumped !== undefined) return { kind: "value", value: dumped };
  throw new InvalidCondition(
    `${printPlace(path)} is compared with an empty set, which DynamoDB can't store; use notExists().`,
  );
}

function dumpOrThrow(
  path: Path,
  value: unknown,
  dump: (value: unknown) => Attribute | undefined,
): Attribute | undefined {
  try {
    return dump(value);
  } catch (error) {
    const misfit = misfitOf(error);
    throw new InvalidValue(`A condition on ${printPlace(path)}: ${misfit.message}.${foreignHint(value)}`, {
      model: path.owner.name,
      path: [...path.local, ...misfit.path],
      cause: misfit.cause,
    });
  }
}
