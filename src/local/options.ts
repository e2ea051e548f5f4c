/** The options of `startLocal()` and `startDynamoDBLocal()`: their meaning, and their checks. */

import { InvalidOption } from "../errors.js";
import { didYouMean, print, printList } from "../util/print.js";
import type { Progress } from "./progress.js";

/** Dynoxide is one binary; DynamoDB Local is AWS's own and needs Java. */
export type LocalEngine = "dynoxide" | "dynamodb-local";

export interface LocalOptions {
  /** From 1 to 65535. Default: a free one. */
  port?: number;
  /** The folder to keep the data in; it is made if it does not exist. Default: in memory. */
  dbPath?: string;
  /** Aborts the start, and later stops the engine. */
  signal?: AbortSignal;
  /** Called when a download starts and ends, with sizes in bytes, in place of a line on stderr. */
  onProgress?: (progress: Progress) => void;
  /** Milliseconds to wait for the first answer. Default: 30,000. */
  timeout?: number;
}

export interface StartLocalOptions extends LocalOptions {
  /** Default: Dynoxide if there is a binary for this platform, else DynamoDB Local if there is Java. */
  engine?: LocalEngine;
}

const engines: readonly LocalEngine[] = ["dynoxide", "dynamodb-local"];
const names = ["port", "dbPath", "signal", "onProgress", "timeout"];

/** Throws InvalidOption for `startLocal()`. */
export function checkStartLocal(options: StartLocalOptions): void {
  checkNames(options, ["engine", ...names], "startLocal()");
  check(options.engine, `is ${printList(engines, "or")}`, "engine", (value) => engines.some((one) => one === value));
  checkValues(options);
}

/** Throws InvalidOption for `startDynamoDBLocal()`. */
export function checkStartDynamoDBLocal(options: LocalOptions): void {
  checkNames(options, names, "startDynamoDBLocal()");
  checkValues(options);
}

function checkNames(options: unknown, known: readonly string[], caller: string): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidOption(`The options of ${caller} are ${print(options)}, not an object.`);
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new InvalidOption(`${caller} has no option "${stranger}"${didYouMean(stranger, known) || "."}`);
}

function checkValues({ port, dbPath, signal, onProgress, timeout }: LocalOptions): void {
  check(port, "is a whole number from 1 to 65535", "port", (value) => isWhole(value) && value >= 1 && value <= 65_535);
  check(dbPath, "is the path of a folder", "dbPath", (value) => typeof value === "string" && value !== "");
  check(signal, "is an AbortSignal", "signal", (value) => value instanceof AbortSignal);
  check(onProgress, "is a function", "onProgress", (value) => typeof value === "function");
  // A timer's milliseconds have 31 bits.
  check(timeout, "is a whole number of milliseconds from 1", "timeout", (value) => isWhole(value) && value >= 1);
}

function isWhole(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value);
}

function check(value: unknown, rule: string, name: string, isRight: (value: unknown) => boolean): void {
  if (value !== undefined && !isRight(value)) throw new InvalidOption(`${name} ${rule}, got ${print(value)}.`);
}
