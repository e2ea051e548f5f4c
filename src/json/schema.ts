/**
 * JSON Schema (draft 2020-12) of the JSON that toJson() writes and fromJson() reads. Data only: it needs no validator.
 */

import { InvalidModel, InvalidOption } from "../errors.js";
import type { Column } from "../model/column.js";
import type { AnyModel } from "../model/infer.js";
import type { Meta } from "../model/meta.js";
import { metaOf } from "../model/registry.js";
import type { Codec } from "../types/codec/codec.js";
import { misfitOf } from "../types/codec/context.js";
import { setOwn } from "../util/object.js";
import { print } from "../util/print.js";
import { type ColumnName, type ColumnOptions, columnsOf } from "./columns.js";
import { plainKindOf } from "./kind.js";
import { formOf } from "./scalar.js";
import { writeJson } from "./write.js";

/** A schema as JSON: plain objects, arrays, texts and numbers. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

export interface JsonSchemaOptions<C extends string, E extends string> extends ColumnOptions<C, E> {
  /**
   * "input": the JSON that fromJson() reads, in which a column with a default may be missing. "output": the JSON that
   * toJson() writes of a loaded object. Default: "input".
   */
  readonly of?: "input" | "output";
  /** true: no column is required, as for fromJson(). Default: false. */
  readonly partial?: boolean;
}

/**
 * The JSON Schema of a model, draft 2020-12: an object with a property for each column, and no others. All JSON that
 * fromJson() reads is valid. The schema is wider than fromJson() if JSON Schema can't express a rule: sizes, the 38
 * digits of a number, dates that are not in the calendar, and the checks of custom types.
 *
 * Throws InvalidOption for an unknown column.
 *
 * @example
 * const validate = new Ajv2020({ strict: false }).compile(jsonSchemaOf(Account, { only: ["email"] }));
 */
export function jsonSchemaOf<T extends AnyModel>(
  model: T,
  options: JsonSchemaOptions<ColumnName<T>, ColumnName<T>> = {},
): JsonSchema {
  const meta = metaOf(model);
  const columns = columnsOf(meta, options, ["only", "except", "partial", "of"]);
  const { of = "input", partial = false } = options;
  if (of !== "input" && of !== "output")
    throw new InvalidOption(`The option "of" of a JSON Schema is "input" or "output", got ${print(of)}.`);
  const schemas = new Schemas();
  const properties = {};
  for (const column of columns) setOwn(properties, column.property, columnSchema(meta, column, schemas));
  const required = columns.filter((column) => !partial && isRequired(column, of)).map(({ property }) => property);
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: meta.name,
    type: "object",
    properties,
    required,
    additionalProperties: false,
    ...schemas.definitions(),
  };
}

/** A default completes an input; and every loaded object has a column whose default a load uses. */
function isRequired({ required, makeDefault, loaded }: Column, of: "input" | "output"): boolean {
  return of === "input" ? required && makeDefault === undefined : required || loaded !== undefined;
}

function columnSchema(meta: Meta, column: Column, schemas: Schemas): JsonSchema {
  const schema = { ...schemas.of(column.codec) };
  const isKey = column.key !== undefined || meta.indexKeys.has(column);
  if (isKey && schema["type"] === "string" && column.codec.wire !== "N") schema["minLength"] = 1;
  if (column.makeDefault === undefined || column.isDefaultMade) return schema;
  try {
    schema["default"] = writeJson(column.codec, column.makeDefault(), 1);
  } catch (error) {
    throw new InvalidModel(`The default of ${meta.name}.${column.property} does not fit: ${misfitOf(error).message}.`);
  }
  return schema;
}

/** Beyond this number, a recursive type makes a new type at each level, and its schema would never end. */
const mostDefinitions = 100;

/** Makes the schemas of types. Recursive types and dynamic values are definitions that schemas refer to. */
class Schemas {
  readonly #names = new Map<Codec, string>();
  readonly #definitions: { [name: string]: JsonSchema } = {};

  definitions(): JsonSchema {
    return this.#names.size === 0 ? {} : { $defs: this.#definitions };
  }

  of(codec: Codec): JsonSchema {
    const parts = codec.outline?.parts;
    switch (parts?.kind) {
      case undefined: {
        const form = formOf(codec);
        return form.enum === undefined ? { ...form } : { ...form, enum: [...form.enum] };
      }
      case "nullable":
        return { anyOf: [this.of(parts.of), { type: "null" }] };
      case "recursive":
        return this.#refer(parts.of());
      case "custom":
        return parts.custom.json === undefined ? this.of(parts.of) : { ...parts.custom.json.schema };
      case "list":
        return { type: "array", items: this.of(parts.of) };
      case "set":
        return { type: "array", items: this.of(parts.of), uniqueItems: true };
      case "map":
        return this.#map(codec);
      case "record":
        return record(this.of(parts.of));
      case "union":
        return { oneOf: [...parts.variants.values()].map((variant) => this.#map(variant)) };
      case "oneOf":
        return { anyOf: parts.types.flatMap((type) => this.#oneOf(type, parts.types)) };
      case "dynamic":
        return this.#refer(codec);
    }
  }

  #map({ outline }: Codec): JsonSchema {
    const keys = outline?.parts?.kind === "map" ? outline.parts.keys : [];
    const properties = {};
    for (const { key, codec } of keys) setOwn(properties, key, this.of(codec));
    const required = keys.filter((key) => key.required).map(({ key }) => key);
    return { type: "object", properties, required, additionalProperties: false };
  }

  /** With a tag; or without one, if the written value alone tells the type. */
  #oneOf(type: Codec, types: readonly Codec[]): JsonSchema[] {
    const { parts } = type.outline ?? {};
    const schema = this.of(type);
    const name = `$${type.wire}`;
    const tagged = { type: "object", properties: { [name]: schema }, required: [name], additionalProperties: false };
    const isNullable = parts?.kind === "nullable";
    if (plainKindOf(type, types) !== undefined) return [schema, tagged];
    return isNullable ? [{ type: "null" }, tagged] : [tagged];
  }

  #refer(codec: Codec): JsonSchema {
    const known = this.#names.get(codec);
    const name = known ?? `${codec.name}${this.#names.size + 1}`;
    if (known === undefined) {
      this.#names.set(codec, name);
      if (this.#names.size > mostDefinitions) {
        throw new InvalidModel(
          "A recursive type is made anew at each of its levels, so that its JSON Schema has no end: declare it once, as a constant.",
        );
      }
      this.#definitions[name] = codec.outline?.parts?.kind === "dynamic" ? dynamic(name) : this.of(codec);
    }
    return { $ref: `#/$defs/${name}` };
  }
}

/** DynamoDB takes no empty keys. */
function record(values: JsonSchema): JsonSchema {
  return { type: "object", propertyNames: { minLength: 1 }, additionalProperties: values };
}

/** Objects with a tag are objects, too. */
function dynamic(name: string): JsonSchema {
  const any = { $ref: `#/$defs/${name}` };
  return {
    description:
      'Any JSON. { "$N": "1.5" }, { "$B": "<base64>" }, { "$SS": [] }, { "$NS": [] } and { "$BS": [] } are numbers of many digits, bytes and sets; { "$M": {} } is an object that has only such a key.',
    anyOf: [{ type: ["string", "number", "boolean", "null"] }, { type: "array", items: any }, record(any)],
  };
}
