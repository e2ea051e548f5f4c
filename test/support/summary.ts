/** A reporter that says at the end what ran, where, and what was not run and why. */

import { existsSync, readdirSync } from "node:fs";
import type { Reporter, TestModule, TestProject } from "vitest/node";
import { isLong } from "./effort.js";
import { hasJava } from "./engines.js";

interface Count {
  files: number;
  passed: number;
  failed: number;
  skipped: number;
  seconds: number;
}

export class Summary implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = [...countsOf(modules)].map(
      ([project, { files, passed, failed, skipped, seconds }]) =>
        `  ${project.padEnd(24)} ${`${passed}`.padStart(5)} passed${failed > 0 ? `, ${failed} FAILED` : ""}${skipped > 0 ? `, ${skipped} left out` : ""} (${files} files, ${seconds.toFixed(0)} s of tests)`,
    );
    console.log(`\nWhat ran, on Node.js ${process.version}, ${process.platform}-${process.arch}:\n${lines.join("\n")}`);
    const left = [...leftOut(), ...skippedIn(modules)];
    const heading = left.length === 0 ? "Nothing was left out." : "What was not run, and why:";
    console.log([heading, ...left.map((line) => `  - ${line}`)].join("\n"));
    const flaky = flakyIn(modules);
    if (flaky.length > 0)
      console.log(["What passed at a second attempt only:", ...flaky.map((line) => `  - ${line}`)].join("\n"));
  }
}

function countsOf(modules: readonly TestModule[]): Map<string, Count> {
  const counts = new Map<string, Count>();
  for (const module of modules) {
    const name = nameOf(module.project);
    const count = counts.get(name) ?? { files: 0, passed: 0, failed: 0, skipped: 0, seconds: 0 };
    counts.set(name, count);
    count.files++;
    count.seconds += module.diagnostic().duration / 1000;
    for (const test of module.children.allTests()) {
      const { state } = test.result();
      if (state === "passed") count.passed++;
      else if (state === "failed") count.failed++;
      else count.skipped++;
    }
  }
  return counts;
}

const nameOf = ({ name }: TestProject): string => name;

/** Single tests that left themselves out, with their reasons. */
function skippedIn(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) =>
    [...module.children.allTests("skipped")].map((test) => {
      const result = test.result();
      const note = "note" in result ? result.note : undefined;
      return `${nameOf(module.project)}: ${test.fullName}${note === undefined ? "" : `: ${note}`}`;
    }),
  );
}

function flakyIn(modules: readonly TestModule[]): string[] {
  return modules.flatMap((module) =>
    [...module.children.allTests("passed")]
      .filter((test) => test.diagnostic()?.flaky === true)
      .map((test) => `${nameOf(module.project)}: ${test.fullName}`),
  );
}

function leftOut(): string[] {
  const left: string[] = [];
  if (!hasJava)
    left.push("all live tests on AWS's DynamoDB Local: there is no Java 11 or newer. They ran on Dynoxide.");
  if (isLong && !hasFaketime()) left.push("streams with a clock that runs fast: libfaketime is not installed.");
  if (!isLong) {
    left.push(
      "the long form of searches and fault tests, the mutants, streams with a clock that runs fast, Jest's example, " +
        "the live tests by the SDK's road: npm run test:long.",
    );
  }
  left.push("the simulator of streams and the fast clock on Dynoxide: both are about DynamoDB Local.");
  return left;
}

function hasFaketime(): boolean {
  const folders = existsSync("/usr/lib") ? readdirSync("/usr/lib") : [];
  return folders.some((folder) => existsSync(`/usr/lib/${folder}/faketime/libfaketimeMT.so.1`));
}
