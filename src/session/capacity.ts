/** Capacity that requests consumed: asked for, and read from the answers. */

import type { Exchanges, Operation } from "./answers.js";
import type { Send } from "./operations.js";
import type { Call } from "./session.js";

/** How much DynamoDB is to tell: of the table as a whole, or of its indexes besides. */
export type CapacityDetail = "total" | "indexes";

/** What a request consumed of one table. */
export interface ConsumedCapacity {
  readonly tableName: string;
  /** Capacity units, of the table and its indexes together. */
  readonly units: number;
  /** Only if DynamoDB tells them apart: for transactions. */
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
  /** Units by the name of each index. Empty unless "indexes" was asked for. */
  readonly indexes: { readonly [index: string]: number };
}

export type TellCapacity = (operation: Operation, consumed: readonly ConsumedCapacity[]) => void;

/** Sends as before, asks for what is consumed, and tells of it. */
export function measuring(send: Send, capacity: CapacityDetail, tell: TellCapacity): Send {
  const ReturnConsumedCapacity = capacity === "total" ? "TOTAL" : "INDEXES";
  return async <Name extends Operation>(operation: Name, request: Exchanges[Name]["request"], call: Call) => {
    const answer = await send(operation, { ...request, ReturnConsumedCapacity }, call);
    const { ConsumedCapacity }: { readonly ConsumedCapacity?: unknown } = Object(answer);
    const consumed = consumedOf(ConsumedCapacity);
    if (consumed.length > 0) tell(operation, consumed);
    return answer;
  };
}

interface Told {
  readonly TableName?: unknown;
  readonly CapacityUnits?: unknown;
  readonly ReadCapacityUnits?: unknown;
  readonly WriteCapacityUnits?: unknown;
  readonly LocalSecondaryIndexes?: unknown;
  readonly GlobalSecondaryIndexes?: unknown;
}

/** Of an answer's ConsumedCapacity: one table's, or an array of several. What is of another form is left out. */
export function consumedOf(told: unknown): readonly ConsumedCapacity[] {
  const tables: readonly unknown[] = Array.isArray(told) ? told : [told];
  return tables.flatMap((table) => {
    const { TableName, CapacityUnits, ...more }: Told = Object(table);
    if (typeof TableName !== "string" || typeof CapacityUnits !== "number") return [];
    return [
      {
        tableName: TableName,
        units: CapacityUnits,
        readUnits: numberOr(more.ReadCapacityUnits),
        writeUnits: numberOr(more.WriteCapacityUnits),
        indexes: { ...unitsByName(more.LocalSecondaryIndexes), ...unitsByName(more.GlobalSecondaryIndexes) },
      },
    ];
  });
}

function numberOr(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}

function unitsByName(indexes: unknown): { readonly [index: string]: number } {
  const entries = Object.entries(Object(indexes)).map(([name, index]): [string, number] => {
    const { CapacityUnits }: Told = Object(index);
    return [name, numberOr(CapacityUnits) ?? 0];
  });
  return Object.fromEntries(entries);
}
