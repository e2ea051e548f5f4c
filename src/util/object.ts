/** Plain objects whose keys come from outside. */

import { isDeepStrictEqual } from "node:util";

/** Sets an own property, even "__proto__", which a plain assignment would treat as the prototype. */
export function setOwn(object: object, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, enumerable: true, configurable: true, writable: true });
  } else {
    (object as Record<string, unknown>)[key] = value;
  }
}

/** The value of an own property. Inherited properties, such as methods, do not count. */
export function ownValue(object: object, key: string): unknown {
  return Object.hasOwn(object, key) ? (object as Record<string, unknown>)[key] : undefined;
}

/**
 * Whether a value is a plain object: written as `{...}`, or without a prototype. A Date, a Map or a class instance is
 * not.
 */
export function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/**
 * The exports of a CommonJS package, however it was imported; `name` is one of them. A bundle in several files
 * (esbuild's splitting) has all of them under "default" only.
 */
export function exportsOf<Exports extends object>(imported: Exports, name: keyof Exports): Exports {
  return name in imported ? imported : (Reflect.get(imported, "default") as Exports);
}

/** Whether two values are equal in all their content. Without recursion: JSON may be nested very deeply. */
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
