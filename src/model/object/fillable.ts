/** Whether values can be put onto an object: it may be frozen or sealed, or have a read-only column. */

import { InvalidOption } from "../../errors.js";
import type { Column } from "../column.js";
import type { Meta } from "../meta.js";

/**
 * Refuses an object on which some columns can't be assigned or deleted. Checked before anything is sent: afterwards the
 * object would be half changed, or hold values that its next save writes back. Throws InvalidOption; `operation` names
 * the operation, such as `load()`.
 */
export function assertFillable(meta: Meta, object: object, columns: Iterable<Column>, operation: string): void {
  for (const { property } of columns) {
    const obstacle = obstacleAt(object, property);
    if (obstacle === undefined) continue;
    throw new InvalidOption(
      `${meta.name}: ${operation} puts what is stored onto the object, and can't change its column "${property}", since ${obstacle}. Give it an object that can be changed, such as a new one of get().`,
    );
  }
}

function obstacleAt(object: object, property: string): string | undefined {
  const found = Object.getOwnPropertyDescriptor(object, property);
  if (found === undefined) return Object.isExtensible(object) ? undefined : `the object is ${stateOf(object)}`;
  const isReadOnly = found.writable === false || (found.get !== undefined && found.set === undefined);
  if (!isReadOnly && found.configurable === true) return undefined;
  if (!Object.isExtensible(object)) return `the object is ${stateOf(object)}`;
  return isReadOnly ? "it is read-only" : "it can't be deleted";
}

function stateOf(object: object): string {
  if (Object.isFrozen(object)) return "frozen";
  return Object.isSealed(object) ? "sealed" : "not extensible";
}
