/** `bloop-dynamodb/json`: objects of models as JSON and back, for HTTP and files. */

export type { ColumnOptions } from "./columns.js";
export { type FromJsonOptions, fromJson, type JsonObject, toJson } from "./model.js";
export { type JsonSchema, type JsonSchemaOptions, jsonSchemaOf } from "./schema.js";
