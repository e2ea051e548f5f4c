/** The way of live tests to DynamoDB Local: a client that counts, and engines whose tables are their own. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine, type EngineOptions } from "bloop";
import { inject } from "vitest";

export interface Live {
  readonly client: DynamoDBClient;
  readonly engine: Engine;
  /** What was sent since the last call of it. */
  sent(): Sent[];
  tableName(name: string): string;
}

export interface Sent {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** `prefix` keeps the tables of one test file apart from those of others. */
export function live(prefix: string, options: EngineOptions = {}): Live {
  const requests: Sent[] = [];
  const client = new DynamoDBClient({
    endpoint: inject("endpoint"),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 10,
  });
  client.middlewareStack.add(
    (next, context) => (request) => {
      requests.push({ name: String(context.commandName).replace(/Command$/, ""), input: { ...request.input } });
      return next(request);
    },
    { step: "initialize" },
  );
  return {
    client,
    engine: new Engine({ dynamodb: client, tableName: `${prefix}-{tableName}`, ...options }),
    sent: () => requests.splice(0),
    tableName: (name) => `${prefix}-${name}`,
  };
}
