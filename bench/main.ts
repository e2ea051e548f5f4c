/** Runs the questions that are asked for, or all, and writes each down as soon as it is answered. */

import { type Mode, type Report, writeReport } from "./support/report.js";

const questions: { readonly [name: string]: () => Promise<{ run(mode: Mode): Promise<Report> }> } = {
  cpu: () => import("./questions/cpu.js"),
  loopback: () => import("./questions/loopback.js"),
  local: () => import("./questions/local.js"),
  import: () => import("./questions/import.js"),
  bundle: () => import("./questions/bundle.js"),
  memory: () => import("./questions/memory.js"),
  scale: () => import("./questions/scale.js"),
  scan: () => import("./questions/scan.js"),
  kinds: () => import("./questions/kinds.js"),
  observation: () => import("./questions/observation.js"),
  streams: () => import("./questions/streams.js"),
};

const given = process.argv.slice(2);
const full = given.includes("--full");
const asked = given.filter((word) => word !== "--full");
const unknown = asked.filter((word) => questions[word] === undefined);
if (unknown.length > 0) {
  console.error(`There is no question ${unknown.join(", ")}. There are: ${Object.keys(questions).join(", ")}.`);
  process.exit(2);
}

const command = ["npm run bench", ...(given.length > 0 ? ["--", ...given] : [])].join(" ");
const failed: string[] = [];
for (const name of asked.length > 0 ? asked : Object.keys(questions)) {
  const begin = performance.now();
  console.log(`\n# ${name}\n`);
  try {
    const question = await questions[name]?.();
    const report = await question?.run({ full, command });
    if (report !== undefined) {
      console.log(await writeReport(report, { full, command }));
      failed.push(...report.failures.map((failure) => `${name}: ${failure}`));
    }
  } catch (error) {
    console.error(error);
    failed.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  console.log(`(${Math.round((performance.now() - begin) / 1000)} s)`);
}
if (failed.length > 0) {
  console.error(`\nNot measured:\n${failed.map((line) => `- ${line.split("\n")[0]}`).join("\n")}`);
  process.exitCode = 1;
}
