/** Values of an attribute without inner values. The stored form of each is written in the nearest form of JSON. */

import { base64Form } from "../types/binary.js";
import type { Codec } from "../types/codec/codec.js";
import { expected, Misfit } from "../types/codec/context.js";
import type { Json, JsonForm } from "../types/codec/outline.js";
import { describeValue } from "../util/print.js";
import type { Attribute } from "../wire/attribute.js";
import { base64Of } from "../wire/binary.js";

/** Loading a longer text gives no better message. */
const longestLoaded = 100;

export function writeScalar(codec: Codec, value: unknown): Json {
  const attribute = codec.dump(value, 1);
  if (attribute === undefined) throw new Misfit(`${codec.name} has no form in JSON`);
  const { type } = formOf(codec);
  if ("S" in attribute) return type === undefined ? JSON.parse(attribute.S) : attribute.S;
  if ("N" in attribute) return type === "string" ? attribute.N : Number(attribute.N);
  if ("B" in attribute) return base64Of(attribute.B);
  if ("BOOL" in attribute) return attribute.BOOL;
  throw new Misfit(`${codec.name} has no form in JSON`);
}

export function readScalar(codec: Codec, json: unknown): unknown {
  const form = formOf(codec);
  if (form.type === undefined) {
    // A dumped value has been checked, and loading it gives a copy.
    const attribute = codec.dump(json, 1);
    return attribute && codec.load(attribute);
  }
  if (form.type === "boolean") {
    if (typeof json !== "boolean") throw expected("true or false", json);
    return codec.load({ BOOL: json });
  }
  if (form.type === "string") {
    if (typeof json !== "string") throw expected("a string", json);
    return readText(codec, form, json);
  }
  if (typeof json !== "number") throw expected("a number", json);
  return codec.load({ N: String(json) });
}

function readText(codec: Codec, { pattern, contentEncoding }: JsonForm, text: string): unknown {
  const attribute = attributeOf(codec, text);
  if (pattern !== undefined && !new RegExp(pattern, "u").test(text)) {
    // The type itself often describes the problem better.
    if (codec.wire === "S" && text.length <= longestLoaded) codec.load(attribute);
    if (contentEncoding !== undefined)
      throw new Misfit(`expected ${contentEncoding} with its padding, got ${describeValue(text)}`);
    throw new Misfit(`expected a text as ${pattern} has it, got ${describeValue(text)}`);
  }
  return codec.load(attribute);
}

function attributeOf({ wire }: Codec, text: string): Attribute {
  if (wire === "N") return { N: text };
  return wire === "B" ? { B: text } : { S: text };
}

/** The JSON form of a scalar. */
export function formOf(codec: Codec): JsonForm {
  return codec.outline?.form ?? (codec.wire === "B" ? base64Form : { type: "string" });
}
