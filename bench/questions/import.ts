/** How much longer a process takes to start that imports a library besides the SDK's client. */

import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { atMost, type Mode, milliseconds, type Report, ratio } from "../support/report.js";
import { stubEnvironment } from "../support/rounds.js";
import { median } from "../support/statistics.js";

const packages = [
  "bloop-dynamodb",
  "@aws-sdk/lib-dynamodb",
  "electrodb",
  "dynamodb-toolbox",
  "dynamodb-onetable",
  "dynamoose",
];
const cwd = fileURLToPath(new URL("../../", import.meta.url));

interface Sample {
  readonly sdk: number;
  readonly beyond: number;
}

export async function run(mode: Mode): Promise<Report> {
  const samples = new Map(packages.map((name) => [name, [] as Sample[]]));
  for (let round = 0; round < (mode.full ? 21 : 5); round++) {
    for (const name of packages) samples.get(name)?.push(await sample(name));
  }
  const found = packages.map((name) => {
    const all = samples.get(name) ?? [];
    return {
      name,
      beyond: median(all.map(({ beyond }) => beyond)),
      ratio: median(all.map(({ beyond, sdk }) => beyond / sdk)),
    };
  });
  const sdk = median([...samples.values()].flat().map(({ sdk }) => sdk));
  const bars = found.map(({ name, beyond }) => ({
    label: name.replace("@aws-sdk/", ""),
    value: beyond,
    text: milliseconds(beyond),
    own: name === "bloop-dynamodb",
  }));
  return {
    question: "import",
    title: "Import",
    how: `In a new process each time, import of @aws-sdk/client-dynamodb first (median ${milliseconds(sdk)}), then of the library: the second's time.`,
    tables: [
      {
        title: "beyond the bare SDK, median",
        columns: ["", "ms", "ratio to the SDK's own"],
        rows: found.map(({ name, beyond, ratio: part }) => [name, milliseconds(beyond), ratio(part)]),
      },
    ],
    goals: [
      atMost(
        "import time over the bare SDK's, median",
        8,
        found.find(({ name }) => name === "bloop-dynamodb")?.beyond,
        milliseconds,
      ),
    ],
    charts: [
      {
        file: "import",
        kind: "bars",
        bars: {
          title: "Import time beyond the SDK's",
          axis: "milliseconds, median (shorter is better)",
          logarithmic: false,
          groups: [{ name: "import", bars }],
        },
      },
    ],
    failures: [],
  };
}

async function sample(name: string): Promise<Sample> {
  const code = `const begin = performance.now();
    await import("@aws-sdk/client-dynamodb");
    const sdk = performance.now();
    await import(${JSON.stringify(name)});
    console.log(JSON.stringify({ sdk: sdk - begin, beyond: performance.now() - sdk }));
    process.exit();`;
  const env = { ...process.env, ...stubEnvironment };
  const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", code], { cwd, env });
  return JSON.parse(stdout) as Sample;
}
