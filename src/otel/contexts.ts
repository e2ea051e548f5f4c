/**
 * The parts of the contexts and messages of bloop's channels that are read here, whichever version of bloop makes them.
 */

/** Of "bloop-dynamodb:operation". */
export interface OperationContext {
  readonly operation: string;
  readonly model: string | undefined;
  readonly table: string | undefined;
  readonly index: string | undefined;
  readonly consistent: boolean | undefined;
  readonly batchSize: number | undefined;
}

/** Of "bloop-dynamodb:request". */
export interface RequestContext {
  readonly operation: string;
  readonly table: string | undefined;
  readonly tables: readonly string[];
  readonly attempt: number;
  readonly text: string;
  readonly serverAddress: string | undefined;
  readonly serverPort: number | undefined;
  readonly region: string | undefined;
  readonly statusCode: number | undefined;
  readonly requestId: string | undefined;
  readonly consumedCapacity: readonly { readonly tableName: string; readonly units: number }[];
  readonly count: number | undefined;
  readonly scannedCount: number | undefined;
}

/** What Node adds to the context of a request that failed. */
export interface Failed {
  readonly error?: unknown;
}

/** Of "bloop-dynamodb:retry". */
export interface RetryMessage {
  readonly operation: string;
  readonly table: string | undefined;
  readonly reason: string;
}

/** Of "bloop-dynamodb:stream:gap". */
export interface GapMessage {
  readonly table: string;
  readonly certain: boolean;
}

/** Of "bloop-dynamodb:stream:lease". */
export interface LeaseMessage {
  readonly table: string;
  readonly group: string;
  readonly event: string;
}

/** Of "bloop-dynamodb:stream:lag". `lag` is in milliseconds. */
export interface LagMessage {
  readonly table: string;
  readonly lag: number;
}
