/** `model()`: a declaration becomes the constructor of its objects, with columns and indexes as properties. */

import { InvalidValue } from "../../errors.js";
import type { Shape } from "../../types/type.js";
import { shared } from "../../util/core.js";
import { type Emitter, makeEmitter } from "../../util/emitter.js";
import { ownValue } from "../../util/object.js";
import { describeValue, didYouMean, print } from "../../util/print.js";
import type { AnyModel, KeyCheck, Model, ModelOptions, StreamInclude } from "../infer.js";
import { printKey } from "../invalid.js";
import { keyOfObject } from "../key.js";
import type { Index, Meta } from "../meta.js";
import { markNew } from "../object/snapshot.js";
import { indexPlaceOf, makeIndexPlace, registerMeta, subclassOf } from "../registry.js";
import { type DeclaredOptions, declare } from "./declare.js";
import type { Indexes } from "./infer.js";
import { watchFields } from "./subclass.js";

const created: Emitter<{ modelCreated: { model: AnyModel } }> = /* @__PURE__ */ shared("models created", () =>
  makeEmitter(),
);

/** Calls a listener with each model that is declared from now on. Returns a function that removes it. */
export function onModelCreated(listener: (event: { model: AnyModel }) => void): () => void {
  return created.on("modelCreated", listener);
}

/**
 * Declares a model: columns by property, and the properties of its table. The result makes objects. It has each column
 * and index under its name, to build conditions and searches with. Throws InvalidModel for an invalid declaration.
 *
 * @example
 * const Account = model("Account", {
 *   id: uuid().hashKey(),
 *   email: string(),
 * }, { indexes: { byEmail: { hashKey: "email", projection: "keys" } } });
 *
 * const account = new Account({ id: crypto.randomUUID(), email: "ada@example.org" });
 */
export function model<
  const M extends string,
  S extends Shape,
  const X extends Indexes<S> = Record<never, never>,
  const I extends StreamInclude = never,
>(name: M & KeyCheck<S>, columns: S, options?: ModelOptions<S, X, I>): Model<M, S, X, I> {
  return makeModel(name, (made) => declare(name, columns, (options ?? {}) as DeclaredOptions, made));
}

/** A model of the record that a declaration becomes. */
export function makeModel<T extends AnyModel>(name: string, declared: (made: AnyModel) => Meta): T {
  const made = makeConstructor(name, () => meta);
  const meta = declared(made);
  Object.defineProperty(made.prototype, inspectCustom, { value: inspector(name) });
  Object.defineProperty(made.prototype, "toString", { value: printer(meta), configurable: true, writable: true });
  for (const { property, place } of meta.columns) defineStatic(made, property, place);
  for (const index of meta.indexes)
    defineIndex(made, makeIndexPlace({ meta, index, prototype: made.prototype }), index);
  registerMeta(meta);
  const finished = made as T;
  created.emit("modelCreated", { model: finished });
  return finished;
}

/**
 * A class that extends the model gets the index through an accessor, so that a search of it gives objects of that
 * class.
 */
function defineIndex(made: AnyModel, place: object, index: Index): void {
  Object.defineProperty(made, index.property, {
    get(this: unknown) {
      return this === made ? place : (indexPlaceOf(this, index) ?? place);
    },
    enumerable: true,
    configurable: true,
  });
}

/** A class with the model's name. A column called "name" later replaces the function's own name. */
function makeConstructor(name: string, metaOf: () => Meta): AnyModel {
  const classes = {
    [name]: class {
      constructor(values: object) {
        const meta = metaOf();
        const { prototype } = new.target;
        const isPlain = prototype === meta.model.prototype;
        const object = isPlain ? this : watchFields(meta, subclassOf(meta, prototype), this);
        markNew(object);
        fillNew(meta, this, values);
        // biome-ignore lint/correctness/noConstructorReturn: the fields of a subclass go to what is returned
        return object;
      }
    },
  };
  return classes[name] as object as AnyModel;
}

const inspectCustom: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/** How the console shows an object. It would otherwise take a column called "name" for the name of the class. */
function inspector(name: string) {
  return function (
    this: object,
    _: number,
    options: object,
    inspect: (value: object, options: object) => string,
  ): string {
    const { constructor: made } = Object.getPrototypeOf(this);
    const own = typeof made?.name === "string" ? made.name : name;
    return `${own} ${inspect({ ...this }, options)}`;
  };
}

/** An object as text: its model and key, and none of its other values. */
function printer(meta: Meta) {
  return function (this: object): string {
    try {
      return `${meta.name}${printKey(meta, keyOfObject(meta, this))}`;
    } catch {
      return meta.name;
    }
  };
}

/** Object.defineProperty, since a function's own name and length can't be assigned. */
function defineStatic(made: AnyModel, property: string, value: object): void {
  Object.defineProperty(made, property, { value, enumerable: true, configurable: true, writable: false });
}

function fillNew(meta: Meta, object: object, values: unknown): void {
  if (typeof values !== "object" || values === null) {
    throw new InvalidValue(`new ${meta.name}() takes an object of columns, got ${describeValue(values)}.`, {
      model: meta.name,
      path: [],
    });
  }
  for (const property of Object.keys(values)) {
    if (!meta.byProperty.has(property)) {
      const hint = didYouMean(property, meta.byProperty.keys());
      throw new InvalidValue(`${meta.name} has no column ${print(property)}${hint || "."}`, {
        model: meta.name,
        path: [property],
      });
    }
  }
  for (const { property, required, makeDefault } of meta.columns) {
    const given = ownValue(values, property);
    const value = given === undefined ? makeDefault?.() : given;
    if (value === undefined && required) {
      throw new InvalidValue(`${meta.name}.${property} is required.`, { model: meta.name, path: [property] });
    }
    // A column that is given as undefined counts as one that was assigned undefined: a save removes its attribute.
    if (value !== undefined || Object.hasOwn(values, property)) Object.assign(object, { [property]: value });
  }
}
