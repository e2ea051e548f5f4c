/** The way of live tests to a local DynamoDB: a client that counts, and engines whose tables are their own. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine, type EngineOptions } from "bloop-dynamodb";
import { type FaultOptions, type Faults, injectFaults } from "bloop-dynamodb/testing";
import { inject } from "vitest";
import { quickRetries } from "./quick-retries.js";

export interface Live {
  readonly client: DynamoDBClient;
  readonly engine: Engine;
  /** What was sent since the last call of it. */
  sent(): Sent[];
  tableName(name: string): string;
}

interface Sent {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** The road that engines of tests take, where it is not the default one: all live tests run on both. */
const road = process.env["BLOOP_ROAD"] === "sdk" ? "sdk" : "lean";

/** `prefix` keeps the tables of one test file apart from those of others. */
export function live(prefix: string, options: EngineOptions = {}): Live {
  const requests: Sent[] = [];
  const note = (name: string, input: object) =>
    void requests.push({ name: name.replace(/Command$/, ""), input: { ...input } });
  // Middleware would have the engine take the standard road: on the lean one, the client's log tells what was sent.
  const log = (entry: unknown) => {
    if (isLogged(entry)) note(entry.commandName, entry.input);
  };
  const client = new DynamoDBClient({
    endpoint: inject("endpoint"),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 10,
    ...(road === "lean" ? { logger: { trace() {}, debug() {}, warn() {}, info: log, error: log } } : {}),
  });
  if (road === "sdk")
    client.middlewareStack.add(
      (next, context) => (request) => {
        note(String(context.commandName), request.input);
        return next(request);
      },
      { step: "initialize" },
    );
  return {
    client,
    engine: new Engine({ dynamodb: client, road, tableName: `${prefix}-{tableName}`, ...options }),
    sent: () => requests.splice(0),
    tableName: (name) => `${prefix}-${name}`,
  };
}

function isLogged(entry: unknown): entry is { readonly commandName: string; readonly input: object } {
  return typeof entry === "object" && entry !== null && "commandName" in entry;
}

/** An engine whose client meets faults and makes so many attempts with short pauses, for the tables of the same prefix. */
export function engineWithFaults(
  prefix: string,
  options: FaultOptions,
  attempts: number,
): { readonly engine: Engine; readonly faults: Faults } {
  const dynamodb = new DynamoDBClient({
    endpoint: inject("endpoint"),
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    retryStrategy: quickRetries(attempts),
  });
  const engine = new Engine({ dynamodb, road, tableName: `${prefix}-{tableName}` });
  return { engine, faults: injectFaults(dynamodb, options) };
}
