/** Plain objects whose keys come from outside. */

import { isDeepStrictEqual } from "node:util";

/** Sets an own property, "__proto__" too, which a plain assignment would take for the prototype. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, unknown>)[key] = value;
  }
}

/** The value of an own property: what stands on a prototype, such as a method, is none. */
export function ownValue(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

/** Whether a value is an object that was written as `{...}`, or has no prototype; no Date, Map or class of its own. */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * What a package of CommonJS exports, one name of which is given, however it was imported: a bundle in several files
 * (esbuild's splitting) has all of it under "default" only.
 */
export function exportsOf<Exports extends object>(imported: Exports, name: keyof Exports): Exports {
  return name in imported ? imported : (Reflect.get(imported, "default") as Exports);
}

/** Whether two values are the same, all that they hold included. Without recursion: JSON may be nested very deeply. */
export function sameValue(left: unknown, right: unknown): boolean {
  const pairs: [unknown, unknown][] = [[left, right]];
  for (let pair = pairs.pop(); pair !== undefined; pair = pairs.pop()) {
    const [one, other] = pair;
    if (Object.is(one, other)) continue;
    const areArrays = Array.isArray(one) && Array.isArray(other);
    if (!areArrays && !(isPlainObject(one) && isPlainObject(other))) {
      if (!isDeepStrictEqual(one, other)) return false;
      continue;
    }
    const keys = Reflect.ownKeys(one);
    if (keys.length !== Reflect.ownKeys(other).length || !keys.every((key) => Object.hasOwn(other, key))) return false;
    for (const key of keys) pairs.push([Reflect.get(one, key), Reflect.get(other, key)]);
  }
  return true;
}
