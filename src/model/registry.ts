/** Finds the record of a model, of an object, or of an index: their values carry it. */

import { InvalidOption } from "../errors.js";
import { brand, foreignHint, shared } from "../util/core.js";
import { describeValue } from "../util/print.js";
import { makeSubclass, type Subclass } from "./declaration/subclass.js";
import type { Index, Meta, SearchTarget } from "./meta.js";

/** Marks of a model and its prototype, by which every copy of this build finds the record. Not enumerable. */
const modelMeta: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}model`);
/** The mark of an index. */
const searchTarget: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}index`);

interface Carrier {
  readonly [modelMeta]?: Meta;
  readonly [searchTarget]?: SearchTarget;
}

/** The checked subclasses of models, by their prototypes. */
const subclasses: WeakMap<object, Subclass> = /* @__PURE__ */ shared("subclasses", () => new WeakMap());

/** A model is found by itself or a subclass; its objects by their prototype. */
export function registerMeta(meta: Meta): void {
  Object.defineProperty(meta.model, modelMeta, { value: meta });
  Object.defineProperty(meta.model.prototype, modelMeta, { value: meta });
}

/** An index as a property of its model: an object that shows only its name. */
export function makeIndexPlace(target: SearchTarget): object {
  const name = `${target.meta.name}.${target.index?.property}`;
  const place = { [searchTarget]: { value: target }, toString: { value: () => name } };
  return Object.freeze(Object.defineProperties({}, place));
}

/** The index of a class that extends its model: one object for each class. Undefined for anything else. */
export function indexPlaceOf(made: unknown, index: Index): object | undefined {
  if (typeof made !== "function") return undefined;
  const { [modelMeta]: meta } = carried(made);
  if (meta === undefined || typeof made.prototype !== "object") return undefined;
  const { indexes } = subclassOf(meta, made.prototype);
  const place = indexes.get(index) ?? makeIndexPlace({ meta, index, prototype: made.prototype });
  indexes.set(index, place);
  return place;
}

/**
 * The record of a model, or of the model that a class extends. Throws InvalidModel for a class that hides a column,
 * InvalidOption for anything else.
 */
export function metaOf(model: unknown): Meta {
  if (typeof model === "function") {
    const meta = carried(model)[modelMeta];
    if (meta !== undefined && model !== meta.model) checkSubclass(meta, model);
    if (meta !== undefined) return meta;
  }
  throw new InvalidOption(
    `Expected a model, got ${describeValue(model)}. Models are made with model("Name", { ... }).${foreignHint(model)}`,
  );
}

/** The record of an object's model. Throws as metaOf() does. */
export function metaOfObject(object: unknown): Meta {
  const prototype: object | null = typeof object === "object" && object !== null ? Object.getPrototypeOf(object) : null;
  if (prototype !== null) {
    const meta = carried(prototype)[modelMeta];
    if (meta !== undefined && prototype !== meta.model.prototype) subclassOf(meta, prototype);
    if (meta !== undefined) return meta;
  }
  throw new InvalidOption(
    `Expected an object of a model, got ${describeValue(object)}. Objects are made with new Model({ ... }).${foreignHint(object)}`,
  );
}

/** Whether a value is an object of a model of this build. */
export function isModelObject(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  return modelMeta in value;
}

/** The search target of a model, a subclass of one, or an index. */
export function searchTargetOf(on: unknown): SearchTarget {
  if (typeof on === "function") return { meta: metaOf(on), index: undefined, prototype: on.prototype };
  const target = typeof on === "object" && on !== null ? carried(on)[searchTarget] : undefined;
  if (target !== undefined) return target;
  throw new InvalidOption(
    `Expected a model or an index of one, such as Account or Account.byEmail, got ${describeValue(on)}.${foreignHint(on)}`,
  );
}

/** The checked subclass of a model, by the prototype of its objects. Throws InvalidModel as metaOf() does. */
export function subclassOf(meta: Meta, prototype: object): Subclass {
  const known = subclasses.get(prototype);
  if (known !== undefined) return known;
  const made = makeSubclass(meta, prototype);
  subclasses.set(prototype, made);
  return made;
}

function checkSubclass(meta: Meta, made: object & { readonly prototype?: unknown }): void {
  if (typeof made.prototype === "object" && made.prototype !== null) subclassOf(meta, made.prototype);
}

function carried(object: object): Carrier {
  return object;
}
