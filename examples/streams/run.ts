/**
 * Three ways to have the changes of a table handled, each on a DynamoDB of one's own machine: one process, a group of
 * workers, and Lambda. `npm run streams` runs all three, `npm run streams workers` one of them.
 */

import { startLocal } from "bloop-dynamodb/local";
import { runLambda } from "./lambda.js";
import { runOneProcess } from "./one-process.js";
import { runWorkers } from "./workers.js";

const ways = { "one-process": runOneProcess, workers: runWorkers, lambda: runLambda };
const wanted = process.argv.slice(2);

const local = await startLocal();
console.log(local.description);
process.env.AWS_ENDPOINT_URL = local.endpoint;
process.env.AWS_REGION = "us-east-1";
process.env.AWS_ACCESS_KEY_ID = "local";
process.env.AWS_SECRET_ACCESS_KEY = "local";

for (const [name, run] of Object.entries(ways)) if (wanted.length === 0 || wanted.includes(name)) await run();
await local.stop();
