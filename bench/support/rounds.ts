/** Interleaved rounds: in each, every library is measured once for every task, one after the other. */

import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Measured } from "./measure.js";
import { median } from "./statistics.js";
import type { Reply, Task } from "./worker.js";

export interface Plan {
  readonly adapters: readonly string[];
  readonly tasks: { readonly [name: string]: Task };
  readonly rounds: number;
  /** Milliseconds of CPU before anything counts, for each task. */
  readonly warmUp: number;
  /** "stub": prepared bytes in the process itself; "network": from the environment. */
  readonly network: "stub" | "network";
  readonly env?: (adapter: string) => NodeJS.ProcessEnv;
}

export interface Figure {
  /** Microseconds of client CPU for one operation: median of rounds. */
  readonly cpu: number;
  readonly perSecond: number;
  /** CPU to the bare SDK's in the same round, both by the calibration around them: median of rounds. */
  readonly ratio: number;
  /** Operations a second to the bare SDK's in the same round. */
  readonly speedUp: number;
  /** CPU to any other library's in the same round: median of rounds. */
  readonly to: { readonly [adapter: string]: number };
  /** Operations a second to any other library's in the same round. */
  readonly faster: { readonly [adapter: string]: number };
}

export type Figures = { readonly [adapter: string]: { readonly [task: string]: Figure } };

export interface Outcome {
  readonly figures: Figures;
  readonly failures: readonly string[];
}

type Round = Map<string, Measured>;

export async function runRounds(plan: Plan): Promise<Outcome> {
  const workers = new Map<string, Worker>();
  const failures: string[] = [];
  const attempt = async (adapter: string, work: () => Promise<void>) => {
    try {
      await work();
    } catch (error) {
      workers.get(adapter)?.stop();
      workers.delete(adapter);
      failures.push(`${adapter}: ${error instanceof Error ? error.message : String(error)}`);
      console.error(`  ${failures.at(-1)}`);
    }
  };
  try {
    for (const adapter of plan.adapters) {
      await attempt(adapter, async () => void workers.set(adapter, await startWorker(adapter, plan)));
    }
    const cold = [...workers];
    const lane = async () => {
      for (let next = cold.shift(); next !== undefined; next = cold.shift()) {
        const [adapter, worker] = next;
        await attempt(adapter, () => warmUp(worker, plan));
      }
    };
    await Promise.all([lane(), lane()]);
    const rounds = new Map(Object.keys(plan.tasks).map((task) => [task, [] as Round[]]));
    for (let at = 0; at < plan.rounds; at++) {
      for (const [name, task] of Object.entries(plan.tasks)) {
        const round: Round = new Map();
        rounds.get(name)?.push(round);
        for (const [adapter, worker] of turned([...workers], at)) {
          await attempt(adapter, async () => void round.set(adapter, await worker.run(task)));
        }
      }
      process.stdout.write(`  round ${at + 1} of ${plan.rounds}\r`);
    }
    return { figures: figuresOf(plan.adapters, rounds), failures };
  } finally {
    for (const worker of workers.values()) worker.stop();
  }
}

/** Each round begins with another library, so that none is always after the same. */
function turned<T>(list: readonly T[], by: number): T[] {
  const at = list.length === 0 ? 0 : by % list.length;
  return [...list.slice(at), ...list.slice(0, at)];
}

async function warmUp(worker: Worker, plan: Plan): Promise<void> {
  for (const task of Object.values(plan.tasks)) {
    await worker.run({ ...task, milliseconds: plan.warmUp, atOnce: Math.min(task.atOnce, 8) });
  }
}

interface Worker {
  run(task: Task): Promise<Measured>;
  stop(): void;
}

const file = fileURLToPath(new URL("worker.js", import.meta.url));

async function startWorker(adapter: string, plan: Plan): Promise<Worker> {
  const child = fork(file, [adapter, plan.network], {
    env: { ...process.env, ...stubEnvironment, ...plan.env?.(adapter) },
  });
  // OneTable takes SIGTERM for itself, and stays.
  const stop = () => void child.kill("SIGKILL");
  try {
    await replyOf(child);
  } catch (error) {
    stop();
    throw error;
  }
  return {
    stop,
    async run(task) {
      const answer = replyOf(child);
      child.send({ task });
      const reply = await answer;
      if ("measured" in reply) return reply.measured;
      throw new Error("The worker answered out of turn.");
    },
  };
}

/** What every client finds in its environment: no profile of the user's, no metadata service. */
export const stubEnvironment = {
  AWS_REGION: "eu-north-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  AWS_CONFIG_FILE: "/dev/null",
  AWS_SHARED_CREDENTIALS_FILE: "/dev/null",
  AWS_EC2_METADATA_DISABLED: "true",
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  AWS_PROFILE: undefined,
  AWS_SESSION_TOKEN: undefined,
};

const patience = 120_000;

/** The same for this process itself. */
export function useStubEnvironment(): void {
  for (const [name, value] of Object.entries(stubEnvironment)) {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  }
}

function replyOf(child: ChildProcess): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      clearTimeout(timer);
      child.off("exit", ended);
      child.off("message", answered);
      action();
    };
    const ended = (code: number | null) => settle(() => reject(new Error(`its process ended with code ${code}.`)));
    const answered = (message: Reply) =>
      settle(() => ("failed" in message ? reject(new Error(message.failed)) : resolve(message)));
    const late = () => settle(() => reject(new Error(`no answer within ${patience / 1000} seconds.`)));
    const timer = setTimeout(late, patience);
    child.on("exit", ended);
    child.on("message", answered);
  });
}

function figuresOf(adapters: readonly string[], rounds: ReadonlyMap<string, readonly Round[]>): Figures {
  const figures: { [adapter: string]: { [task: string]: Figure } } = {};
  for (const adapter of adapters) {
    const own: { [task: string]: Figure } = {};
    for (const [task, all] of rounds) {
      const figure = figureOf(adapter, adapters, all);
      if (figure !== undefined) own[task] = figure;
    }
    figures[adapter] = own;
  }
  return figures;
}

function figureOf(adapter: string, adapters: readonly string[], rounds: readonly Round[]): Figure | undefined {
  const own = rounds.flatMap((round) => round.get(adapter) ?? []);
  if (own.length === 0) return undefined;
  const compare = (other: string, ratio: (mine: Measured, theirs: Measured) => number) =>
    median(
      rounds.flatMap((round) => {
        const [mine, theirs] = [round.get(adapter), round.get(other)];
        return mine === undefined || theirs === undefined ? [] : [ratio(mine, theirs)];
      }),
    );
  const cost = (mine: Measured, theirs: Measured) => mine.cpu / mine.calibration / (theirs.cpu / theirs.calibration);
  const speed = (mine: Measured, theirs: Measured) => mine.perSecond / theirs.perSecond;
  return {
    cpu: median(own.map(({ cpu }) => cpu)),
    perSecond: median(own.map(({ perSecond }) => perSecond)),
    ratio: compare("bare", cost),
    speedUp: compare("bare", speed),
    to: Object.fromEntries(adapters.map((other) => [other, compare(other, cost)])),
    faster: Object.fromEntries(adapters.map((other) => [other, compare(other, speed)])),
  };
}
