/** The capacity that a request consumed, as DynamoDB tells it in its answers. */

/** How much DynamoDB is to tell: of a table as a whole, or of its indexes besides. */
export type CapacityDetail = "total" | "indexes";

/** Called with the capacity that a request consumed. The operation has DynamoDB's name: "Query". */
export type TellCapacity = (operation: string, consumed: readonly ConsumedCapacity[]) => void;

/** The capacity that a request consumed of one table. */
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

interface Told {
  readonly TableName?: unknown;
  readonly CapacityUnits?: unknown;
  readonly ReadCapacityUnits?: unknown;
  readonly WriteCapacityUnits?: unknown;
  readonly LocalSecondaryIndexes?: unknown;
  readonly GlobalSecondaryIndexes?: unknown;
}

/** From an answer's ConsumedCapacity: one table's, or an array of several. Values of another form are left out. */
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
