/** The cost of composed keys and kinds: a model of a kind, beside a plain model that has the same attributes as columns. */

import { atMost, count, type Mode, type Report, ratio } from "../support/report.js";
import { type Figures, runRounds } from "../support/rounds.js";
import type { Task } from "../support/worker.js";

const operations = {
  get: "get",
  query: "query of 100",
  batchGet: "batch get of 100",
  update: "save, 3 attributes",
} as const;
const names = {
  bloop: "a plain model of an item without the three",
  bloopPlain: "a plain model of the same item",
  bloopKind: "a kind, with composed keys",
} as const;

export async function run(mode: Mode): Promise<Report> {
  const milliseconds = mode.full ? 250 : 40;
  const tasks = Object.keys(operations).map((operation): [string, Task] => [
    operation,
    { operation: operation as keyof typeof operations, atOnce: 1, milliseconds },
  ]);
  const { figures, failures } = await runRounds({
    adapters: ["bare", ...Object.keys(names)],
    tasks: Object.fromEntries(tasks),
    rounds: mode.full ? 15 : 5,
    warmUp: mode.full ? 4000 : 700,
    network: "stub",
  });
  const ratioOf = (operation: keyof typeof operations) => figures.bloopKind?.[operation]?.to.bloopPlain;
  return {
    question: "kinds",
    title: "Kinds of one table",
    how: "As for client CPU, network removed. The item has three attributes more: the two keys and the kind. The plain model has them as columns, and its caller composes the keys.",
    tables: [tableOf(figures)],
    goals: [
      atMost("get of a kind, to the plain model", 1.05, ratioOf("get")),
      atMost("query of a kind, to the plain model", 1.05, ratioOf("query")),
    ],
    charts: [],
    failures,
  };
}

function tableOf(figures: Figures) {
  const rows = Object.entries(names).map(([adapter, name]) => [
    name,
    ...Object.keys(operations).map((operation) => {
      const figure = figures[adapter]?.[operation];
      return figure === undefined ? "-" : `${count(figure.cpu)} (${ratio(figure.to.bloopPlain ?? Number.NaN)})`;
    }),
  ]);
  return { title: "µs (ratio to the plain model)", columns: ["", ...Object.values(operations)], rows };
}
