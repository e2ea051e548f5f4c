/** What the heap holds for each loaded object, beyond its values. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { names } from "../support/adapters.js";
import { atMost, count, type Mode, type Report, ratio } from "../support/report.js";
import { stubEnvironment } from "../support/rounds.js";

const file = fileURLToPath(new URL("../support/heap.js", import.meta.url));
const titles: { readonly [key: string]: string } = {
  floor: "the item that JSON.parse made",
  values: "the same, and an object of its values",
  bloop: "bloop",
  ...Object.fromEntries(Object.entries(names).filter(([key]) => !/^(?:floor|byHand|bloop|tuned)/.test(key))),
};

export async function run(mode: Mode): Promise<Report> {
  const found = new Map<string, number>();
  const failures: string[] = [];
  for (const key of Object.keys(titles)) {
    try {
      found.set(key, await bytesOf(key, mode.full ? 50 : 10));
    } catch (error) {
      failures.push(`${key}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  const [item = Number.NaN, both = Number.NaN, own] = ["floor", "values", "bloop"].map((key) => found.get(key));
  const measured = Object.entries(titles).flatMap(([key, name]) => {
    const bytes = found.get(key);
    return bytes === undefined ? [] : [{ key, name, bytes }];
  });
  const bars = measured.map(({ key, name, bytes }) => ({
    label: key === "values" ? "item + values" : key === "floor" ? "item" : name,
    value: bytes,
    text: count(bytes),
    own: key === "bloop",
  }));
  return {
    question: "memory",
    title: "Memory held for each loaded object",
    how: "Objects of the item, loaded by queries and kept: heap and buffers after a collection, by object, each library in a process of its own. An object of values shares its strings with the item that JSON.parse made.",
    tables: [
      {
        title: "bytes",
        columns: ["", "for each object", "to item and values"],
        rows: measured.map(({ name, bytes }) => [name, count(bytes), ratio(bytes / both)]),
      },
    ],
    goals: [
      atMost(
        "held beyond the values, to the item that JSON.parse made (2 % for noise)",
        1.02,
        own === undefined ? undefined : (own - (both - item)) / item,
      ),
    ],
    charts: [
      {
        file: "memory",
        kind: "bars",
        bars: {
          title: "Memory held for each loaded object",
          axis: "bytes (shorter is better)",
          logarithmic: false,
          groups: [{ name: "bytes", bars }],
        },
      },
    ],
    failures,
  };
}

function bytesOf(key: string, times: number): Promise<number> {
  const options = { env: { ...process.env, ...stubEnvironment }, execArgv: ["--expose-gc"] };
  const child = fork(file, [key, String(times)], options);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`the process ended with code ${code}.`)));
    child.once("message", ({ bytes }: { bytes: number }) => resolve(bytes));
  });
}
