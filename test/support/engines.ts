/** What of the live tests this machine can run. Asked by the configuration of the tests, so that it waits for nothing. */

import { spawnSync } from "node:child_process";
import { join } from "node:path";

const oldest = 11;

/** Whether there is a Java that runs AWS's DynamoDB Local. Without one, live tests run on Dynoxide alone, and say so. */
export const hasJava: boolean = javas().some((java) => {
  const { status, stderr } = spawnSync(java, ["-version"], { encoding: "utf8" });
  const [, major] = (status === 0 && /version "(?:1\.)?(\d+)/.exec(stderr)) || [];
  return Number(major) >= oldest;
});

function javas(): string[] {
  const { JAVA_HOME: home } = process.env;
  return home ? [join(home, "bin", "java"), "java"] : ["java"];
}
