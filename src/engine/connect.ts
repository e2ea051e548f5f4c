/** The way to DynamoDB that an engine is made with. */

import type { Context } from "../operation/context.js";
import { engineRules } from "../operation/option-rules.js";
import type { EngineOptions } from "../operation/options.js";
import { makeSession } from "./session.js";

/** The common parts of engines that were derived from one another. */
export type Connection = Pick<Context, "client" | "session">;

export function connect({ dynamodb, road = engineRules.road.default, streams }: EngineOptions): Connection {
  return { client: dynamodb ?? {}, session: makeSession(dynamodb, road, streams) };
}
