/** Plain objects whose keys come from outside. */

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
