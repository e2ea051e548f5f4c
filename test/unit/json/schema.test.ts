/** jsonSchemaOf(): the schema of each type, which columns are required, and that a real validator takes it. */

import { Ajv2020 } from "ajv/dist/2020.js";
import {
  bigint,
  binary,
  boolean,
  datetime,
  dynamicMap,
  InvalidModel,
  InvalidOption,
  integer,
  json,
  list,
  map,
  model,
  number,
  oneOf,
  record,
  recursive,
  set,
  string,
  type Type,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import { decimal } from "bloop-dynamodb/ext/decimal";
import { jsonSchemaOf } from "bloop-dynamodb/json";
import { describe, expect, test } from "vitest";
import type { AnyType } from "../../../src/types/type.js";

interface Tree {
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M"> = map({ children: list(recursive(() => tree)) });

function schemaOf(type: AnyType): unknown {
  const schema = jsonSchemaOf(model("Any", { id: string().hashKey(), it: type as Type<unknown> }));
  expect(new Ajv2020({ strict: false, validateFormats: false }).validateSchema(schema)).toBe(true);
  return (schema["properties"] as { it: unknown }).it;
}

const closed = { additionalProperties: false, required: [] };

describe("the schema of", () => {
  test.each<readonly [name: string, type: AnyType, schema: object]>([
    ["a string", string(), { type: "string" }],
    ["some strings", string("a", "b"), { type: "string", enum: ["a", "b"] }],
    ["a uuid", uuid(), { type: "string", format: "uuid", pattern: expect.stringContaining("[0-9A-Fa-f]{8}-") }],
    ["a number", number(), { type: "number" }],
    ["an integer", integer(), { type: "integer", minimum: -9007199254740991, maximum: 9007199254740991 }],
    ["a bigint", bigint(), { type: "string", pattern: "^-?(?:0|[1-9][0-9]{0,125})$" }],
    ["a decimal", decimal(), { type: "string", pattern: expect.stringContaining("\\d{1,200}") }],
    ["a boolean", boolean(), { type: "boolean" }],
    ["bytes", binary(), { type: "string", contentEncoding: "base64", pattern: expect.any(String) }],
    ["a datetime", datetime(), { type: "string", format: "date-time", pattern: expect.any(String) }],
    ["a timestamp", timestamp(), { type: "integer", minimum: -253_402_300_799, maximum: 253_402_300_799 }],
    ["a timestamp that is rounded", timestamp({ fractions: "floor" }), expect.objectContaining({ type: "number" })],
    ["null or a string", string().nullable(), { anyOf: [{ type: "string" }, { type: "null" }] }],
    ["a list", list(string()), { type: "array", items: { type: "string" } }],
    ["a set", set(string()), { type: "array", items: { type: "string" }, uniqueItems: true }],
    [
      "a map",
      map({ a: string().required().storedAs("x"), b: number() }),
      { type: "object", properties: { a: { type: "string" }, b: { type: "number" } }, ...closed, required: ["a"] },
    ],
    [
      "a record",
      record(number()),
      { type: "object", propertyNames: { minLength: 1 }, additionalProperties: { type: "number" } },
    ],
    [
      "a union",
      union("kind", { a: {}, b: { c: number() } }),
      {
        oneOf: [
          { type: "object", properties: { kind: { type: "string", enum: ["a"] } }, ...closed, required: ["kind"] },
          {
            type: "object",
            properties: { kind: { type: "string", enum: ["b"] }, c: { type: "number" } },
            ...closed,
            required: ["kind"],
          },
        ],
      },
    ],
    [
      "one of several types",
      oneOf(string(), binary()),
      {
        anyOf: [
          { type: "string" },
          { type: "object", properties: { $S: { type: "string" } }, ...closed, required: ["$S"] },
          expect.objectContaining({ required: ["$B"] }),
        ],
      },
    ],
    ["any JSON", json(), {}],
    [
      "a tree",
      tree,
      { properties: { children: { type: "array", items: { $ref: "#/$defs/map1" } } }, type: "object", ...closed },
    ],
    ["a custom type", string().transform({ load: Number, dump: String }), { type: "string" }],
    [
      "a custom type with a form of its own",
      string().transform({ load: Number, dump: String, json: { toJson: Number, fromJson: Number } }),
      {},
    ],
    [
      "a custom type with a schema",
      string().transform({
        load: Number,
        dump: String,
        json: { toJson: Number, fromJson: Number, schema: { type: "number" } },
      }),
      { type: "number" },
    ],
  ])("%s", (_, type, schema) => expect(schemaOf(type)).toEqual(schema));

  test("dynamic values is a definition, made once", () => {
    const schema = jsonSchemaOf(model("Any", { id: string().hashKey(), a: dynamicMap(), b: list(dynamicMap()) }));
    expect(Object.keys(schema["$defs"] as object)).toEqual(["dynamic1"]);
    expect(schemaOf(dynamicMap())).toMatchObject({ additionalProperties: { $ref: "#/$defs/dynamic1" } });
  });

  test("a recursive type that is made anew at each level is refused", () => {
    const endless = (): Type<Tree, "M"> => map({ children: list(recursive(endless)) });
    expect(() => schemaOf(endless())).toThrow(InvalidModel);
  });
});

const Account = model(
  "Account",
  {
    id: uuid().hashKey(),
    email: string().required().storedAs("e"),
    logins: integer().default(0).required(),
    tags: set(string()).default(new Set(["a"]), { onLoad: true }),
    made: datetime().default(() => new Date()),
    version: integer().version(),
  },
  { indexes: { byEmail: { hashKey: "email", projection: "all" } } },
);

describe("the schema of a model", () => {
  test("has its columns, and those that an input needs", () => {
    expect(jsonSchemaOf(Account)).toMatchObject({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      title: "Account",
      type: "object",
      required: ["id", "email"],
      additionalProperties: false,
      properties: {
        email: { type: "string", minLength: 1 },
        logins: { default: 0 },
        tags: { default: ["a"] },
        made: expect.not.objectContaining({ default: expect.anything() }),
        version: { type: "integer" },
      },
    });
  });

  test("of an output requires what each loaded object has", () => {
    expect(jsonSchemaOf(Account, { of: "output" })["required"]).toEqual(["id", "email", "logins", "tags"]);
  });

  test("takes some columns, and requires none of a part", () => {
    const schema = jsonSchemaOf(Account, { only: ["email", "logins", "id"], except: ["id"] });
    expect([Object.keys(schema["properties"] as object), schema["required"]]).toEqual([["email", "logins"], ["email"]]);
    expect(jsonSchemaOf(Account, { partial: true })["required"]).toEqual([]);
    expect(jsonSchemaOf(Account, { partial: true, of: "output" })["required"]).toEqual([]);
  });

  test("has no other options", () => {
    expect(() => jsonSchemaOf(Account, { of: "both" as "input" })).toThrow(InvalidOption);
    expect(() => jsonSchemaOf(Account, { only: ["emial" as "email"] })).toThrow('did you mean "email"?');
    expect(() => jsonSchemaOf(Account, { draft: 7 } as never)).toThrow(InvalidOption);
  });

  test("is plain JSON of its own", () => {
    const schema = jsonSchemaOf(Account);
    expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
    (schema["required"] as string[]).push("x");
    expect(jsonSchemaOf(Account)["required"]).toEqual(["id", "email"]);
  });
});
