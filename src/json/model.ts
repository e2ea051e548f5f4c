/** Objects of a model as JSON, and the values of one from JSON. */

import { InvalidValue } from "../errors.js";
import { assertIndexKey } from "../model/change/limits.js";
import type { Column } from "../model/column.js";
import type { AnyModel, Input } from "../model/infer.js";
import { invalidInput } from "../model/invalid.js";
import { assertTableKey } from "../model/key.js";
import type { Meta } from "../model/meta.js";
import { isModelObject, metaOf, metaOfObject } from "../model/registry.js";
import type { Json } from "../types/codec/outline.js";
import type { Simplify } from "../types/infer.js";
import { isPlainObject, ownValue, setOwn } from "../util/object.js";
import { describeValue, didYouMean, print } from "../util/print.js";
import { type Attribute, newAttributes } from "../wire/attribute.js";
import { type ColumnName, type ColumnOptions, columnsOf } from "./columns.js";
import { readJson } from "./read.js";
import { writeJson } from "./write.js";

/** The result of toJson(): columns by property. */
export interface JsonObject {
  [property: string]: Json;
}

/**
 * An object of a model as JSON. It is exact: fromJson() gives the same values, even after JSON.stringify() and
 * JSON.parse(). Each column is written by its type. Columns without a value are left out. So is everything that the
 * model does not declare: attributes, and keys of maps.
 *
 * Takes objects of get(), query(), new Model() and a stream's records, and plain values. Throws InvalidValue for a
 * value that its column can't hold and for an object of another model, InvalidOption for an unknown column.
 *
 * @example
 * Response.json(toJson(Account, account, { except: ["email"] }));
 */
export function toJson<T extends AnyModel>(
  model: T,
  object: Partial<Input<T>>,
  options: ColumnOptions<ColumnName<T>, ColumnName<T>> = {},
): JsonObject {
  const meta = metaOf(model);
  if (typeof object !== "object" || object === null)
    throw invalidBody(meta, `toJson() takes an object of ${meta.name}, got ${describeValue(object)}.`);
  const given = isModelObject(object) ? metaOfObject(object) : meta;
  if (given !== meta) throw invalidBody(meta, `toJson() takes an object of ${meta.name}, got one of ${given.name}.`);
  const written: JsonObject = {};
  for (const column of columnsOf(meta, options, ["only", "except"])) {
    const value = ownValue(object, column.property);
    if (value === undefined) continue;
    try {
      written[column.property] = writeJson(column.codec, value, 1);
    } catch (error) {
      throw invalidInput(meta, column, error, {});
    }
  }
  return written;
}

export interface FromJsonOptions<C extends string, E extends string, P extends boolean> extends ColumnOptions<C, E> {
  /** true: required columns may be missing, as in the body of a PATCH. Default: false. */
  readonly partial?: P;
}

/** The result of fromJson(), for columns `C` without `E`. */
type FromJson<T extends AnyModel, C extends string, E extends string, P extends boolean> = P extends true
  ? { [K in Exclude<C, E> & keyof Input<T>]?: Exclude<Input<T>[K], undefined> }
  : Simplify<Pick<Input<T>, Exclude<C, E> & keyof Input<T>>>;

/**
 * The values of a model from JSON, such as the body of a request after JSON.parse(): the input of `new Model()`, and
 * with `partial` that of update(). Only JSON that toJson() could have written is read. Columns outside `only`, or in
 * `except`, are refused, so that a client can't set a column that it may not set.
 *
 * Throws InvalidValue; its `path` and message name the column and the place inside it. The reasons: another type, a
 * name that is not a column, a missing required column without a default, or a value that DynamoDB can't hold.
 *
 * @example
 * const account = new Account({ ...fromJson(Account, body, { only: ["email"] }), id: crypto.randomUUID() });
 */
export function fromJson<
  T extends AnyModel,
  const C extends ColumnName<T> = ColumnName<T>,
  const E extends ColumnName<T> = never,
  const P extends boolean = false,
>(model: T, json: unknown, options: FromJsonOptions<C, E, P> = {}): FromJson<T, C, E, P> {
  const meta = metaOf(model);
  const columns = columnsOf(meta, options, ["only", "except", "partial"]);
  if (!isPlainObject(json))
    throw invalidBody(meta, `${meta.name} in JSON is an object of its columns, got ${describeValue(json)}.`);
  assertColumns(meta, columns, json);
  const values = {};
  const item = newAttributes();
  for (const column of columns) {
    const one = ownValue(json, column.property);
    if (one !== undefined) {
      const { value, attribute } = readColumn(meta, column, one, item);
      setOwn(values, column.property, value);
      if (attribute !== undefined) item[column.storedName] = attribute;
    } else if (column.required && column.makeDefault === undefined && options.partial !== true) {
      throw new InvalidValue(`${meta.name}.${column.property} is required.`, {
        model: meta.name,
        path: [column.property],
      });
    }
  }
  return values as FromJson<T, C, E, P>;
}

function invalidBody(meta: Meta, message: string): InvalidValue {
  return new InvalidValue(message, { model: meta.name, path: [] });
}

function assertColumns(meta: Meta, columns: readonly Column[], json: object): void {
  const names = columns.map(({ property }) => property);
  const known = new Set(names);
  for (const property of Object.keys(json)) {
    if (known.has(property)) continue;
    const problem = meta.byProperty.has(property)
      ? `The column ${print(property)} of ${meta.name} is not among those that are read here.`
      : `${meta.name} has no column ${print(property)}${didYouMean(property, names) || "."}`;
    throw new InvalidValue(problem, { model: meta.name, path: [property] });
  }
}

/** A value, and the attribute that a save would make of it: the dump checks whether DynamoDB can hold it. */
function readColumn(
  meta: Meta,
  column: Column,
  json: unknown,
  item: { readonly [name: string]: Attribute },
): { readonly value: unknown; readonly attribute: Attribute | undefined } {
  try {
    const value = readJson(column.codec, json, 1);
    const attribute = column.codec.dump(value, 1);
    if (column.key !== undefined) assertTableKey(column, attribute);
    if (attribute !== undefined) assertIndexKey(meta, column, attribute, item);
    return { value, attribute };
  } catch (error) {
    throw error instanceof InvalidValue ? error : invalidInput(meta, column, error, item);
  }
}
