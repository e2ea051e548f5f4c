/** Which engine is chosen, which package it is fetched from, and how it is run: on each platform. */

import { join } from "node:path";
import { expect, test } from "vitest";
import { chooseEmulator } from "../../../src/local/choice.js";
import { dynoxideFor } from "../../../src/local/dynoxide.js";
import { EmulatorFailed, JavaMissing } from "../../../src/local/errors.js";
import { npmCommand } from "../../../src/local/parcel.js";

const withJava = async () => "/usr/bin/java";
const withoutJava = async (): Promise<string> => {
  throw new JavaMissing("DynamoDB Local needs Java 11 or newer, and java does not run.");
};

test.each([
  ["linux-x64", "@dynoxide/linux-x64", "dynoxide"],
  ["linux-arm64", "@dynoxide/linux-arm64", "dynoxide"],
  ["darwin-x64", "@dynoxide/darwin-x64", "dynoxide"],
  ["darwin-arm64", "@dynoxide/darwin-arm64", "dynoxide"],
  ["win32-x64", "@dynoxide/win32-x64", "dynoxide.exe"],
])("%s runs the binary of %s", async (platform, name, file) => {
  const { emulator, reason } = await chooseEmulator(undefined, { platform, findJava: withoutJava });
  expect(emulator.package).toMatchObject({ name, version: "1.2.1", part: "package" });
  expect(reason).toBe(`since there is a binary for ${platform}, which needs no Java`);
  expect(emulator.command("/cache/it", { port: 4711, dbPath: "/data" })).toEqual({
    command: join("/cache/it", file),
    args: ["--host", "127.0.0.1", "--port", "4711", "--db-path", join("/data", "dynoxide.db")],
  });
  expect(emulator.command("/cache/it", { port: 4711, dbPath: undefined }).args).toEqual([
    ...["--host", "127.0.0.1", "--port", "4711"],
  ]);
});

test("the build that was checked is known by its bytes", () => {
  expect(dynoxideFor("linux-x64")?.package.digest).toMatch(/^[0-9a-f]{64}$/);
  expect(dynoxideFor("linux-x64")?.package.integrity).toMatch(/^sha512-/);
});

test("any other platform with Java has DynamoDB Local", async () => {
  const { emulator, reason } = await chooseEmulator(undefined, { platform: "freebsd-x64", findJava: withJava });
  expect(emulator.engine).toBe("dynamodb-local");
  expect(reason).toContain("since there is Java (/usr/bin/java), and Dynoxide has no binary for freebsd-x64");
});

test("any other platform without Java has an error that names both ways", async () => {
  const choosing = chooseEmulator(undefined, { platform: "win32-arm64", findJava: withoutJava });
  await expect(choosing).rejects.toThrow(JavaMissing);
  await expect(choosing).rejects.toThrow(
    "Dynoxide has no binary for win32-arm64 (it has some for linux-x64, linux-arm64, darwin-x64, darwin-arm64, win32-x64). DynamoDB Local needs Java 11",
  );
});

test("an engine that is asked for is taken, or the error says why not", async () => {
  const asked = await chooseEmulator("dynamodb-local", { platform: "linux-x64", findJava: withJava });
  expect(asked).toMatchObject({ emulator: { engine: "dynamodb-local" }, reason: "since it was asked for" });
  await expect(chooseEmulator("dynamodb-local", { platform: "linux-x64", findJava: withoutJava })).rejects.toThrow(
    JavaMissing,
  );
  await expect(chooseEmulator("dynoxide", { platform: "freebsd-x64", findJava: withJava })).rejects.toThrow(
    EmulatorFailed,
  );
});

test("npm is run by Node.js itself if it lies beside it, and never by a batch file", () => {
  const beside = npmCommand();
  expect(beside?.command === process.execPath || beside?.command === "npm").toBe(true);
  expect(npmCommand({ PATH: "/nowhere" }, { platform: "linux", execPath: "/nowhere/bin/node" })).toBeUndefined();
  expect(npmCommand({ PATH: "C:\\npm" }, { platform: "win32", execPath: "C:\\nowhere\\node.exe" })).toBeUndefined();
});
