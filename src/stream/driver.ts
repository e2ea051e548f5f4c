/** Drives a core by a real clock: makes the calls that it plans, wakes it in time, and keeps no process alive for nobody. */

import { setMaxListeners } from "node:events";
import type { StreamCall, StreamSession } from "../session/stream-session.js";
import type { Outcome } from "./call/calls.js";
import type { StreamCore } from "./core.js";

interface Driven {
  readonly core: StreamCore;
  readonly session: StreamSession;
  readonly clock: () => number;
}

export class Driver {
  readonly #driven: Driven;
  readonly #abort = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  /** Which call an error is of. */
  readonly #failed = new WeakMap<object, StreamCall>();
  #timer: NodeJS.Timeout | undefined;
  #waiting = 0;
  #wake: (() => void)[] = [];
  #isPaused = false;
  #isEnded = false;

  /** Begins in the next turn: its maker has listeners to add. */
  constructor(driven: Driven) {
    this.#driven = driven;
    // As many calls as there are shards called for at once listen to it: Node would warn of more than ten.
    setMaxListeners(Number.POSITIVE_INFINITY, this.#abort.signal);
    this.#schedule();
  }

  /** Makes the calls that are due. */
  run(): void {
    if (this.#isEnded) return;
    this.#isPaused = false;
    for (const call of this.#driven.core.plan(this.#driven.clock())) this.#make(call);
    this.#schedule();
  }

  /** Resolves when something is so, which is looked at after every answer, or when it ends. The process lives so long. */
  async until(isSo: () => boolean): Promise<void> {
    this.#waiting += 1;
    // Whoever waits may have made calls possible: what was denied is tried again by the pull that was told of it.
    this.run();
    try {
      while (!this.#isEnded && !isSo()) {
        const changed = new Promise<void>((resolve) => this.#wake.push(resolve));
        this.run();
        await changed;
      }
    } finally {
      this.#waiting -= 1;
      if (this.#waiting === 0) this.#timer?.unref?.();
    }
  }

  /** Makes no more calls until somebody asks for something again. Those under way are finished. */
  pause(): void {
    if (this.#waiting > 0) return;
    this.#isPaused = true;
    clearTimeout(this.#timer);
  }

  /** Somebody asks: after a pause, makes calls again. */
  resume(): void {
    if (this.#isPaused) this.run();
  }

  /** Makes no more calls, aborts those under way, and wakes whoever waits. */
  end(): void {
    this.#isEnded = true;
    clearTimeout(this.#timer);
    this.#abort.abort();
    this.notify();
  }

  /** Resolves when no call is under way. */
  async finished(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  callOf(error: unknown): StreamCall | undefined {
    return typeof error === "object" && error !== null ? this.#failed.get(error) : undefined;
  }

  #make(call: StreamCall): void {
    const made: Promise<void> = this.#driven.session.send(call, this.#abort.signal).then(
      (answer) => this.#settle(made, call, { answer }),
      (error) => {
        if (typeof error === "object" && error !== null) this.#failed.set(error, call);
        this.#settle(made, call, { error });
      },
    );
    this.#underWay.add(made);
  }

  #settle(made: Promise<void>, call: StreamCall, outcome: Outcome): void {
    this.#underWay.delete(made);
    if (this.#isEnded) return;
    const { core, clock } = this.#driven;
    core.settle(call, outcome, clock());
    this.#schedule();
    this.notify();
  }

  /** Has whoever waits look again. */
  notify(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const resolve of wake) resolve();
  }

  /**
   * Sets the timer. Where nobody waits, the next calls are made when all are back, and by a timer that does not count:
   * so that there is a moment at which nothing keeps the process alive.
   */
  #schedule(): void {
    clearTimeout(this.#timer);
    const { core, clock } = this.#driven;
    const { wakeAt } = core;
    if (wakeAt === undefined || this.#isPaused || this.#isEnded) return;
    if (this.#waiting === 0 && this.#underWay.size > 0) return;
    this.#timer = setTimeout(() => this.#onTime(), Math.max(0, wakeAt - clock()));
    // In workerd, a timer is a number, and keeps nothing from ending.
    if (this.#waiting === 0) this.#timer.unref?.();
  }

  #onTime(): void {
    this.run();
    this.notify();
  }
}
