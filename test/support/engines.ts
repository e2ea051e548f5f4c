/** Which engines of a local DynamoDB this machine can run. */

import { findJava } from "../../src/local/java.js";

/** Whether there is a Java that runs AWS's DynamoDB Local. Without one, tests run on Dynoxide alone, and say so. */
export const hasJava: boolean = await findJava().then(
  () => true,
  () => false,
);
