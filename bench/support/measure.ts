/** One measurement in one process: CPU and time of some operations, and of the calibration around them. */

import { answersFor } from "./answers.js";

export interface Measured {
  /** Microseconds of this process's CPU for one operation. */
  readonly cpu: number;
  readonly perSecond: number;
  /** Microseconds of CPU for one calibration, before and after. */
  readonly calibration: number;
}

export type Operation = (n: number) => Promise<unknown>;

const text = answersFor({ extras: {} }).Query?.body.toString() ?? "";

function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/**
 * Says when so much CPU is spent: on a busy machine a time by the clock may be hardly any work. Looks at the clock each
 * time, which is cheap, and at the CPU every few milliseconds; a tenfold time by the clock is the end in any case.
 */
function makeBudget(milliseconds: number): () => boolean {
  const begin = performance.now();
  const end = cpuTime() + milliseconds * 1000;
  let last = begin;
  return () => {
    const now = performance.now();
    if (now - last < milliseconds / 16) return false;
    last = now;
    return cpuTime() >= end || now - begin > milliseconds * 10;
  };
}

/** Parses the answer to a query of 100 items, for some milliseconds: microseconds for each. */
function calibrate(milliseconds: number): number {
  const isSpent = makeBudget(milliseconds);
  const cpu = cpuTime();
  let count = 0;
  do {
    JSON.parse(text);
    count++;
  } while (!isSpent());
  return (cpuTime() - cpu) / count;
}

let next = 0;

/** Runs an operation for some milliseconds of CPU, `atOnce` of them side by side. */
export async function measure(operation: Operation, milliseconds: number, atOnce: number): Promise<Measured> {
  const before = calibrate(milliseconds / 8);
  const isSpent = makeBudget(milliseconds);
  const begin = performance.now();
  const cpu = cpuTime();
  let count = 0;
  let isOver = false;
  const lane = async () => {
    do {
      await operation(next++);
      count++;
      isOver ||= isSpent();
    } while (!isOver);
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
  const spent = cpuTime() - cpu;
  const seconds = (performance.now() - begin) / 1000;
  const after = calibrate(milliseconds / 8);
  return { cpu: spent / count, perSecond: count / seconds, calibration: (before + after) / 2 };
}

/** The same for a fixed number of operations. */
export async function measureCount(operation: Operation, count: number, atOnce: number): Promise<Measured> {
  const before = calibrate(10);
  const begin = performance.now();
  const cpu = cpuTime();
  let started = 0;
  const lane = async () => {
    while (started < count) await operation(started++);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, lane));
  const spent = cpuTime() - cpu;
  const seconds = (performance.now() - begin) / 1000;
  return { cpu: spent / count, perSecond: count / seconds, calibration: (before + calibrate(10)) / 2 };
}
