/** What a question found: tables, goals and plots, and how they are written down. */

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { arch, cpus, platform, totalmem } from "node:os";
import { fileURLToPath } from "node:url";
import { type Bars, drawBars, drawLines, type Lines } from "./svg.js";

export interface Table {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

export interface Goal {
  readonly what: string;
  readonly goal: string;
  readonly found: string;
  readonly met: boolean;
}

export type Chart = { readonly file: string } & (
  | { readonly kind: "bars"; readonly bars: Bars }
  | { readonly kind: "lines"; readonly lines: Lines }
);

export interface Report {
  readonly question: string;
  readonly title: string;
  readonly how: string;
  readonly tables: readonly Table[];
  readonly goals: readonly Goal[];
  readonly charts: readonly Chart[];
  readonly failures: readonly string[];
}

export interface Mode {
  readonly full: boolean;
  readonly command: string;
}

const here = fileURLToPath(new URL("../../", import.meta.url));

/** Figures for the manual where they are the full ones; a quick look goes beside the compiled files. */
export function resultsFolder(full: boolean): string {
  return `${here}${full ? "results" : ".build/results"}/`;
}

/** A goal of "at most": `format` prints both. */
export function atMost(what: string, goal: number, found: number | undefined, format = ratio): Goal {
  return bounded(what, `at most ${format(goal)}`, found, (value) => value <= goal, format);
}

export function atLeast(what: string, goal: number, found: number | undefined, format = ratio): Goal {
  return bounded(what, `at least ${format(goal)}`, found, (value) => value >= goal, format);
}

function bounded(
  what: string,
  goal: string,
  found: number | undefined,
  holds: (value: number) => boolean,
  format: (value: number) => string,
): Goal {
  if (found === undefined || Number.isNaN(found)) return { what, goal, found: "not measured", met: false };
  return { what, goal, found: format(found), met: holds(found) };
}

export function ratio(value: number): string {
  if (Number.isNaN(value)) return "-";
  if (value >= 10) return value.toFixed(1);
  return value >= 0.1 ? value.toFixed(2) : value.toFixed(3);
}

export function count(value: number): string {
  return value >= 10 ? Math.round(value).toLocaleString("en-US") : ratio(value);
}

export function kilobytes(value: number): string {
  return `${(value / 1024).toFixed(1)} KB`;
}

export function milliseconds(value: number): string {
  return `${value.toFixed(1)} ms`;
}

export async function writeReport(report: Report, mode: Mode): Promise<string> {
  const folder = resultsFolder(mode.full);
  await mkdir(folder, { recursive: true });
  const machine = machineOf();
  const versions = await versionsOf();
  const text = render(report, { machine, versions, command: mode.command });
  const found = { machine, versions, command: mode.command, when: new Date().toISOString(), ...report };
  await writeFile(`${folder}${report.question}.md`, text);
  await writeFile(`${folder}${report.question}.json`, `${JSON.stringify(found, undefined, 2)}\n`);
  for (const chart of report.charts) {
    const drawing = chart.kind === "bars" ? drawBars(chart.bars) : drawLines(chart.lines);
    await writeFile(`${folder}${chart.file}.svg`, drawing);
  }
  return text;
}

function machineOf(): string {
  const [first] = cpus();
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`;
  return `${cpus().length} cores (${first?.model.trim() ?? "unknown"}), ${memory}, ${platform()} ${arch()}, Node ${process.versions.node}`;
}

const measured = [
  "@aws-sdk/client-dynamodb",
  "@aws-sdk/lib-dynamodb",
  "electrodb",
  "dynamodb-toolbox",
  "dynamodb-onetable",
  "dynamoose",
  "undici",
];

async function versionsOf(): Promise<{ readonly [name: string]: string }> {
  const versions: { [name: string]: string } = {};
  for (const name of ["bloop-dynamodb", ...measured]) {
    const { version } = JSON.parse(await readFile(`${here}node_modules/${name}/package.json`, "utf8"));
    versions[name] = version;
  }
  return versions;
}

interface Circumstances {
  readonly machine: string;
  readonly versions: { readonly [name: string]: string };
  readonly command: string;
}

function render(report: Report, { machine, versions, command }: Circumstances): string {
  const parts = [report.how];
  for (const table of report.tables) parts.push(`**${table.title}**`, renderTable(table.columns, table.rows));
  if (report.goals.length > 0) parts.push("**Goals**", renderGoals(report.goals));
  for (const failure of report.failures) parts.push(`Failed: ${failure.split("\n")[0]}`);
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  parts.push(`\`${command}\` on ${machine}; ${list.join(", ")}.`);
  return `${parts.join("\n\n")}\n`;
}

function renderGoals(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, goal, found, met }) => [what, goal, found, met ? "yes" : "**no**"]);
  return renderTable(["", "goal", "found", "met"], rows);
}

/** Columns of one width, as formatters write them. */
function renderTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map((column, at) => Math.max(3, column.length, ...rows.map((row) => row[at]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${widths.map((width, at) => (cells[at] ?? "").padEnd(width)).join(" | ")} |`;
  const rule = `| ${widths.map((width) => "-".repeat(width)).join(" | ")} |`;
  return [line(columns), rule, ...rows.map(line)].join("\n");
}
