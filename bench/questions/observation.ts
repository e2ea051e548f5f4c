/** What observation costs: nothing while nobody listens, and how much with listeners. */

import { type TracingChannel, tracingChannel } from "node:diagnostics_channel";
import { atMost, count, type Mode, type Report, ratio } from "../support/report.js";
import { type Figures, runRounds } from "../support/rounds.js";
import { median } from "../support/statistics.js";

const kinds = {
  bloop: "nobody listens",
  bloopHeard: "a listener on each channel, which does nothing",
  bloopTraced: "`instrument()`, with OpenTelemetry's SDK",
} as const;

export async function run(mode: Mode): Promise<Report> {
  const milliseconds = mode.full ? 250 : 40;
  const { figures, failures } = await runRounds({
    adapters: ["bare", ...Object.keys(kinds)],
    tasks: {
      get: { operation: "get", atOnce: 1, milliseconds },
      update: { operation: "update", atOnce: 1, milliseconds },
    },
    rounds: mode.full ? 9 : 5,
    warmUp: mode.full ? 4000 : 700,
    network: "stub",
  });
  const looks = nanosecondsOfLooks();
  const get = figures.bloop?.get?.cpu;
  return {
    question: "observation",
    title: "Observation",
    how: `As for client CPU, network removed. To ask whether anybody listens, as a get does for its operation and its request, takes ${looks.toFixed(0)} ns: a loop of its own, with as many channels as a program may have.`,
    tables: [tableOf(figures)],
    goals: [
      atMost(
        "to ask whether anybody listens, to a get",
        0.01,
        get === undefined ? undefined : looks / 1000 / get,
        share,
      ),
      atMost("get with listeners that do nothing, to one without", 1.5, figures.bloopHeard?.get?.to.bloop),
    ],
    charts: [],
    failures,
  };
}

function tableOf(figures: Figures) {
  const cell = (kind: string, task: string) => {
    const figure = figures[kind]?.[task];
    return figure === undefined
      ? "-"
      : `${count(figure.cpu)} (${ratio(kind === "bloop" ? 1 : (figure.to.bloop ?? Number.NaN))})`;
  };
  const rows = Object.entries(kinds).map(([kind, name]) => [name, cell(kind, "get"), cell(kind, "update")]);
  return { title: "µs (ratio to bloop unheard)", columns: ["", "get", "save, 3 attributes"], rows };
}

function share(value: number): string {
  return `${(100 * value).toFixed(3)} %`;
}

/** The looks of one get, at channels of several names, so that V8 can't know the answer. */
function nanosecondsOfLooks(): number {
  const channels = Array.from({ length: 64 }, (_, index) => tracingChannel<unknown, object>(`bench-${index}`));
  const times = 1_000_000;
  const rounds = Array.from({ length: 9 }, () => {
    let heard = 0;
    const begin = performance.now();
    for (let n = 0; n < times; n++) {
      if (isHeard(channels[n % 64])) heard += 1;
      if (isHeard(channels[(n + 7) % 64])) heard += 1;
    }
    const elapsed = performance.now() - begin;
    if (heard > 0) throw new Error("Nobody listens to these channels.");
    return (elapsed * 1e6) / times;
  });
  return median(rounds);
}

/** As src/util/tracing.ts has it. */
function isHeard(traced: TracingChannel<unknown, object> | undefined): boolean {
  if (traced === undefined) return false;
  const { start, end, asyncStart, asyncEnd, error } = traced;
  return (
    start.hasSubscribers ||
    asyncEnd.hasSubscribers ||
    error.hasSubscribers ||
    end.hasSubscribers ||
    asyncStart.hasSubscribers
  );
}
