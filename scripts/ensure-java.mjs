// Before the repository's own tests: installs Java if it is missing and may be installed. Without it, live tests run on
// Dynoxide alone, and say so.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";

const javaVersion = () => {
  const home = process.env.JAVA_HOME;
  for (const java of home ? [`${home}/bin/java`, "java"] : ["java"]) {
    const { stderr, status } = spawnSync(java, ["-version"], { encoding: "utf8" });
    const [, major] = (status === 0 && /version "(?:1\.)?(\d+)/.exec(stderr)) || [];
    if (Number(major) >= 11) return major;
  }
  return undefined;
};

const isDebianRoot = process.platform === "linux" && process.getuid?.() === 0 && existsSync("/etc/debian_version");
if (!process.env.BLOOP_ENDPOINT && javaVersion() === undefined && isDebianRoot) {
  console.log("Tests on AWS's DynamoDB Local need Java: installing default-jre-headless by apt-get.");
  const apt = (...args) =>
    spawnSync("apt-get", args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  apt("update", "-qq");
  apt("install", "-y", "-qq", "--no-install-recommends", "default-jre-headless");
}
if (!process.env.BLOOP_ENDPOINT && javaVersion() === undefined) {
  console.log("There is no Java 11 or newer: the live tests run on Dynoxide alone.");
}
