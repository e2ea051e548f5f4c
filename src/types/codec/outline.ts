/** The declaration of a type as data, for code that walks types: metadataOf(), JSON and its schema. */

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** All options of a type by name, with their defaults. */
export interface TypeOptions {
  readonly [option: string]: string | number | boolean | undefined;
}

/** The JSON form of a value, in the terms of JSON Schema. Without a `type`: any JSON value. */
export interface JsonForm {
  readonly type?: "string" | "number" | "integer" | "boolean";
  readonly enum?: readonly string[];
  /** A pattern for the whole text: it begins with "^" and ends with "$". */
  readonly pattern?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** The declaration of a codec, `C`. */
export interface Outline<C> {
  readonly options?: TypeOptions;
  /** For a type of one value. */
  readonly form?: JsonForm;
  /** For a type that is composed of others. */
  readonly parts?: Parts<C>;
}

/** How a type is composed of others. */
type Parts<C> =
  | { readonly kind: "list" | "set" | "record"; readonly of: C }
  | { readonly kind: "map"; readonly keys: readonly Key<C>[] }
  | { readonly kind: "union"; readonly tag: string; readonly variants: ReadonlyMap<string, C> }
  | { readonly kind: "oneOf"; readonly types: readonly C[] }
  | { readonly kind: "nullable"; readonly of: C }
  | { readonly kind: "custom"; readonly of: C; readonly custom: CustomCodec }
  | { readonly kind: "recursive"; of(): C }
  | { readonly kind: "dynamic" };

/** A declared key of a map. */
interface Key<C> {
  readonly key: string;
  readonly storedName: string;
  readonly required: boolean;
  readonly codec: C;
}

/** The argument of transform(), without its type parameters. */
export interface CustomCodec {
  load(value: unknown): unknown;
  dump(value: unknown): unknown;
  readonly json?: CustomJson<unknown>;
}

/** How `bloop-dynamodb/json` writes values of a custom type as JSON, and reads them back. */
export interface CustomJson<Local> {
  toJson(value: Local): Json;
  /** Throws if the JSON is invalid: the error's message says why. */
  fromJson(json: Json): Local;
  /** The schema of this JSON: JSON Schema, draft 2020-12. Default: any JSON. */
  readonly schema?: { readonly [keyword: string]: unknown };
}
