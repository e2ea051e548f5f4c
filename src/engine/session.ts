/** Makes a Session on a client of the AWS SDK's, by one of two roads. */

import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { leanSender } from "../lean/sender.js";
import { measuring } from "../session/capacity.js";
import type { DynamoDBClientLike, Road } from "../session/client.js";
import { printRequests } from "../session/debug.js";
import { itemOperations, type Send } from "../session/operations.js";
import { type ClientSource, sdkSender } from "../session/sdk-road.js";
import type { Session } from "../session/session.js";
import type { DynamoDBStreamsClientLike } from "../session/streams.js";
import { once } from "../util/async.js";
import { exportsOf } from "../util/object.js";

/** Makes a session on a client. Without one, makes a client with the SDK's defaults at the first request. */
export function makeSession(
  given: DynamoDBClientLike | undefined,
  road: Road,
  streams?: DynamoDBStreamsClientLike,
): Session {
  printRequests();
  const source: ClientSource = given === undefined ? once(makeClient) : () => given as DynamoDBClient;
  const bySdk = sdkSender(source);
  const others = {
    streams: once(async () => (await import("../session/streams.js")).makeStreamSession(streams, source)),
    tables: async () => (await import("../session/table-operations.js")).tableOperations(source),
  };
  return sessionBy(road === "sdk" ? bySdk : leanSender(source, bySdk), others);
}

function sessionBy(send: Send, others: Pick<Session, "streams" | "tables">): Session {
  return {
    ...itemOperations(send),
    ...others,
    measuring: (capacity, tell) => sessionBy(measuring(send, capacity, tell), others),
  };
}

/**
 * The SDK prepares a log entry for each request, even for a logger that does nothing, unless it has neither `info` nor
 * `error`. The SDK requires the other methods.
 */
const quiet = { trace() {}, debug() {}, warn() {} } as NonNullable<DynamoDBClientConfig["logger"]>;

/** This client is fast on the standard road too, by which operations on tables go. */
async function makeClient(): Promise<DynamoDBClient> {
  const requestHandler = (await undiciHandler()) as DynamoDBClientConfig["requestHandler"];
  return new DynamoDBClient({ ...(requestHandler && { requestHandler }), logger: quiet, cacheMiddleware: true });
}

/** Undefined if undici is not available, as in some bundles: then the SDK's own, slower handler is used. */
async function undiciHandler(): Promise<object | undefined> {
  try {
    const [handler, imported] = await Promise.all([import("../lean/undici-handler.js"), import("undici")]);
    const undici = exportsOf(imported, "Agent");
    return handler.canSend(undici) ? handler.makeUndiciHandler(undici) : undefined;
  } catch (error) {
    process.emitWarning(
      `undici could not be loaded: ${String(error)}. The engine's own client sends by the SDK's HTTP client instead, which takes about three times the processor time. Leave undici out of the bundle and install it beside, or give the engine a client.`,
      "BloopUndiciMissing",
    );
    return undefined;
  }
}
