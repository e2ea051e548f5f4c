/** The way to DynamoDB that an engine is made with, and the context of its operations. */

import type { Context } from "../operation/context.js";
import { homeNamer } from "../operation/homes.js";
import { engineRules } from "../operation/option-rules.js";
import type { EngineOptions } from "../operation/options.js";
import { makeSession } from "./session.js";

/** The common parts of engines that were derived from one another. */
export type Connection = Pick<Context, "client" | "session">;

export function connect({ dynamodb, road = engineRules.road.default, streams }: EngineOptions): Connection {
  return { client: dynamodb ?? {}, session: makeSession(dynamodb, road, streams) };
}

/** The context of an engine's operations. It reports consumed capacity if an option asks for that. */
export function makeContext(
  { client, session }: Connection,
  { capacity, onInvalid = engineRules.onInvalid.default, tableName }: EngineOptions,
  { emit, hasListeners }: Pick<Context, "emit" | "hasListeners">,
): Context {
  const measured =
    capacity === undefined
      ? session
      : session.measuring(capacity, (operation, consumed) => emit("capacityConsumed", { operation, consumed }));
  return { client, session: measured, onInvalid, homeOf: homeNamer(client, tableName), emit, hasListeners };
}
