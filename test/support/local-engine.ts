/** One local DynamoDB for the live tests of a project: that of the engine which its BLOOP_ENGINE names. */

import { type LocalEngine, startDynamoDBLocal, startLocal } from "bloop-dynamodb/local";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    endpoint: string;
    engine: LocalEngine;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const engine = project.config.env["BLOOP_ENGINE"] === "dynoxide" ? "dynoxide" : "dynamodb-local";
  // A DynamoDB Local that runs already, at BLOOP_ENDPOINT, is taken.
  const local = await (engine === "dynoxide" ? startLocal({ engine }) : startDynamoDBLocal());
  project.provide("endpoint", local.endpoint);
  project.provide("engine", engine);
  return () => local.stop();
}
