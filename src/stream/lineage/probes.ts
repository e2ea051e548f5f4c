/** Parents that are not listed: asks for an iterator of each, which says whether it can be read still. */

import { failureKindOf } from "../../session/stream-failure.js";
import { type Attempt, Attempts } from "../call/attempt.js";
import type { Calls } from "../call/calls.js";
import { Streak } from "../call/streak.js";
import type { Emit } from "../signals.js";
import { patienceFor } from "../time.js";

interface ProbesSettings {
  readonly calls: Calls;
  readonly emit: Emit;
  readonly random: () => number;
  onThere(shardId: string, now: number): void;
  onGone(shardId: string): void;
  onError(attempt: Attempt, error: unknown, now: number): void;
  /** Something was learnt of a parent. */
  onNews(now: number): void;
}

interface Probe {
  readonly attempt: Attempts;
  readonly missing: Streak;
  /** Whether its absence may hide records. */
  readonly isLoss: boolean;
}

export class Probes {
  readonly #settings: ProbesSettings;
  readonly #probes = new Map<string, Probe>();

  constructor(settings: ProbesSettings) {
    this.#settings = settings;
  }

  get areUnderWay(): boolean {
    return this.#probes.size > 0;
  }

  add(shardId: string, isLoss: boolean, now: number): void {
    if (this.#probes.has(shardId)) return;
    this.#probes.set(shardId, { attempt: new Attempts(now), missing: new Streak(), isLoss });
  }

  plan(streamArn: string, now: number): void {
    for (const [shardId, probe] of this.#probes) {
      if (probe.attempt.isDue(now)) this.#ask(streamArn, shardId, probe);
    }
  }

  get wakeAt(): number {
    let least = Number.POSITIVE_INFINITY;
    for (const { attempt } of this.#probes.values()) least = Math.min(least, attempt.wakeAt);
    return least;
  }

  unblock(): void {
    for (const { attempt } of this.#probes.values()) attempt.unblock();
  }

  #ask(streamArn: string, shardId: string, probe: Probe): void {
    const { calls, onThere, onNews } = this.#settings;
    probe.attempt.busy = true;
    calls.ask(
      { kind: "getShardIterator", streamArn, shardId, type: "TRIM_HORIZON", sequenceNumber: undefined },
      {
        answer: (_, now) => {
          this.#probes.delete(shardId);
          onThere(shardId, now);
          onNews(now);
        },
        error: (error, now) => {
          probe.attempt.busy = false;
          this.#onError(shardId, probe, error, now);
        },
      },
    );
  }

  #onError(shardId: string, { attempt, missing, isLoss }: Probe, error: unknown, now: number): void {
    const { emit, random, onError, onGone, onNews } = this.#settings;
    const kind = failureKindOf(error);
    if (kind !== "notFound" && kind !== "trimmed") {
      onError(attempt, error, now);
      return;
    }
    if (kind === "notFound" && !missing.add(now).lasts(patienceFor(shardId, undefined, now))) {
      attempt.backOff(now, random);
      return;
    }
    this.#probes.delete(shardId);
    onGone(shardId);
    if (isLoss) emit("gap", { shardId, after: undefined, certain: false });
    onNews(now);
  }
}
