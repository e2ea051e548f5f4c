/** An engine between whose requests other writers come: exactly when a test says so. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine } from "bloop-dynamodb";
import { inject } from "vitest";

type Rival = () => Promise<unknown>;

export interface Interrupted {
  readonly engine: Engine;
  /** The first rival comes before the next write request is sent, the second before the one after that, and so on. */
  interrupt(...rivals: (Rival | undefined)[]): void;
}

const writes = /UpdateItem|PutItem|DeleteItem|TransactWriteItems/;

/** For the tables of a prefix, as those of live(). `isAlive` is asked before each request: if not, nothing is sent. */
export function interruptedEngine(prefix: string, isAlive: () => boolean = () => true): Interrupted {
  const client = new DynamoDBClient({
    endpoint: inject("endpoint"),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const pending: (Rival | undefined)[] = [];
  const handler = client.config.requestHandler;
  const handle = handler.handle.bind(handler);
  handler.handle = async (request, options) => {
    if (!isAlive()) throw Object.assign(new Error("the process has ended"), { name: "AbortError" });
    if (writes.test(request.headers["x-amz-target"] ?? "")) await pending.shift()?.();
    return handle(request, options);
  };
  return {
    engine: new Engine({ dynamodb: client, tableName: `${prefix}-{tableName}` }),
    interrupt: (...rivals) => void pending.splice(0, pending.length, ...rivals),
  };
}
