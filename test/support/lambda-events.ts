/** Events of Lambda for tests, in the shapes that AWS documents. */

import type { EventRecord } from "bloop-dynamodb/testing";

export const arnOf = (table: string) =>
  `arn:aws:dynamodb:eu-west-1:123456789012:table/${table}/stream/2026-01-01T00:00:00.000`;

export interface Change {
  readonly table?: string;
  readonly key: string;
  /** Its sequence number. */
  readonly number: number;
  readonly total?: number;
}

export const numberOf = (number: number) => `1${String(number).padStart(20, "0")}`;

/** A modification of an Order. */
export function changeOf({ table = "Order", key, number, total = number }: Change): EventRecord {
  const image = (amount: number) => ({ id: { S: key }, total: { N: String(amount) } });
  return {
    eventID: `event-${number}`,
    eventName: "MODIFY",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "eu-west-1",
    eventSourceARN: arnOf(table),
    dynamodb: {
      ApproximateCreationDateTime: 1_700_000_000,
      Keys: { id: { S: key } },
      NewImage: image(total),
      OldImage: image(total - 1),
      SequenceNumber: numberOf(number),
      SizeBytes: 40,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  };
}

/** Changes of items by their keys, in order: "aba" are two of "a" and one of "b". */
export function changesOf(keys: string): EventRecord[] {
  return [...keys].map((key, number) => changeOf({ key, number }));
}

/** Lambda's context, with so many milliseconds left, from now on. */
export function contextWith(milliseconds: number): { getRemainingTimeInMillis(): number } {
  const end = performance.now() + milliseconds;
  return { getRemainingTimeInMillis: () => end - performance.now() };
}
