// Before the repository's own quickstart and tests: installs Java where it is missing and may be installed.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const runs = (command, ...args) => spawnSync(command, args, { stdio: "ignore" }).status === 0;
const javaVersion = () => {
  const home = process.env.JAVA_HOME;
  for (const java of home ? [`${home}/bin/java`, "java"] : ["java"]) {
    const { stderr, status } = spawnSync(java, ["-version"], { encoding: "utf8" });
    const [, major] = (status === 0 && /version "(?:1\.)?(\d+)/.exec(stderr)) || [];
    if (Number(major) >= 11) return major;
  }
  return undefined;
};

if (!process.env.BLOOP_ENDPOINT && javaVersion() === undefined) {
  const mayInstall =
    process.platform === "linux" &&
    process.getuid?.() === 0 &&
    existsSync("/etc/debian_version") &&
    runs("apt-get", "--version");
  if (mayInstall) {
    console.log("DynamoDB Local needs Java: installing default-jre-headless by apt-get.");
    const apt = (...args) =>
      spawnSync("apt-get", args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
    apt("update", "-qq");
    apt("install", "-y", "-qq", "--no-install-recommends", "default-jre-headless");
  }
  if (javaVersion() === undefined) {
    console.error(
      "DynamoDB Local needs Java 11 or newer: install it (on Debian: apt-get install default-jre-headless), or set BLOOP_ENDPOINT to a DynamoDB Local that runs already.",
    );
    process.exit(1);
  }
}
