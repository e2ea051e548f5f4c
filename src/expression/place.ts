/** What a column, or a place inside one, offers for conditions: the operations of its wire type, at run time. */

import { InvalidCondition, InvalidValue } from "../errors.js";
import { misfitOf, type Step } from "../types/context.js";
import { assertText } from "../types/string.js";
import type { Codec } from "../types/type.js";
import { invariant } from "../util/assert.js";
import { didYouMean, print, printList } from "../util/print.js";
import type { Attribute } from "../wire/attribute.js";
import { bytesOf } from "../wire/binary.js";
import { compareNumbers } from "../wire/decimal.js";
import { maxInOperands } from "../wire/limits.js";
import { type Comparator, type Condition, makeCondition, type Operand } from "./condition.js";
import { type Path, printPlace } from "./path.js";

const operandOf: unique symbol = Symbol("operand");

/** The operations of a place by name: what exactly is there depends on the wire type. */
export interface PlaceOperations {
  readonly [operandOf]: Operand;
  readonly [operation: string]: unknown;
}

/** Makes what a place offers. `local` and `stored` of the path lead to a value of the codec. */
export function makePlace(path: Path, codec: Codec): PlaceOperations {
  const subject: Operand = { kind: "path", path };
  const dump = (value: unknown): Operand => operand(path, value, (local) => codec.dump(local, 1));
  return Object.freeze({
    [operandOf]: subject,
    toString: () => printPlace(path),
    ...equality(path, subject, dump),
    ...existence(path),
    ...operationsOfWire(path, subject, codec, dump),
  });
}

type Dump = (value: unknown) => Operand;

function operationsOfWire(path: Path, subject: Operand, codec: Codec, dump: Dump): object {
  switch (codec.wire) {
    case "N":
      return order(path, subject, dump);
    case "S":
    case "B":
      return { ...order(path, subject, dump), ...text(path, codec), size: size(path) };
    case "BOOL":
      return {};
    case "SS":
    case "NS":
    case "BS":
      return { contains: (element: unknown) => contains(path, elementOfSet(path, codec, element)), size: size(path) };
    case "L":
      return { ...list(path, codec), size: size(path) };
    case "M":
      return { at: (key: unknown) => member(path, codec, key), size: size(path) };
  }
}

function equality(path: Path, subject: Operand, dump: Dump): object {
  return {
    eq: (value: unknown) => compare(path, subject, "=", value, dump),
    ne: (value: unknown) => compare(path, subject, "<>", value, dump),
    in: (values: unknown) => inList(path, subject, values, dump),
  };
}

function existence(path: Path): object {
  return {
    exists: () => makeCondition({ kind: "exists", path }),
    notExists: () => makeCondition({ kind: "notExists", path }),
    hasType: (tag: unknown) => hasType(path, tag),
  };
}

function order(path: Path, subject: Operand, dump: Dump): object {
  return {
    lt: (value: unknown) => compare(path, subject, "<", value, dump),
    le: (value: unknown) => compare(path, subject, "<=", value, dump),
    gt: (value: unknown) => compare(path, subject, ">", value, dump),
    ge: (value: unknown) => compare(path, subject, ">=", value, dump),
    between: (low: unknown, high: unknown) => between(path, subject, dump(low), dump(high)),
  };
}

function text(path: Path, codec: Codec): object {
  const argument = (value: unknown) => operand(path, value, (local) => partOf(codec, local));
  return {
    beginsWith: (prefix: unknown) => makeCondition({ kind: "beginsWith", path, argument: argument(prefix) }),
    contains: (part: unknown) => contains(path, argument(part)),
  };
}

/** A part of a text need not be one of the column's values: the beginning of a UUID is none. */
function partOf(codec: Codec, value: unknown): Attribute | undefined {
  if (codec.wire === "S" && typeof value === "string") return { S: assertText(value) };
  if (codec.wire === "B" && value instanceof Uint8Array) return { B: value };
  return codec.dump(value, 1);
}

function list(path: Path, codec: Codec): object {
  const { inside } = codec;
  invariant(inside?.kind === "list", "a list has elements");
  return {
    contains: (element: unknown) =>
      contains(
        path,
        operand(path, element, (local) => inside.element().dump(local, 1)),
      ),
    at(index: unknown) {
      if (typeof index !== "number" || !Number.isInteger(index) || index < 0) {
        throw new InvalidCondition(`${printPlace(path)}.at() takes an index from 0, got ${print(index)}.`);
      }
      return makePlace(stepInto(path, index, index), inside.element());
    },
  };
}

