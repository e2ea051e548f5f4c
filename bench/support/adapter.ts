/** What a library is asked to do, the same of each; adapters/ has one file a library. */

import { DynamoDB, DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import type { Plain, Wire } from "./item.js";
import type { StubHandler } from "./stub-handler.js";

/** Without a handler, the client is made as a user makes it who has no options: from the environment. */
export interface Connection {
  readonly handler: StubHandler | undefined;
}

export interface Operations {
  /** Item 0. */
  get(): Promise<unknown>;
  /** Changes three attributes of item 0. */
  update(n: number): Promise<unknown>;
  /** All items of the owner. */
  query(): Promise<readonly unknown[]>;
  /** Items 0 to 99. */
  batchGet(): Promise<readonly unknown[]>;
  /** Changes three attributes of each of items 0 to 9. */
  transaction(n: number): Promise<unknown>;
  /** Writes item n, whole. */
  put(n: number): Promise<unknown>;
  /** Item n. */
  getOne(n: number): Promise<unknown>;
  plain(object: unknown): Plain;
}

export interface Adapter {
  readonly name: string;
  /** The package that its version is read from. */
  readonly from: string;
  /** Attributes that the library adds to each item, and wants to find there. */
  readonly extras: Wire;
  /** The key attributes of item n, if they are others than its owner and its id. */
  readonly keyOf?: (n: number) => Wire;
  open(connection: Connection): Promise<Operations>;
}

export function clientOf(connection: Connection, config: DynamoDBClientConfig = {}): DynamoDBClient {
  return new DynamoDBClient({ ...config, ...handlerOf(connection) });
}

/** For the client of the SDK that has a method for each operation. */
export function fullClientOf(connection: Connection): DynamoDB {
  return new DynamoDB(handlerOf(connection));
}

/** The SDK's type of a handler says HttpResponse, of which it asks for what a StubResponse has. */
function handlerOf({ handler }: Connection): DynamoDBClientConfig {
  return handler === undefined
    ? {}
    : { requestHandler: handler as unknown as NonNullable<DynamoDBClientConfig["requestHandler"]> };
}

export function* upTo(count: number): Generator<number> {
  for (let n = 0; n < count; n++) yield n;
}
