/** How a type was declared, as data, for code that goes through types: metadataOf(), JSON and its schema. */

/** Any JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json | undefined };

/** Options of a type by name, all of them, with their defaults. */
export interface TypeOptions {
  readonly [option: string]: string | number | boolean | undefined;
}

/** What a value is in JSON, in the words of JSON Schema. Without a `type`: any JSON value. */
export interface JsonForm {
  readonly type?: "string" | "number" | "integer" | "boolean";
  readonly enum?: readonly string[];
  /** What the whole text is like: it begins with "^" and ends with "$". */
  readonly pattern?: string;
  readonly format?: string;
  readonly contentEncoding?: string;
  readonly minimum?: number;
  readonly maximum?: number;
}

/** What `C`, a codec, was declared as. */
export interface Outline<C> {
  readonly options?: TypeOptions;
  /** For a type of one value. */
  readonly form?: JsonForm;
  /** For a type that is made of others. */
  readonly parts?: Parts<C>;
}

/** How a type is made of others. */
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

/** What transform() was given, without what the compiler knows of it. */
export interface CustomCodec {
  load(value: unknown): unknown;
  dump(value: unknown): unknown;
  readonly json?: CustomJson<unknown>;
}

/** How a custom type's values are written as JSON by `bloop-dynamodb/json`, and read back. */
export interface CustomJson<Local> {
  toJson(value: Local): Json;
  /** Throws if it can't be one: the error's message says why. */
  fromJson(json: Json): Local;
  /** Of such JSON: JSON Schema, draft 2020-12. Default: any JSON. */
  readonly schema?: { readonly [keyword: string]: unknown };
}
