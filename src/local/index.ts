/** `bloop-dynamodb/local`: DynamoDB on this machine, for tests and development. */

export { DownloadFailed, EmulatorFailed, JavaMissing } from "./errors.js";
export type { LocalEngine, LocalOptions, StartLocalOptions } from "./options.js";
export type { Progress } from "./progress.js";
export { type Local, startDynamoDBLocal, startLocal } from "./start.js";
