/** One DynamoDB Local for all live tests. */

import { startDynamoDBLocal } from "bloop-dynamodb/local";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    endpoint: string;
  }
}

export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const local = await startDynamoDBLocal();
  project.provide("endpoint", local.endpoint);
  return () => local.stop();
}
