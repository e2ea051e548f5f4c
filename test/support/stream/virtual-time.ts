/** A clock for whole programs: timers, Date and performance go by it, and chance comes from a seed. */

import type { Random } from "../random.js";

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

const real = {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setImmediate: globalThis.setImmediate,
  dateNow: Date.now,
  performanceNow: performance.now,
  random: Math.random,
};

/** Lets all promises that can go on do so, and what waits for the next turn of the event loop. */
function flush(): Promise<void> {
  return new Promise((resolve) => void real.setImmediate(resolve));
}

export class VirtualTime {
  now: number;
  /** By how much the clock that the program sees is ahead. */
  readonly ahead: number;
  readonly #timers = new Map<object, Timer>();
  #order = 0;

  constructor(now: number, ahead = 0) {
    this.now = now;
    this.ahead = ahead;
  }

  /** From here on the program is in this time. Only one can be installed. */
  install(random: Random): void {
    const setTimer = (run: () => void, milliseconds = 0): object => this.#add(run, milliseconds);
    Object.assign(globalThis, {
      setTimeout: setTimer,
      clearTimeout: (timer: object | undefined) => void (timer !== undefined && this.#timers.delete(timer)),
    });
    Date.now = () => this.now + this.ahead;
    performance.now = () => this.now;
    Math.random = random;
  }

  uninstall(): void {
    Object.assign(globalThis, { setTimeout: real.setTimeout, clearTimeout: real.clearTimeout });
    Date.now = real.dateNow;
    performance.now = real.performanceNow;
    Math.random = real.random;
    this.#timers.clear();
  }

  /** The process ends: nothing of it goes on. */
  drop(): void {
    this.#timers.clear();
  }

  #add(run: () => void, milliseconds: number): object {
    const timer = { ref: () => timer, unref: () => timer, hasRef: () => false };
    this.#order += 1;
    this.#timers.set(timer, { at: this.now + Math.max(1, milliseconds), order: this.#order, run });
    return timer;
  }

  /** The process sleeps: what was due meanwhile is late. */
  sleep(milliseconds: number): void {
    this.now += milliseconds;
  }

  /** Lets time pass, until something is so. */
  async pass(milliseconds: number, isSo: () => boolean = () => false): Promise<void> {
    const end = this.now + milliseconds;
    await flush();
    while (!isSo()) {
      const next = this.#next();
      if (next === undefined || next[1].at > end) {
        this.now = Math.max(this.now, end);
        return;
      }
      this.#timers.delete(next[0]);
      this.now = Math.max(this.now, next[1].at);
      next[1].run();
      await flush();
    }
  }

  #next(): readonly [object, Timer] | undefined {
    let least: readonly [object, Timer] | undefined;
    for (const each of this.#timers) {
      if (least === undefined || comesBefore(each[1], least[1])) least = each;
    }
    return least;
  }
}

function comesBefore(one: Timer, other: Timer): boolean {
  return one.at === other.at ? one.order < other.order : one.at < other.at;
}
