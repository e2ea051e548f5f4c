/** A value as JSON, by its type. */

import type { Codec } from "../types/codec/codec.js";
import { assertDepth, dumpElement } from "../types/codec/container.js";
import { expected, Misfit, misfitOf } from "../types/codec/context.js";
import type { Json } from "../types/codec/outline.js";
import { writeText } from "../types/json.js";
import { assertDeclared, assertKey, assertObject } from "../types/map.js";
import { variantOf } from "../types/union.js";
import { ownValue, setOwn } from "../util/object.js";
import { canonical } from "../wire/canonical.js";
import { inside, writeDynamic } from "./dynamic.js";
import { plainKindOf } from "./kind.js";
import { writeScalar } from "./scalar.js";
import { tagged, tagIn } from "./tag.js";

/** `depth` counts levels, as a dump does. Throws Misfit for a value that can't be stored. */
export function writeJson(codec: Codec, value: unknown, depth: number): Json {
  const parts = codec.outline?.parts;
  switch (parts?.kind) {
    case undefined:
      return writeScalar(codec, value);
    case "nullable":
      return value === null ? null : writeJson(parts.of, value, depth);
    case "recursive":
      return writeJson(parts.of(), value, depth);
    case "custom": {
      const { of, custom } = parts;
      if (custom.json === undefined)
        return writeJson(
          of,
          guarded(() => custom.dump(value)),
          depth,
        );
      const json = guarded(() => custom.json?.toJson(value));
      writeText(json);
      return json as Json;
    }
    case "list":
      if (!Array.isArray(value)) throw expected("an array", value);
      assertDepth(depth);
      return Array.from(value, (element, index) => inside(index, () => writeJson(parts.of, element, depth + 1)));
    case "set":
      return writeSet(parts.of, value);
    case "map":
      return writeMap(codec, value, depth);
    case "record":
      return writeRecord(parts.of, value, depth);
    case "union":
      assertObject(value);
      return writeMap(variantOf(parts.variants, parts.tag, ownValue(value, parts.tag)), value, depth);
    case "oneOf":
      return writeOneOf(codec, parts.types, { value, depth });
    case "dynamic":
      return writeDynamic(value, depth);
  }
}

/** Elements that DynamoDB treats as equal are written once. */
function writeSet(element: Codec, value: unknown): Json {
  if (!(value instanceof Set)) throw expected("a Set", value);
  const written = new Map<string, Json>();
  for (const [index, local] of [...value].entries()) {
    const id = canonical(dumpElement(element, local, index));
    written.set(
      id,
      inside(index, () => writeJson(element, local, 1)),
    );
  }
  return [...written.values()];
}

function writeMap(codec: Codec, value: unknown, depth: number): Json {
  assertObject(value);
  assertDepth(depth);
  if (codec.inside?.kind === "map") assertDeclared(value, codec.inside);
  const parts = codec.outline?.parts;
  const written = {};
  for (const { key, required, codec } of parts?.kind === "map" ? parts.keys : []) {
    const local = ownValue(value, key);
    if (local !== undefined)
      setOwn(
        written,
        key,
        inside(key, () => writeJson(codec, local, depth + 1)),
      );
    else if (required) throw new Misfit("a required value is missing", { path: [key] });
  }
  return written;
}

function writeRecord(codec: Codec, value: unknown, depth: number): Json {
  assertObject(value);
  assertDepth(depth);
  const written = {};
  for (const [key, local] of Object.entries(value)) {
    if (local !== undefined)
      setOwn(
        written,
        assertKey(key),
        inside(key, () => writeJson(codec, local, depth + 1)),
      );
  }
  return written;
}

/** By the type that a save would take. With a tag, unless the written value alone tells that type. */
function writeOneOf(
  codec: Codec,
  types: readonly Codec[],
  { value, depth }: { readonly value: unknown; readonly depth: number },
): Json {
  const taken = types.find((type) => takes(type, value, depth));
  // The dump's error lists the reason of each type.
  if (taken === undefined) codec.dump(value, depth);
  if (taken === undefined) throw expected("a value of one of its types", value);
  if (value === null && taken.outline?.parts?.kind === "nullable") return null;
  const json = writeJson(taken, value, depth);
  if (plainKindOf(taken, types) !== undefined && tagIn(json) === undefined) return json;
  return tagged(taken.wire, json);
}

function takes(codec: Codec, value: unknown, depth: number): boolean {
  try {
    codec.dump(value, depth);
    return true;
  } catch {
    return false;
  }
}

/** Runs a user's function: its error gives the reason why the value does not fit. */
export function guarded<Result>(run: () => Result): Result {
  try {
    return run();
  } catch (error) {
    throw misfitOf(error);
  }
}