function member(path: Path, codec: Codec, key: unknown): PlaceOperations {
  const { inside } = codec;
  invariant(inside?.kind === "map", "a map has keys");
  const found = typeof key === "string" ? inside.at(key) : undefined;
  if (found !== undefined) return makePlace(stepInto(path, found.key, found.storedName), found.codec);
  const hint = typeof key === "string" ? didYouMean(key, inside.keys() ?? []) : "";
  throw new InvalidCondition(`${printPlace(path)} has no key ${print(key)}${hint || "."}`);
}

function stepInto(path: Path, local: Step, stored: Step): Path {
  return { owner: path.owner, local: [...path.local, local], stored: [...path.stored, stored] };
}

function size(path: Path): PlaceOperations {
  const subject: Operand = { kind: "size", path };
  const dump = (value: unknown): Operand => operand(path, value, dumpSize);
  return Object.freeze({ [operandOf]: subject, ...equality(path, subject, dump), ...order(path, subject, dump) });
}

function dumpSize(value: unknown): Attribute {
  if (typeof value !== "number" || !Number.isFinite(value))
    throw new Error(`a size is compared with a number, got ${print(value)}`);
  return { N: String(value) };
}

function elementOfSet(path: Path, codec: Codec, element: unknown): Operand {
  return operand(path, element, (local) => {
    const dumped = codec.dump(new Set([local]), 1);
    if (dumped === undefined) return undefined;
    if ("SS" in dumped) return { S: dumped.SS[0] ?? "" };
    if ("NS" in dumped) return { N: dumped.NS[0] ?? "" };
    return "BS" in dumped ? { B: dumped.BS[0] ?? "" } : undefined;
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
    throw new InvalidValue(`A condition on ${printPlace(path)}: ${misfit.message}.`, {
      model: path.owner.name,
      path: [...path.local, ...misfit.path],
      cause: misfit.cause,
    });
  }
}

function compare(path: Path, left: Operand, comparator: Comparator, value: unknown, dump: Dump): Condition {
  const right = dump(value);
  assertOtherSide(path, left, right);
  return makeCondition({ kind: "compare", comparator, left, right });
}

/** DynamoDB refuses to compare a place with itself. */
function assertOtherSide(path: Path, left: Operand, right: Operand): void {
  if (left.kind === "value" || right.kind !== left.kind) return;
  if (left.path.owner === right.path.owner && JSON.stringify(left.path.stored) === JSON.stringify(right.path.stored)) {
    throw new InvalidCondition(`${printPlace(path)} is compared with itself.`);
  }
}

function between(path: Path, subject: Operand, low: Operand, high: Operand): Condition {
  if (low.kind === "value" && high.kind === "value" && compareScalars(low.value, high.value) > 0) {
    throw new InvalidCondition(`${printPlace(path)}.between(low, high) has its low end above its high end.`);
  }
  return makeCondition({ kind: "between", subject, low, high });
}

/** As DynamoDB orders two keys of one type: texts and bytes by their bytes. */
function compareScalars(left: Attribute, right: Attribute): number {
  if ("N" in left && "N" in right) return compareNumbers(left.N, right.N);
  if ("S" in left && "S" in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ("B" in left && "B" in right) return Buffer.compare(bytesOf(left.B), bytesOf(right.B));
  return 0;
}

function inList(path: Path, subject: Operand, values: unknown, dump: Dump): Condition {
  const all = Array.isArray(values) ? Array.from(values, dump) : [];
  if (all.length === 0 || all.length > maxInOperands) {
    const got = Array.isArray(values) ? `${all.length}` : print(values);
    throw new InvalidCondition(`${printPlace(path)}.in() takes an array of 1 to ${maxInOperands} values, got ${got}.`);
  }
  return makeCondition({ kind: "in", subject, values: all });
}

const tags = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

function hasType(path: Path, tag: unknown): Condition {
  if (typeof tag !== "string" || !tags.includes(tag)) {
    throw new InvalidCondition(`${printPlace(path)}.hasType() takes ${printList(tags, "or")}, got ${print(tag)}.`);
  }
  return makeCondition({ kind: "hasType", path, argument: { kind: "value", value: { S: tag } } });
}

function contains(path: Path, argument: Operand): Condition {
  return makeCondition({ kind: "contains", path, argument });
}
