/** `json()`: a JSON document as text. */

import { isPlainObject } from "../util/object.js";
import { describeValue } from "../util/print.js";
import { exactDouble } from "../wire/decimal.js";
import { expected, Misfit, within } from "./codec/context.js";
import type { Json } from "./codec/outline.js";
import { scalarCodec } from "./codec/scalar.js";
import { assertText } from "./string.js";
import { makeType, type Type } from "./type.js";

/** A schema of any library that follows the Standard Schema specification (https://standardschema.dev). */
export interface StandardSchema<Output> {
  readonly "~standard": {
    readonly version: 1;
    readonly vendor: string;
    readonly validate: (value: unknown) => SchemaResult<Output> | Promise<SchemaResult<Output>>;
  };
}
type SchemaResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly SchemaIssue[] };
interface SchemaIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/**
 * Any JSON value as text, stored as S. With a schema, every value loaded or saved is checked by it; the schema has to
 * be synchronous and leave values as they are.
 *
 * @example
 * json(v.object({ theme: v.picklist(["dark", "light"]) }))
 */
export function json(): Type<Json, "S">;
export function json<Output>(schema: StandardSchema<Output>): Type<Output, "S">;
export function json(schema?: StandardSchema<unknown>): Type<unknown, "S"> {
  const check = (value: unknown): void => (schema === undefined ? undefined : validate(schema, value));
  return makeType(
    scalarCodec(
      "json",
      "S",
      (stored) => {
        const value = parse(stored);
        check(value);
        return value;
      },
      (value: unknown) => {
        const text = writeText(value);
        check(value);
        return { S: assertText(text) };
      },
      { outline: { options: { schema: schema?.["~standard"]?.vendor }, form: {} } },
    ),
  );
}

function parse(stored: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(stored);
  } catch {
    // JavaScript's own error quotes the text.
    throw new Misfit(`the stored text is not JSON: ${describeValue(stored)}`);
  }
  assertExactNumbers(stored);
  return value;
}

/**
 * JSON.parse rounds numbers silently. The text is known to be JSON, so each of its strings is closed. If one were not,
 * the pattern would start again at each quote, and its time would grow with the square of their number.
 */
function assertExactNumbers(text: string): void {
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/g)) {
    if (token.startsWith('"') || exactDouble(token) !== undefined) continue;
    throw new Misfit(
      `a number of ${token.length} characters in the stored JSON does not fit a JavaScript number exactly`,
    );
  }
}

/**
 * A JSON value as text. Throws if JSON can't hold the value.
 *
 * @internal
 */
export function writeText(value: unknown): string {
  try {
    assertJson(value, new Set());
    return JSON.stringify(value);
  } catch (error) {
    if (error instanceof RangeError) throw new Misfit("the value is nested too deeply to be written as JSON");
    throw error;
  }
}

/** JSON.stringify drops or changes values that JSON can't hold: NaN, undefined in a list, a Date, a Map... */
function assertJson(value: unknown, holders: Set<unknown>): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (typeof value === "number" && Number.isFinite(value)) return;
  if (holders.has(value)) throw new Misfit("the value contains itself");
  if (!Array.isArray(value) && !isPlainObject(value)) throw expected("a JSON value", value);
  holders.add(value);
  if (Array.isArray(value)) for (const [index, element] of value.entries()) assertInner(element, index, holders);
  else
    for (const [key, element] of Object.entries(value)) if (element !== undefined) assertInner(element, key, holders);
  holders.delete(value);
}

function assertInner(value: unknown, step: string | number, holders: Set<unknown>): void {
  try {
    assertJson(value, holders);
  } catch (error) {
    // For thousands of levels, no path is built.
    throw error instanceof RangeError ? error : within(step, error);
  }
}

/**
 * Checks only. The schema's output is ignored: it may convert or drop parts of the value, and the stored value stays.
 */
function validate(schema: StandardSchema<unknown>, value: unknown): void {
  const result = schema["~standard"].validate(value);
  if (result instanceof Promise) {
    // Nobody awaits this promise: its rejection would end the process.
    result.catch(() => undefined);
    throw new Misfit("the schema is asynchronous; json() takes a synchronous one");
  }
  if (result.issues === undefined) return;
  const [issue] = result.issues;
  const path = (issue?.path ?? []).map((step) => (typeof step === "object" ? step.key : step));
  throw new Misfit(withoutValue(issue?.message ?? "the schema refused the value", path.reduce(valueAt, value)), {
    path: path.map((step) => (typeof step === "number" ? step : String(step))),
  });
}

function valueAt(holder: unknown, step: PropertyKey): unknown {
  return typeof holder === "object" && holder !== null ? Reflect.get(holder, step) : undefined;
}

/** Some schema libraries quote the value that they refuse. */
function withoutValue(message: string, value: unknown): string {
  const text = typeof value === "string" ? value : typeof value === "number" ? String(value) : "";
  if (text === "" || !message.includes(text)) return message;
  const kind = describeValue(value);
  // A short text may be part of any word.
  const parts = message.split(JSON.stringify(text));
  return parts.map((part) => (text.length > 3 ? part.replaceAll(text, kind) : part)).join(kind);
}
