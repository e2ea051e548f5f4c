/** The entry point `bloop-dynamodb/local`. */

export { DownloadFailed, EmulatorFailed, JavaMissing } from "./errors.js";
export type { Progress } from "./progress.js";
export { type Local, type LocalOptions, startDynamoDBLocal } from "./start.js";
