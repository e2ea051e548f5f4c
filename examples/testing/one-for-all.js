/** A global setup for Vitest and Jest: one DynamoDB for all workers. */

// #region setup
import { startLocal } from "bloop-dynamodb/local";

export default async function setup() {
  const local = await startLocal();
  // startLocal() in the tests returns this one, and starts nothing.
  process.env.BLOOP_ENDPOINT = local.endpoint;
  return () => local.stop();
}
// #endregion
