/** What DynamoDB makes of a condition on an item: written from its documentation, for tests to compare with. */

import type { ConditionNode, Operand } from "../../src/expression/condition.js";
import type { StoredPath } from "../../src/expression/path.js";
import { type Attribute, elementsOf, type Item, tagOf } from "../../src/wire/attribute.js";
import { bytesOf } from "../../src/wire/binary.js";
import { compareNumbers } from "../../src/wire/decimal.js";
import { sameAttribute } from "../../src/wire/same.js";

type Found = Attribute | undefined;

export function evaluate(node: ConditionNode, item: Item): boolean {
  switch (node.kind) {
    case "always":
      return true;
    case "and":
      return node.parts.every((part) => evaluate(part, item));
    case "or":
      return node.parts.some((part) => evaluate(part, item));
    case "not":
      return !evaluate(node.inner, item);
    case "exists":
      return at(item, node.path.stored) !== undefined;
    case "notExists":
      return at(item, node.path.stored) === undefined;
    case "hasType":
      return typed(at(item, node.path.stored), valueAt(node.argument, item));
    case "beginsWith":
      return beginsWith(at(item, node.path.stored), valueAt(node.argument, item));
    case "contains":
      return contains(at(item, node.path.stored), valueAt(node.argument, item));
    case "in":
      return node.values.some((value) => equal(valueAt(node.subject, item), valueAt(value, item)));
    case "between": {
      const [subject, low, high] = [node.subject, node.low, node.high].map((operand) => valueAt(operand, item));
      return (order(subject, low) ?? -1) >= 0 && (order(subject, high) ?? 1) <= 0;
    }
    case "compare":
      return compare(node.comparator, valueAt(node.left, item), valueAt(node.right, item));
  }
}

function at(item: Item, path: StoredPath): Found {
  let found: Found = { M: item };
  for (const step of path) {
    if (found === undefined) return undefined;
    if (typeof step === "number") found = "L" in found ? (found.L as readonly Attribute[])[step] : undefined;
    else found = "M" in found && Object.hasOwn(found.M, step) ? found.M[step] : undefined;
  }
  return found;
}

function valueAt(operand: Operand, item: Item): Found {
  if (operand.kind === "value") return operand.value;
  const found = at(item, operand.path.stored);
  return operand.kind === "path" ? found : sizeOf(found);
}

/** Characters of a text, bytes, or elements; other types have no size. */
function sizeOf(attribute: Found): Found {
  if (attribute === undefined) return undefined;
  if ("S" in attribute) return { N: String([...attribute.S].length) };
  if ("B" in attribute) return { N: String(attribute.B.length) };
  if ("L" in attribute) return { N: String(attribute.L.length) };
  if ("M" in attribute) return { N: String(Object.keys(attribute.M).length) };
  const elements = elementsOf(attribute);
  return elements.length === 0 ? undefined : { N: String(elements.length) };
}

function compare(comparator: string, left: Found, right: Found): boolean {
  if (comparator === "=") return equal(left, right);
  if (comparator === "<>") return !equal(left, right);
  const difference = order(left, right);
  if (difference === undefined) return false;
  if (comparator === "<") return difference < 0;
  if (comparator === "<=") return difference <= 0;
  return comparator === ">" ? difference > 0 : difference >= 0;
}

function equal(left: Found, right: Found): boolean {
  return left !== undefined && right !== undefined && sameAttribute(left, right);
}

/** Undefined where the two have no order: other types, or nothing there. */
function order(left: Found, right: Found): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  if ("N" in left && "N" in right) return compareNumbers(left.N, right.N);
  if ("S" in left && "S" in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  return "B" in left && "B" in right ? Buffer.compare(bytesOf(left.B), bytesOf(right.B)) : undefined;
}

function typed(found: Found, type: Found): boolean {
  return found !== undefined && type !== undefined && "S" in type && tagOf(found) === type.S;
}

function beginsWith(found: Found, prefix: Found): boolean {
  if (found === undefined || prefix === undefined) return false;
  if ("S" in found && "S" in prefix) return found.S.startsWith(prefix.S);
  return "B" in found && "B" in prefix && Buffer.from(bytesOf(found.B)).indexOf(bytesOf(prefix.B)) === 0;
}

function contains(found: Found, part: Found): boolean {
  if (found === undefined || part === undefined) return false;
  if ("S" in found) return "S" in part && found.S.includes(part.S);
  if ("B" in found) return "B" in part && Buffer.from(found.B).includes(Buffer.from(part.B));
  const elements = "L" in found ? found.L : elementsOf(found);
  return elements.some((element) => sameAttribute(element, part));
}
