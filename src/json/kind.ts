/** The kind of JSON that a type writes: it tells the types of `oneOf()` apart without a tag. */

import type { Codec } from "../types/codec/codec.js";
import { formOf } from "./scalar.js";

type Kind = "string" | "number" | "boolean" | "array" | "object";

/**
 * The kind that one of several types writes without a tag: only the first type of each kind does. Undefined: it has a
 * tag.
 */
export function plainKindOf(codec: Codec, types: readonly Codec[]): Kind | undefined {
  const kind = kindOf(codec);
  return kind !== undefined && types.find((type) => kindOf(type) === kind) === codec ? kind : undefined;
}

/** The kind of a JSON value. */
export function kindOfJson(json: unknown): Kind | undefined {
  if (Array.isArray(json)) return "array";
  const kind = typeof json;
  if (kind === "object") return json === null ? undefined : "object";
  return kind === "string" || kind === "number" || kind === "boolean" ? kind : undefined;
}

/** Undefined: any. */
function kindOf(codec: Codec): Kind | undefined {
  const parts = codec.outline?.parts;
  switch (parts?.kind) {
    case undefined: {
      const { type } = formOf(codec);
      return type === "integer" ? "number" : type;
    }
    case "nullable":
      return kindOf(parts.of);
    case "recursive":
      return kindOf(parts.of());
    case "custom":
      return parts.custom.json === undefined ? kindOf(parts.of) : undefined;
    case "list":
    case "set":
      return "array";
    case "map":
    case "record":
    case "union":
      return "object";
    default:
      return undefined;
  }
}
