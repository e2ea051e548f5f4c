/** Binary values in DynamoDB's JSON: base64 in a text, bytes in an attribute. */

import type { Attributes } from "../wire/attribute.js";

/** Makes the text of a request. What holds no binary is not copied. */
export function printRequest(request: object): string {
  return JSON.stringify(withTexts(request));
}

/** Reads the text of an answer. Its objects are those that JSON.parse made, with bytes put in where there are any. */
export function parseAnswer(text: string): object {
  const answer: object = text === "" ? {} : JSON.parse(text);
  // Where neither tag stands, not even as the name of an attribute, there is nothing to look for.
  if (text.includes('"B"') || text.includes('"BS"')) putBytes(answer);
  return answer;
}

/** The same value, or a copy with base64 in the place of bytes. */
function withTexts(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Uint8Array) return base64(value);
  return Array.isArray(value) ? listWithTexts(value) : objectWithTexts(value);
}

function listWithTexts(list: readonly unknown[]): readonly unknown[] {
  let copy: unknown[] | undefined;
  for (let index = 0; index < list.length; index++) {
    const element = list[index];
    const text = withTexts(element);
    if (text !== element) {
      copy ??= [...list];
      copy[index] = text;
    }
  }
  return copy ?? list;
}

function objectWithTexts(object: object): object {
  let copy: Record<string, unknown> | undefined;
  for (const name in object) {
    const value: unknown = object[name as keyof typeof object];
    const text = withTexts(value);
    if (text !== value) {
      copy ??= Object.assign(Object.create(null), object) as Record<string, unknown>;
      copy[name] = text;
    }
  }
  return copy ?? object;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("base64");
}

type Mutable = Record<string, unknown>;

interface Places {
  readonly Item?: Attributes;
  readonly Attributes?: Attributes;
  readonly LastEvaluatedKey?: Attributes;
  readonly Items?: readonly Attributes[];
  readonly Responses?: readonly Places[] | { readonly [tableName: string]: readonly Attributes[] };
  readonly UnprocessedKeys?: { readonly [tableName: string]: { readonly Keys: readonly Attributes[] } };
  readonly UnprocessedItems?: { readonly [tableName: string]: readonly UnprocessedWrite[] };
  readonly CancellationReasons?: readonly Places[];
}

interface UnprocessedWrite {
  readonly PutRequest?: { readonly Item: Attributes };
  readonly DeleteRequest?: { readonly Key: Attributes };
}

/** Goes to where the attributes of an answer are. */
function putBytes(answer: Places): void {
  const { Responses, UnprocessedKeys = {}, UnprocessedItems = {}, CancellationReasons = [] } = answer;
  putInMap(answer.Item);
  putInMap(answer.Attributes);
  putInMap(answer.LastEvaluatedKey);
  answer.Items?.forEach(putInMap);
  if (Array.isArray(Responses)) Responses.forEach(putBytes);
  else if (Responses !== undefined) for (const items of Object.values(Responses)) items.forEach(putInMap);
  for (const { Keys } of Object.values(UnprocessedKeys)) Keys.forEach(putInMap);
  for (const { PutRequest, DeleteRequest } of Object.values(UnprocessedItems).flat()) {
    putInMap(PutRequest?.Item);
    putInMap(DeleteRequest?.Key);
  }
  CancellationReasons.forEach(putBytes);
}

function putInMap(map: Attributes | undefined): void {
  for (const name in map) putInAttribute(map[name]);
}

/** An attribute has one property, its type. */
function putInAttribute(attribute: object | undefined): void {
  for (const tag in attribute) {
    const holder = attribute as Mutable;
    if (tag === "B") holder["B"] = bytesOf(String(holder["B"]));
    else if (tag === "BS") holder["BS"] = (holder["BS"] as string[]).map(bytesOf);
    else if (tag === "M") putInMap(holder["M"] as Attributes);
    else if (tag === "L") (holder["L"] as object[]).forEach(putInAttribute);
  }
}

/** Bytes, not a Buffer: what a user compares and prints is to be what the SDK gives. */
function bytesOf(text: string): Uint8Array {
  const buffer = Buffer.from(text, "base64");
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}
