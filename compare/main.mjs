/** Runs each situation with each library, in a process of its own, and prints the table that README shows. */

import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const here = fileURLToPath(new URL("./", import.meta.url));
const libraries = [
  ["bloop-dynamodb", "bloop"],
  ["electrodb", "electrodb"],
  ["dynamodb-toolbox", "toolbox"],
  ["dynamodb-onetable", "onetable"],
  ["dynamoose", "dynamoose"],
];
const titles = {
  map: "Two writers each save another key of one map: both changes stay",
  unknown: "A save keeps an attribute that the model does not know",
  once: "An atomic increment whose answer is lost counts once",
  number: "A stored integer of 20 digits loads exactly",
  kinds: "A query of one kind, in a table of several, yields no other kind",
  parts: "Two writers each save another part of one index key: both changes stay, or the second is refused",
  index: "After these two, the index key is composed of the stored parts",
  streams: "Reads the changes of a table",
};
const columns = libraries.map(([name, file]) => {
  const child = spawnSync(process.execPath, [`${here}one.mjs`, name, file], { encoding: "utf8", timeout: 120_000 });
  if (child.status !== 0) throw new Error(`${name}: ${child.stderr || child.stdout}`);
  const { version } = JSON.parse(readFileSync(`${here}node_modules/${name}/package.json`, "utf8"));
  return { name, version, outcomes: JSON.parse(child.stdout.trim().split("\n").at(-1)) };
});

/** What `npm run bench -- --full` measured last: the first of these rows of the first table, and one of its columns. */
function measured(question, column) {
  const { tables } = JSON.parse(readFileSync(`${here}../bench/results/${question}.json`, "utf8"));
  const names = [["bloop, get + save", "bloop"], ["ElectroDB"], ["DynamoDB-Toolbox"], ["OneTable"], ["Dynamoose"]];
  return names.map((accepted) => {
    const row = accepted.map((name) => tables[0].rows.find(([first]) => first === name)).find(Boolean);
    const text = row?.[tables[0].columns.indexOf(column)] ?? row?.[2] ?? "";
    return /\(([\d.]+)\)/.exec(text)?.[1] ?? text;
  });
}
const rows = [
  ["", ...columns.map(({ name, version }) => `${name} ${version}`)],
  ...Object.entries(titles).map(([key, title]) => [title, ...columns.map(({ outcomes }) => outcomes[key])]),
  ["Processor time of a get, to the bare SDK's", ...measured("cpu", "get")],
  ["Size of get and save in a bundle, minified and gzipped, without the SDK", ...measured("bundle", "and gzipped")],
];
const line = (cells) => `| ${cells.join(" | ")} |`;
const table = [line(rows[0]), line(rows[0].map(() => "---")), ...rows.slice(1).map(line)].join("\n");
writeFileSync(`${here}results.md`, `${table}\n`);
console.log(table);
