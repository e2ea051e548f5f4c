/** Real sockets to a stub server in a process of its own: CPU of the client, and operations a second. */

import { adaptersFor, extrasOf, names, peers } from "../support/adapters.js";
import { atLeast, count, type Mode, type Report, ratio } from "../support/report.js";
import { type Figures, runRounds } from "../support/rounds.js";
import { startStubServer } from "../support/stub-server.js";
import type { Task } from "../support/worker.js";

const tasks = {
  get: { title: "get, 1 at a time", operation: "get", atOnce: 1 },
  gets: { title: "get, 64 at once", operation: "get", atOnce: 64 },
  queries: { title: "query of 100, 64 at once", operation: "query", atOnce: 64 },
} as const;

type Name = keyof typeof tasks;

export async function run(mode: Mode): Promise<Report> {
  const adapters = adaptersFor(mode);
  const server = await startStubServer({
    extras: await extrasOf(adapters),
    pages: { items: 1, itemsOfPage: 1 },
  });
  try {
    const { figures, failures } = await runRounds({
      adapters,
      tasks: Object.fromEntries(
        Object.entries(tasks).map(([name, { operation, atOnce }]): [string, Task] => [
          name,
          { operation, atOnce, milliseconds: mode.full ? 500 : 100 },
        ]),
      ),
      rounds: mode.full ? 5 : 2,
      warmUp: mode.full ? 3000 : 400,
      network: "network",
      env: (adapter) => ({ AWS_ENDPOINT_URL_DYNAMODB: server.endpoints[adapter] }),
    });
    return {
      question: "loopback",
      title: "With real sockets",
      how: "A stub server in a process of its own answers with prepared bytes. Clients and engines are made without options.",
      tables: [tableOf(figures)],
      goals: goalsOf(figures),
      charts: [chartOf(figures)],
      failures,
    };
  } finally {
    server.stop();
  }
}

function tableOf(figures: Figures) {
  const measured = Object.entries(names).filter(([adapter]) => figures[adapter] !== undefined);
  const rows = measured.map(([adapter, name]) => [
    name,
    ...Object.keys(tasks).map((task) => {
      const figure = figures[adapter]?.[task];
      if (figure === undefined) return "-";
      return `${count(figure.cpu)}; ${count(figure.perSecond)} (${ratio(figure.speedUp)})`;
    }),
  ]);
  const columns = ["", ...Object.values(tasks).map(({ title }) => title)];
  return { title: "µs of client CPU; operations a second (ratio to the bare SDK)", columns, rows };
}

function goalsOf(figures: Figures) {
  const own = (task: Name) => figures.bloop?.[task];
  const overPeers = (task: Name) => {
    const faster = peers.map((peer) => own(task)?.faster[peer]).filter((value) => value !== undefined);
    const known = faster.filter((value) => !Number.isNaN(value));
    return known.length === 0 ? undefined : Math.min(...known);
  };
  return [
    atLeast("64 gets at once, operations a second to the bare SDK", 10, own("gets")?.speedUp),
    atLeast("64 gets at once, to the fastest peer", 8, overPeers("gets")),
    atLeast("64 queries of 100 at once, operations a second to the bare SDK", 4.5, own("queries")?.speedUp),
    atLeast("64 queries of 100 at once, to the fastest peer", 3.5, overPeers("queries")),
  ];
}

function chartOf(figures: Figures) {
  const groups = Object.entries(tasks).map(([task, { title }]) => ({
    name: title,
    bars: Object.entries(names).flatMap(([adapter, label]) => {
      const figure = figures[adapter]?.[task];
      if (figure === undefined) return [];
      const text = `${count(figure.perSecond)}/s (${ratio(figure.speedUp)})`;
      return [{ label, value: figure.speedUp, text, own: adapter.startsWith("bloop") }];
    }),
  }));
  const axis = "operations a second to the bare SDK's (logarithmic; longer is better)";
  const bars = { title: "Operations a second, stub server on loopback", axis, logarithmic: true, groups };
  return { file: "loopback", kind: "bars", bars } as const;
}
