/** Client CPU of one operation with the network removed: signing, middleware and (de)serialization run. */

import { adaptersFor, names } from "../support/adapters.js";
import { atMost, count, type Mode, type Report, ratio } from "../support/report.js";
import { type Figures, runRounds } from "../support/rounds.js";
import type { Task } from "../support/worker.js";

const operations = {
  get: "get",
  update: "update, 3 attributes",
  query: "query of 100",
  batchGet: "batch get of 100",
  transaction: "transaction of 10",
} as const;

type Name = keyof typeof operations;

export async function run(mode: Mode): Promise<Report> {
  const milliseconds = mode.full ? 250 : 40;
  const tasks = Object.fromEntries(
    Object.keys(operations).map((operation): [string, Task] => [
      operation,
      { operation: operation as Name, atOnce: 1, milliseconds },
    ]),
  );
  const { figures, failures } = await runRounds({
    adapters: adaptersFor(mode),
    tasks,
    rounds: mode.full ? 9 : 5,
    warmUp: mode.full ? 4000 : 700,
    network: "stub",
  });
  return {
    question: "cpu",
    title: "Client CPU of one operation, network removed",
    how: "A request handler answers with prepared bytes; everything else runs as it does for a user. Each library in a process of its own.",
    tables: [tableOf(figures)],
    goals: goalsOf(figures),
    charts: [chartOf(figures)],
    failures,
  };
}

function tableOf(figures: Figures) {
  const measured = Object.entries(names).filter(([adapter]) => figures[adapter] !== undefined);
  const rows = measured.map(([adapter, name]) => [
    name,
    ...Object.keys(operations).map((operation) => {
      const figure = figures[adapter]?.[operation];
      return figure === undefined ? "-" : `${count(figure.cpu)} (${ratio(figure.ratio)})`;
    }),
  ]);
  return { title: "µs (ratio to the bare SDK)", columns: ["", ...Object.values(operations)], rows };
}

function goalsOf(figures: Figures) {
  const own = (operation: Name) => figures.bloop?.[operation];
  const standard = (operation: Name) => figures.bloopOnSdk?.[operation]?.to.tuned;
  const electrodb = (operation: Name) => own(operation)?.to.electrodb;
  return [
    atMost("get, objects out, to the bare SDK", 0.08, own("get")?.ratio),
    atMost("save of 3 changed attributes, diff included, to the bare SDK", 0.08, own("update")?.ratio),
    atMost("query of 100, objects out, to the bare SDK", 0.36, own("query")?.ratio),
    atMost("query of 100, objects out, to the floor", 1.35, own("query")?.to.floor),
    atMost("batch load of 100, to the bare SDK", 0.4, own("batchGet")?.ratio),
    atMost("transaction of 10, to the bare SDK", 0.2, own("transaction")?.ratio),
    ...(Object.keys(operations) as Name[]).map((operation) =>
      atMost(`standard road, ${operations[operation]}, to the tuned SDK`, 1.15, standard(operation)),
    ),
    atMost("get, to ElectroDB", 1 / 20, electrodb("get")),
    atMost("save, to ElectroDB", 1 / 20, electrodb("update")),
    atMost("query, to ElectroDB", 1 / 3, electrodb("query")),
    atMost("batch get, to ElectroDB", 1 / 3, electrodb("batchGet")),
  ];
}

function chartOf(figures: Figures) {
  const groups = Object.entries(operations).map(([operation, name]) => ({
    name,
    bars: Object.entries(names).flatMap(([adapter, label]) => {
      const figure = figures[adapter]?.[operation];
      if (figure === undefined) return [];
      return [{ label, value: figure.ratio, text: ratio(figure.ratio), own: adapter.startsWith("bloop") }];
    }),
  }));
  const axis = "client CPU to the bare SDK's (logarithmic; shorter is better)";
  return {
    file: "cpu",
    kind: "bars",
    bars: { title: "Client CPU of one operation, network removed", axis, logarithmic: true, groups },
  } as const;
}
