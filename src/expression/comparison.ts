/** Conditions on one place, made of checked operands. */

import { InvalidCondition } from "../errors.js";
import { describeValue, printList } from "../util/print.js";
import { maxInOperands } from "../wire/limits.js";
import { compareScalars } from "../wire/order.js";
import { type Comparator, type Condition, makeCondition, type Operand } from "./condition.js";
import { type Path, printPlace } from "./path.js";

export interface Subject {
  readonly path: Path;
  readonly operand: Operand;
  /** The other side of a comparison with it. */
  dump(value: unknown): Operand;
}

export function compare({ path, operand: left, dump }: Subject, comparator: Comparator, value: unknown): Condition {
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

export function between({ path, operand: subject }: Subject, low: Operand, high: Operand): Condition {
  if (low.kind === "value" && high.kind === "value" && compareScalars(low.value, high.value) > 0) {
    throw new InvalidCondition(`${printPlace(path)}.between(low, high) has its low end above its high end.`);
  }
  return makeCondition({ kind: "between", subject, low, high });
}

export function inList({ path, operand: subject, dump }: Subject, values: unknown): Condition {
  const all = Array.isArray(values) ? Array.from(values, dump) : [];
  if (all.length === 0 || all.length > maxInOperands) {
    const got = Array.isArray(values) ? `${all.length}` : describeValue(values);
    throw new InvalidCondition(`${printPlace(path)}.in() takes an array of 1 to ${maxInOperands} values, got ${got}.`);
  }
  return makeCondition({ kind: "in", subject, values: all });
}

const tags = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

export function hasType(path: Path, tag: unknown): Condition {
  if (typeof tag !== "string" || !tags.includes(tag)) {
    throw new InvalidCondition(
      `${printPlace(path)}.hasType() takes ${printList(tags, "or")}, got ${describeValue(tag)}.`,
    );
  }
  return makeCondition({ kind: "hasType", path, argument: { kind: "value", value: { S: tag } } });
}

export function contains(path: Path, argument: Operand): Condition {
  return makeCondition({ kind: "contains", path, argument });
}
