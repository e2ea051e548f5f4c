/** Classes that extend a model: what they may declare, and which properties of their objects are not stored. */

import { InvalidModel } from "../errors.js";
import { print } from "../util/print.js";

/** What a class extends, as far as this file asks. */
interface Extended {
  readonly name: string;
  readonly model: { readonly prototype: object };
  readonly byProperty: ReadonlyMap<string, unknown>;
}

export interface Subclass {
  /** Properties that are not stored: those listed as transient, and the fields seen on objects that were made. */
  readonly unstored: Set<string>;
  /** Its model's indexes, whose searches give objects of the class. */
  readonly indexes: Map<object, object>;
  /** How many objects were watched while their constructor ran. */
  watched: number;
}

/**
 * Checks a class that extends a model, by its prototype. Throws InvalidModel for an accessor or method called as a
 * column: objects hold their columns in properties of their own, which hide it.
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

/** More than one, since a constructor may throw before its last field is there. */
const mostWatched = 3;

/**
 * Watches which fields a class puts onto an object while its constructor runs, after the model's own has ended. A column
 * among them is refused: the field would put undefined in the place of the value that was given. Afterwards nobody could
 * tell it from an assignment, and JavaScript has no other way to see it than a proxy. So the first objects of each
 * subclass are proxies, which only pass everything on once the constructor has ended.
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
