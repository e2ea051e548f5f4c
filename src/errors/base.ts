/** The base class of all errors that bloop throws. */

import { brand, isInstance, type SharedClass } from "../util/core.js";

/** Sets fields that logs and JSON of an error omit: they hold items, and items may hold secrets. */
export function hide(target: object, fields: object): void {
  for (const [name, value] of Object.entries(fields)) Object.defineProperty(target, name, { value, enumerable: false });
}

/** The base class of all errors that bloop throws. `name` tells them apart; `cause` is the underlying error. */
export class BloopError extends Error {
  /** For `instanceof`, if bloop was loaded more than once. Each class has its own. @internal */
  static readonly kind: string = "BloopError";
  /** @internal */
  static readonly brand: string = brand;
  override readonly name: string = "BloopError";

  /**
   * Whether the write is done all the same: only a later step failed, such as reading the item back. If false, other
   * fields and the class tell what is known.
   */
  get isWritten(): boolean {
    return false;
  }

  /** @internal */
  static override [Symbol.hasInstance](this: SharedClass, value: unknown): boolean {
    return isInstance(this, value);
  }
}
