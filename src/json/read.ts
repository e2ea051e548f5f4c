/** A value from JSON, by its type: reads only JSON that `write.ts` writes. */

import type { Codec } from "../types/codec/codec.js";
import { assertDepth, dumpElement } from "../types/codec/container.js";
import { expected, Misfit } from "../types/codec/context.js";
import type { Json } from "../types/codec/outline.js";
import { assertDeclared, assertKey } from "../types/map.js";
import { variantOf } from "../types/union.js";
import { isPlainObject, ownValue, setOwn } from "../util/object.js";
import { printList } from "../util/print.js";
import { canonical } from "../wire/canonical.js";
import { inside, readDynamic } from "./dynamic.js";
import { kindOfJson, plainKindOf } from "./kind.js";
import { readScalar } from "./scalar.js";
import { tagIn } from "./tag.js";
import { guarded } from "./write.js";

/** `depth` counts levels, as a dump does. Throws Misfit if the JSON could not have been written. */
export function readJson(codec: Codec, json: unknown, depth: number): unknown {
  const parts = codec.outline?.parts;
  switch (parts?.kind) {
    case undefined:
      return readScalar(codec, json);
    case "nullable":
      return json === null ? null : readJson(parts.of, json, depth);
    case "recursive":
      return readJson(parts.of(), json, depth);
    case "custom": {
      const { of, custom } = parts;
      if (custom.json !== undefined) return guarded(() => custom.json?.fromJson(json as Json));
      const value = readJson(of, json, depth);
      return guarded(() => custom.load(value));
    }
    case "list":
      assertDepth(depth);
      return Array.from(arrayOf(json), (one, index) => inside(index, () => readJson(parts.of, one, depth + 1)));
    case "set":
      return readSet(parts.of, json);
    case "map":
      return readMap(codec, json, depth);
    case "record":
      return readRecord(parts.of, json, depth);
    case "union":
      return readMap(variantOf(parts.variants, parts.tag, ownValue(objectOf(json), parts.tag)), json, depth);
    case "oneOf":
      return readOneOf(parts.types, json, depth);
    case "dynamic":
      return readDynamic(json, depth);
  }
}

function arrayOf(json: unknown): readonly unknown[] {
  if (!Array.isArray(json)) throw expected("an array", json);
  return json;
}

function objectOf(json: unknown): object {
  if (!isPlainObject(json)) throw expected("an object", json);
  return json;
}

function readSet(element: Codec, json: unknown): Set<unknown> {
  const values = new Set<unknown>();
  const known = new Set<string>();
  for (const [index, one] of arrayOf(json).entries()) {
    const value = inside(index, () => readJson(element, one, 1));
    values.add(value);
    known.add(canonical(dumpElement(element, value, index)));
    if (known.size <= index) throw new Misfit("the set has this element twice", { path: [index] });
  }
  return values;
}

function readMap(codec: Codec, json: unknown, depth: number): object {
  const map = objectOf(json);
  assertDepth(depth);
  if (codec.inside?.kind === "map") assertDeclared(map, codec.inside);
  const parts = codec.outline?.parts;
  const read = {};
  for (const { key, required, codec } of parts?.kind === "map" ? parts.keys : []) {
    const one = ownValue(map, key);
    if (one !== undefined)
      setOwn(
        read,
        key,
        inside(key, () => readJson(codec, one, depth + 1)),
      );
    else if (required) throw new Misfit("a required value is missing", { path: [key] });
  }
  return read;
}

function readRecord(codec: Codec, json: unknown, depth: number): object {
  assertDepth(depth);
  const read = {};
  for (const [key, one] of Object.entries(objectOf(json))) {
    if (one !== undefined)
      setOwn(
        read,
        assertKey(key),
        inside(key, () => readJson(codec, one, depth + 1)),
      );
  }
  return read;
}

function readOneOf(types: readonly Codec[], json: unknown, depth: number): unknown {
  const found = tagIn(json);
  if (found !== undefined) {
    const type = types.find(({ wire }) => wire === found.tag);
    if (type !== undefined) return readJson(type, found.value, depth);
    throw new Misfit(
      `an object whose only key begins with "$" is ${printList(
        types.map(({ wire }) => `$${wire}`),
        "or",
      )}`,
    );
  }
  const isFit = (type: Codec) =>
    json === null ? type.outline?.parts?.kind === "nullable" : plainKindOf(type, types) === kindOfJson(json);
  const type = kindOfJson(json) === undefined && json !== null ? undefined : types.find(isFit);
  if (type === undefined) throw expected(`one of ${types.map(({ name }) => name).join(", ")}`, json);
  return readJson(type, json, depth);
}
