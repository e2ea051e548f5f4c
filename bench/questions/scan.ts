/** A parallel scan of a table of a million items: throughput against a bare loop of requests, and memory. */

import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { atLeast, atMost, count, type Mode, type Report, ratio } from "../support/report.js";
import { stubEnvironment } from "../support/rounds.js";
import type { Scanned } from "../support/scanner.js";
import { median } from "../support/statistics.js";
import { startStubServer } from "../support/stub-server.js";

const file = fileURLToPath(new URL("../support/scanner.js", import.meta.url));
const itemsOfPage = 1000;
const segments = 8;

export async function run(mode: Mode): Promise<Report> {
  const items = mode.full ? 1_000_000 : 120_000;
  const [less, more] = [await startStub(items / 4), await startStub(items)];
  try {
    const rounds: { bare: Scanned; own: Scanned; small: Scanned }[] = [];
    for (let round = 0; round < (mode.full ? 2 : 1); round++) {
      rounds.push({
        bare: await scan("bare", more.endpoints.scan, items),
        own: await scan("bloop", more.endpoints.scan, items),
        small: await scan("bloop", less.endpoints.scan, items / 4),
      });
    }
    return reportOf(rounds, items);
  } finally {
    less.stop();
    more.stop();
  }
}

function startStub(items: number) {
  return startStubServer({ extras: { scan: {} }, pages: { items, itemsOfPage } });
}

function reportOf(rounds: readonly { bare: Scanned; own: Scanned; small: Scanned }[], items: number): Report {
  const middle = (of: (round: (typeof rounds)[number]) => number) => median(rounds.map(of));
  const speed = ({ items, seconds }: Scanned) => items / seconds;
  const megabytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`;
  const row = (name: string, of: "bare" | "own" | "small") => [
    name,
    count(middle((round) => speed(round[of]))),
    middle((round) => round[of].cpu / round[of].items).toFixed(2),
    megabytes(middle((round) => round[of].held)),
    megabytes(middle((round) => round[of].most)),
    megabytes(middle((round) => round[of].peak)),
  ];
  const wrong = rounds.filter(({ bare, own }) => bare.items !== items || own.items !== items);
  return {
    question: "scan",
    title: "A parallel scan",
    how: `A stub server answers pages of ${itemsOfPage} items, about 1 MB; ${segments} segments; objects out. The bare loop posts with undici and parses the page, nothing more. Held is the median of forty looks after a forced collection, and the most of them, with what sockets have just brought.`,
    tables: [
      {
        title: `${items.toLocaleString("en-US")} items`,
        columns: ["", "items a second", "µs of CPU an item", "held", "held at most", "resident at most"],
        rows: [
          row("bare loop, JSON.parse", "bare"),
          row("bloop", "own"),
          row(`bloop, ${(items / 4).toLocaleString("en-US")} items`, "small"),
        ],
      },
    ],
    goals: [
      atLeast(
        "items a second to the bare loop",
        0.9,
        middle(({ bare, own }) => speed(own) / speed(bare)),
        ratio,
      ),
      atMost(
        "held, to a scan of a quarter of the items",
        1.5,
        middle(({ own, small }) => own.held / small.held),
      ),
    ],
    charts: [],
    failures: wrong.map(({ bare, own }) => `found ${bare.items} and ${own.items} items of ${items}.`),
  };
}

function scan(way: "bare" | "bloop", endpoint: string | undefined, items: number): Promise<Scanned> {
  const env = { ...process.env, ...stubEnvironment, AWS_ENDPOINT_URL_DYNAMODB: endpoint };
  const child = fork(file, [way, String(segments), String(items)], { env, execArgv: ["--expose-gc"] });
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The scan's process ended with code ${code}.`)));
    child.once("message", (scanned: Scanned) => resolve(scanned));
  });
}
