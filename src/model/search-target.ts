/** The target of a search: its name for messages, and its key columns. */

import type { ConditionNode, Operand } from "../expression/condition.js";
import type { Column } from "./column.js";
import type { SearchTarget } from "./meta.js";

/** `Receipt` or `Receipt.byKind`. */
export function nameOf({ meta, index, name }: SearchTarget): string {
  if (name !== undefined) return name;
  return index === undefined ? meta.name : `${meta.name}.${index.property}`;
}

/** The part of a target that its keys depend on. */
type Keyed = Pick<SearchTarget, "meta" | "index">;

export function keysOf({ meta, index }: Keyed): readonly Column[] {
  return (index ?? meta).keys;
}

export function hashKeysOf({ meta, index }: Keyed): readonly Column[] {
  return index === undefined ? [meta.hashKey] : index.hashKeys;
}

export function rangeKeysOf({ meta, index }: Keyed): readonly Column[] {
  if (index !== undefined) return index.rangeKeys;
  return meta.rangeKey === undefined ? [] : [meta.rangeKey];
}

/** Whether a condition compares a size, and not the stored value. */
export function usesSize(node: ConditionNode): boolean {
  const operands: Operand[] = node.kind === "compare" ? [node.left] : node.kind === "between" ? [node.subject] : [];
  return operands.some(({ kind }) => kind === "size");
}
