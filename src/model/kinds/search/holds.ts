/** Whether a condition holds for an item, as DynamoDB decides it. Pure. */

import type { ConditionNode, Operand } from "../../../expression/condition.js";
import type { StoredPath } from "../../../expression/path.js";
import { type Attribute, attributeOf, elementsOf, type Item, tagOf } from "../../../wire/attribute.js";
import { bytesOf } from "../../../wire/binary.js";
import { compareScalars } from "../../../wire/order.js";
import { sameAttribute } from "../../../wire/same.js";

type Found = Attribute | undefined;

/** Without an item, a condition is asked of no attributes. */
export function holdsFor(node: ConditionNode, item: Item): boolean {
  const found = (operand: Operand) => operandIn(item, operand);
  switch (node.kind) {
    case "always":
      return true;
    case "and":
      return node.parts.every((part) => holdsFor(part, item));
    case "or":
      return node.parts.some((part) => holdsFor(part, item));
    case "not":
      return !holdsFor(node.inner, item);
    case "in":
      return node.values.some((value) => isComparison("=", found(node.subject), found(value)));
    case "between": {
      const subject = found(node.subject);
      return isComparison(">=", subject, found(node.low)) && isComparison("<=", subject, found(node.high));
    }
    case "compare":
      return isComparison(node.comparator, found(node.left), found(node.right));
    case "exists":
      return valueIn(item, node.path.stored) !== undefined;
    case "notExists":
      return valueIn(item, node.path.stored) === undefined;
    default:
      return isTrueOf(node.kind, valueIn(item, node.path.stored), found(node.argument));
  }
}

function operandIn(item: Item, operand: Operand): Found {
  if (operand.kind === "value") return operand.value;
  const found = valueIn(item, operand.path.stored);
  return operand.kind === "path" || found === undefined ? found : sizeOf(found);
}

function valueIn(item: Item, path: StoredPath): Found {
  let found: Found = { M: item };
  for (const step of path) {
    if (found === undefined) return undefined;
    if (typeof step === "number") found = "L" in found ? (found.L as readonly Attribute[])[step] : undefined;
    else found = "M" in found ? attributeOf(found.M, step) : undefined;
  }
  return found;
}

/** Characters of a text, bytes, or elements. Numbers and booleans have no size. */
function sizeOf(value: Attribute): Found {
  if ("S" in value) return { N: String([...value.S].length) };
  if ("B" in value) return { N: String(bytesOf(value.B).length) };
  if ("L" in value) return { N: String(value.L.length) };
  if ("M" in value) return { N: String(Object.keys(value.M).length) };
  const { length } = elementsOf(value);
  return length === 0 ? undefined : { N: String(length) };
}

/** The types that have an order. */
const ordered: readonly string[] = ["S", "N", "B"];

/** Values of two types, and of types such as BOOL and L, have no order. Only `<>` holds for a value that is missing. */
function isComparison(comparator: string, left: Found, right: Found): boolean {
  if (comparator === "=" || comparator === "<>") {
    const isSame = left !== undefined && sameAttribute(left, right);
    return isSame === (comparator === "=");
  }
  if (left === undefined || right === undefined) return false;
  if (tagOf(left) !== tagOf(right) || !ordered.includes(tagOf(left))) return false;
  const order = compareScalars(left, right);
  if (comparator === "<=" || comparator === ">=") return comparator === "<=" ? order <= 0 : order >= 0;
  return comparator === "<" ? order < 0 : order > 0;
}

function isTrueOf(kind: "hasType" | "beginsWith" | "contains", found: Found, argument: Found): boolean {
  if (found === undefined || argument === undefined) return false;
  if (kind === "hasType") return "S" in argument && tagOf(found) === argument.S;
  if ("S" in found) {
    if (!("S" in argument)) return false;
    return kind === "contains" ? found.S.includes(argument.S) : found.S.startsWith(argument.S);
  }
  if ("B" in found) {
    if (!("B" in argument)) return false;
    const at = Buffer.from(bytesOf(found.B)).indexOf(bytesOf(argument.B));
    return kind === "contains" ? at !== -1 : at === 0;
  }
  const elements = "L" in found ? found.L : elementsOf(found);
  return kind === "contains" && elements.some((element) => sameAttribute(element, argument));
}
