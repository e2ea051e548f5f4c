/**
 * Classes that extend a model: the declarations that they may have, and the properties of their objects that are not
 * stored.
 */

import { InvalidModel } from "../../errors.js";
import { print } from "../../util/print.js";

/** The part of a model's record that this file needs. */
interface Extended {
  readonly name: string;
  readonly model: { readonly prototype: object };
  readonly byProperty: ReadonlyMap<string, unknown>;
}

export interface Subclass {
  /** Properties that are not stored: those listed as transient, and the fields seen on objects under construction. */
  readonly unstored: Set<string>;
  /** Its model's indexes, whose searches give objects of this class. */
  readonly indexes: Map<object, object>;
  /** The number of objects that were watched during their constructor. */
  watched: number;
}

/**
 * Checks a class that extends a model, by its prototype. Throws InvalidModel for an accessor or method with the name of
 * a column: objects have their columns as own properties, which would hide it.
 */
export function makeSubclass(meta: Extended, prototype: object): Subclass {
  const unstored = new Set<string>();
  for (let level = prototype; level !== meta.model.prototype; level = Object.getPrototypeOf(level)) {
    const made: unknown = Object.getOwnPropertyDescriptor(level, "constructor")?.value;
    const hidden = Object.getOwnPropertyNames(level).find(
      (name) => name !== "constructor" && meta.byProperty.has(name),
    );
    if (hidden !== undefined) {
      throw invalid(
        meta,
        made,
        `declares ${kindOf(level, hidden)} "${hidden}", which is a column: its objects hold the column in a property of their own, so that ${kindOf(level, hidden)} is never asked. Give it another name; the column can keep its attribute by storedAs()`,
      );
    }
    for (const name of transientOf(meta, made)) unstored.add(name);
  }
  return { unstored, indexes: new Map(), watched: 0 };
}

function kindOf(level: object, name: string): string {
  return Object.getOwnPropertyDescriptor(level, name)?.get === undefined ? "the method" : "the accessor";
}

/** `static readonly transient = ["selected"]`, of one class of the chain. */
function transientOf(meta: Extended, made: unknown): readonly string[] {
  const listed: unknown =
    typeof made === "function" ? Object.getOwnPropertyDescriptor(made, "transient")?.value : undefined;
  if (listed === undefined) return [];
  if (!Array.isArray(listed) || !listed.every((name) => typeof name === "string")) {
    throw invalid(meta, made, `has a static "transient" that is ${print(listed)}, not an array of property names`);
  }
  const column = listed.find((name) => meta.byProperty.has(name));
  if (column === undefined) return listed;
  throw invalid(meta, made, `lists "${column}" as transient, which is a column and is stored`);
}

/** More than one, since a constructor may throw before it sets its last field. */
const mostWatched = 3;

/**
 * Watches the fields that a class puts onto an object in its constructor, after the model's own constructor. A column
 * among them is refused: the field would replace the given value by undefined. Later this could not be told from an
 * assignment, and only a proxy can see it in JavaScript. So the first objects of each subclass are proxies, which
 * forward everything once the constructor has ended.
 */
export function watchFields(meta: Extended, subclass: Subclass, object: object): object {
  if (subclass.watched === mostWatched) return object;
  subclass.watched++;
  let assigning = false;
  const watch: ProxyHandler<object> = {
    set(target, property, value, receiver) {
      const outer = assigning;
      assigning = true;
      try {
        return Reflect.set(target, property, value, receiver);
      } finally {
        assigning = outer;
      }
    },
    defineProperty(target, property, descriptor) {
      if (typeof property === "string" && !assigning && isField(descriptor)) {
        if (meta.byProperty.has(property)) throw shadowed(meta, target, property);
        subclass.unstored.add(property);
      }
      return Reflect.defineProperty(target, property, descriptor);
    },
  };
  queueMicrotask(() => {
    delete watch.set;
    delete watch.defineProperty;
  });
  return new Proxy(object, watch);
}

function isField({ writable, enumerable, configurable }: PropertyDescriptor): boolean {
  return writable === true && enumerable === true && configurable === true;
}

function shadowed(meta: Extended, object: object, property: string): InvalidModel {
  return invalid(
    meta,
    object.constructor,
    `declares the column "${property}" as a field: JavaScript sets a field after the model's constructor, over the value that was given. The model's type has the column already; to narrow it, write "declare ${property}: ..."`,
  );
}

function invalid(meta: Extended, made: unknown, problem: string): InvalidModel {
  const name = typeof made === "function" && typeof made.name === "string" && made.name !== "" ? made.name : "A class";
  return new InvalidModel(`${name} extends the model ${meta.name} and ${problem}.`);
}
