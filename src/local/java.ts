/** Finds a Java that can run DynamoDB Local. Installs nothing. */

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { JavaMissing } from "./errors.js";

const oldest = 11;

/** The path of a java that is new enough: JAVA_HOME's, or else the PATH's. Throws JavaMissing. */
export async function findJava(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  const home = environment.JAVA_HOME;
  const candidates = home === undefined || home === "" ? ["java"] : [join(home, "bin", "java"), "java"];
  const found: string[] = [];
  for (const java of candidates) {
    const version = await versionOf(java, environment);
    if (version !== undefined && version >= oldest) return java;
    found.push(version === undefined ? `${java} does not run` : `${java} is version ${version}`);
  }
  throw new JavaMissing(`DynamoDB Local needs Java ${oldest} or newer, and ${found.join(", ")}. ${advice}`);
}

const advice = `Install it:
  Debian, Ubuntu   sudo apt-get install default-jre-headless
  Fedora           sudo dnf install java-latest-openjdk-headless
  macOS            brew install openjdk
  Windows          winget install EclipseAdoptium.Temurin.21.JRE
or set BLOOP_ENDPOINT to the address of a DynamoDB that runs already, such as http://localhost:8000.`;

/** The major version, or undefined if Java does not run. Java 8 calls itself 1.8. */
async function versionOf(java: string, env: NodeJS.ProcessEnv): Promise<number | undefined> {
  try {
    const { stdout, stderr } = await promisify(execFile)(java, ["-version"], { env, timeout: 30_000 });
    const [, major, minor] = /version "(\d+)(?:\.(\d+))?/.exec(`${stderr}${stdout}`) ?? [];
    return major === undefined ? undefined : Number(major === "1" ? minor : major);
  } catch {
    return undefined;
  }
}
