/** An engine whose client answers from a script, and its requests as readable text: without placeholders. */

import { Engine, type EngineOptions } from "bloop-dynamodb";
import { type RecordingClient, recordingClient, type Sent, sdkError } from "./recording-client.js";

/** What a request is answered with: an output, an error, or what a function makes of the request. */
export type Scripted = object | Error | undefined | ((sent: Sent) => object | undefined);

/** A request: its operation, its expressions with names and values in their places, and all else as it is. */
export interface PlainRequest {
  readonly operation: string;
  readonly [parameter: string]: unknown;
}

export interface ScriptedEngine {
  readonly engine: Engine;
  readonly client: RecordingClient;
  /** The requests since the last call of it. */
  requests(): PlainRequest[];
  /** Answers to come, after those that are left. */
  answer(...answers: Scripted[]): void;
}

/** Each request takes the next answer; those after the last one get an empty one. */
export function scriptedEngine(answers: readonly Scripted[] = [], options: EngineOptions = {}): ScriptedEngine {
  const left = [...answers];
  const client = recordingClient((sent) => {
    const answer = left.shift();
    if (answer instanceof Error) throw answer;
    return typeof answer === "function" ? answer(sent) : answer;
  });
  return {
    engine: new Engine({ dynamodb: client, ...options }),
    client,
    requests: () => client.sent.splice(0).map(plainRequest),
    answer: (...more) => void left.push(...more),
  };
}

/** As DynamoDB says that a condition did not hold, with the item as it was. */
export function conditionFailed(Item?: object): Error {
  return sdkError("ConditionalCheckFailedException", "The conditional request failed", Item && { Item });
}

/** As DynamoDB says why it canceled a transaction: a code for each of its items, and the item as it was. */
export function transactionCanceled(
  ...reasons: readonly (string | { readonly Code: string; readonly Item?: object })[]
) {
  const CancellationReasons = reasons.map((reason) => (typeof reason === "string" ? { Code: reason } : reason));
  return sdkError("TransactionCanceledException", "Transaction cancelled", { CancellationReasons });
}

/** As DynamoDB says that the map is gone which the path of an update leads through. */
export function pathGone(): Error {
  return sdkError("ValidationException", "The document path provided in the update expression is invalid for update");
}

function plainRequest({ name, input }: Sent): PlainRequest {
  return { operation: name, ...plainInput(input) };
}

type SlotNames = Readonly<Record<string, string>>;
type SlotValues = Readonly<Record<string, object>>;

const slots = ["ExpressionAttributeNames", "ExpressionAttributeValues"];

function plainInput(input: object): Record<string, unknown> {
  const names = Object(Reflect.get(input, "ExpressionAttributeNames"));
  const values = Object(Reflect.get(input, "ExpressionAttributeValues"));
  const plain = (value: unknown, key: string): unknown => {
    if (typeof value === "string" && key.endsWith("Expression")) return plainText(value, names, values);
    if (key === "TransactItems") return (value as object[]).map(plainAction);
    return value;
  };
  const entries = Object.entries(input).filter(([key, value]) => !slots.includes(key) && value !== undefined);
  return Object.fromEntries(entries.map(([key, value]) => [key, plain(value, key)]));
}

/** One item of a transaction: `{ Update: { ... } }`. */
function plainAction(action: object): object {
  return Object.fromEntries(Object.entries(action).map(([kind, input]) => [kind, plainInput(input)]));
}

/** The text of an expression, with names and values in the places of their slots. */
export function plainText(text: string, names: SlotNames, values: SlotValues): string {
  return text
    .replace(/#\w+/g, (slot) => names[slot] ?? `(no name ${slot})`)
    .replace(/:\w+/g, (slot) => (values[slot] === undefined ? `(no value ${slot})` : plainValue(values[slot])));
}

/** `"Oslo"` and `3` for texts and numbers; other attributes as JSON. */
function plainValue(value: object): string {
  if ("S" in value) return JSON.stringify(value.S);
  return "N" in value ? String(value.N) : JSON.stringify(value);
}

/** A value that has to be there. */
export function there<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("nothing is there");
  return value;
}
