/** The events of Lambda, from the shapes that AWS documents to the records of a stream. Knows nothing of models. */

import { InvalidOption } from "../errors.js";
import type { WireRecord } from "../session/stream-session.js";
import { describeValue, print } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import type { LambdaEvent, LambdaRecord } from "./infer.js";

/**
 * The records of an event. Throws InvalidOption for what is no event of a DynamoDB stream: taken for one without records,
 * it would count as handled.
 */
export function recordsIn(event: LambdaEvent): readonly LambdaRecord[] {
  const records: unknown = isObject(event) ? event.Records : undefined;
  if (!Array.isArray(records)) {
    throw new InvalidOption(
      `Expected an event of a DynamoDB stream, { Records: [...] }, got ${describeValue(event)}. Is the function called by another source?`,
    );
  }
  if ("window" in event) {
    throw new InvalidOption(
      "The event is of a tumbling window, whose state bloop does not keep: take TumblingWindowInSeconds from the event source mapping.",
    );
  }
  for (const record of records) assertOfStream(record);
  return records;
}

function assertOfStream(record: LambdaRecord): void {
  const source: unknown = isObject(record) ? record.eventSource : record;
  if (isObject(record) && (source === undefined || source === "aws:dynamodb")) return;
  const found = typeof source === "string" ? `one of ${print(source)}` : describeValue(source);
  throw new InvalidOption(`Expected records of a DynamoDB stream ("aws:dynamodb"), got ${found}.`);
}

/** The name of the table in a stream's ARN: "arn:aws:dynamodb:<region>:<account>:table/<name>/stream/<label>". */
export function tableOf({ eventSourceARN: arn }: LambdaRecord): string | undefined {
  return typeof arn === "string" ? /:table\/([^/]+)/.exec(arn)?.[1] : undefined;
}

/** Undefined if the record has none: such a record can't be named to Lambda. */
export function sequenceNumberOf({ dynamodb }: LambdaRecord): string | undefined {
  const number: unknown = dynamodb?.SequenceNumber;
  return typeof number === "string" && number !== "" ? number : undefined;
}

/** Milliseconds since the epoch; undefined if the record does not say. */
export function createdAtOf({ dynamodb }: LambdaRecord): number | undefined {
  const seconds: unknown = dynamodb?.ApproximateCreationDateTime;
  // The SDK's own records have a Date.
  if (seconds instanceof Date) return seconds.getTime();
  const milliseconds = Number(seconds === "" || seconds === null ? undefined : seconds) * 1000;
  return Number.isFinite(milliseconds) ? milliseconds : undefined;
}

const eventNames = ["INSERT", "MODIFY", "REMOVE"] as const;

/**
 * The record as the API of streams gives it. Throws InvalidOption for one that lacks what it must hold. Events that are
 * written by hand often have no eventID: their sequence numbers tell them apart as well, for handlers that remember what
 * they have done.
 */
export function wireRecordOf(record: LambdaRecord): WireRecord {
  const { eventName, dynamodb = {}, userIdentity } = record;
  const name = eventNames.find((one) => one === eventName);
  if (name === undefined) throw new InvalidOption(`its eventName is ${printList(eventName)}.`);
  if (!isObject(dynamodb.Keys)) throw new InvalidOption("it has no dynamodb.Keys.");
  const sequenceNumber = sequenceNumberOf(record);
  const eventId = record.eventID || sequenceNumber;
  if (eventId === undefined) throw new InvalidOption("it has neither an eventID nor a dynamodb.SequenceNumber.");
  return {
    eventId,
    eventName: name,
    createdAt: createdAtOf(record) ?? Date.now(),
    sequenceNumber: sequenceNumber ?? "",
    sizeBytes: dynamodb.SizeBytes ?? 0,
    keys: itemOf(dynamodb.Keys),
    newImage: imageOf(dynamodb.NewImage),
    oldImage: imageOf(dynamodb.OldImage),
    userIdentity: identityOf(userIdentity),
  };
}

function printList(eventName: unknown): string {
  return typeof eventName === "string" ? `${print(eventName)}, and not ${eventNames.join(", ")}` : "missing";
}

function imageOf(image: object | undefined): Item | undefined {
  return isObject(image) ? itemOf(image) : undefined;
}

/**
 * An item in DynamoDB's JSON. The cast is of attributes, which are checked where they are loaded. A copy, since an object
 * remembers it: the event is the caller's.
 */
export function itemOf(image: object): Item {
  return structuredClone(image) as Item;
}

/** Lambda writes its names in lower case, the API of streams in upper case. */
function identityOf(identity: unknown): WireRecord["userIdentity"] {
  if (!isObject(identity)) return undefined;
  const found: { readonly [name: string]: unknown } = { ...identity };
  const type = found["type"] ?? found["Type"];
  const principalId = found["principalId"] ?? found["PrincipalId"];
  return { type: String(type ?? ""), principalId: String(principalId ?? "") };
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
