// Before the repository's own tests: installs libfaketime if it is missing and may be installed. Without it, the tests
// that speed up DynamoDB Local's clock are skipped, and say so.
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";

const isThere = () =>
  existsSync("/usr/lib") &&
  readdirSync("/usr/lib").some((folder) => existsSync(`/usr/lib/${folder}/faketime/libfaketimeMT.so.1`));

if (!isThere() && process.platform === "linux" && process.getuid?.() === 0 && existsSync("/etc/debian_version")) {
  console.log("Tests of streams over virtual days need libfaketime: installing it by apt-get.");
  const apt = (...args) =>
    spawnSync("apt-get", args, { stdio: "inherit", env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" } });
  apt("update", "-qq");
  apt("install", "-y", "-qq", "--no-install-recommends", "libfaketime");
}
if (!isThere()) console.log("libfaketime is not there: the tests with a fast clock are left out.");
