/** What the operations may be given: options that are misspelt or can't be are refused before anything is done. */

import { InvalidOption } from "../errors.js";
import { didYouMean, print } from "../util/print.js";
import type {
  BulkOptions,
  EngineOptions,
  ModifyOptions,
  ReadOptions,
  SaveOptions,
  ScanSegments,
  StreamOptions,
  UpdateOptions,
  WriteOptions,
} from "./options.js";

const writeOptions = ["condition", "atomic", "returning", "once", "signal"];
const saveOptions = [...writeOptions, "sync", "actions"];
const readOptions = ["consistent", "onInvalid", "signal"];
const searchOptions = ["filter", "projection", "limit", "pageSize", "consistent", "onInvalid", "signal"];
const queryOptions = [...searchOptions, "key", "forward"];
const scanOptions = [...searchOptions, "segments", "parallel"];
const streamLimits = ["maxBufferedRecords", "maxBufferedBytes", "concurrency"] as const;

/** Refuses options that are misspelt, or that are no options at all. */
export function assertOptions(options: unknown, known: readonly string[], operation: string): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidOption(`The options of ${operation} are ${print(options)}, not an object.`);
  }
  const stranger = Object.keys(options).find((name) => !known.includes(name));
  if (stranger === undefined) return;
  throw new InvalidOption(`${operation} has no option ${print(stranger)}${didYouMean(stranger, known) || "."}`);
}

/** Refuses a value that is none of those that an option takes. */
export function assertOneOf(value: unknown, allowed: readonly unknown[], what: string): void {
  if (value === undefined || allowed.includes(value)) return;
  throw new InvalidOption(`${what} is ${allowed.map(print).join(" or ")}, got ${print(value)}.`);
}

/** Refuses what is no flag: taken for false, it would drop a safety that was asked for. */
export function assertFlags(options: object, ...names: string[]): void {
  for (const name of names) assertOneOf(Reflect.get(options, name), [true, false], name);
}

export function assertPositive(value: unknown, what: string): void {
  if (value === undefined || (typeof value === "number" && Number.isInteger(value) && value > 0)) return;
  throw new InvalidOption(`${what} is a whole number from 1, got ${print(value)}.`);
}

function assertInvalidPolicy({ onInvalid }: Pick<ReadOptions, "onInvalid">): void {
  assertOneOf(onInvalid, ["throw", "omit"], "onInvalid");
}

export function checkEngine(options: EngineOptions): void {
  assertOptions(options, ["dynamodb", "streams", "road", "tableName", "onInvalid"], "new Engine()");
  assertOneOf(options.road, ["lean", "sdk"], "road");
  assertInvalidPolicy(options);
}

export function checkBind(options: { readonly tables?: unknown }): void {
  assertOptions(options, ["tables", "timeout", "turnOnTtl", "signal"], "bind()");
  assertOneOf(options.tables, ["create", "validate", "skip"], "tables");
}

export function checkSave(options: Omit<SaveOptions<string>, "actions">): void {
  assertOptions(options, saveOptions, "save()");
  assertFlags(options, "atomic", "once");
  assertOneOf(options.returning, ["old"], "returning");
  assertOneOf(options.sync, ["new"], "sync");
}

export function checkDelete(options: WriteOptions<string>): void {
  assertOptions(options, writeOptions, "delete()");
  assertFlags(options, "atomic", "once");
  assertOneOf(options.returning, ["old"], "returning");
}

export function checkUpdate(options: UpdateOptions<string>): void {
  assertOptions(options, ["condition", "returning", "once", "onInvalid", "signal"], "update()");
  assertFlags(options, "once");
  assertInvalidPolicy(options);
  assertOneOf(options.returning, ["old"], "returning");
}

export function checkModify(options: Pick<ModifyOptions<never>, "attempts" | "once" | "onInvalid">): void {
  assertOptions(options, ["attempts", "create", "once", "onInvalid", "signal"], "modify()");
  assertInvalidPolicy(options);
  assertFlags(options, "once");
  assertPositive(options.attempts, "attempts");
}

export function checkBulk(options: BulkOptions, operation: string): void {
  assertOptions(options, ["concurrency", "progress", "report", "signal"], operation);
  assertPositive(options.concurrency, "concurrency");
}

export function checkRead(options: ReadOptions, operation: string): void {
  assertOptions(options, readOptions, operation);
  assertInvalidPolicy(options);
}

export function checkQuery(options: Pick<ReadOptions, "onInvalid"> & { readonly key?: unknown }): void {
  assertOptions(options, queryOptions, "query()");
  if (options.key === undefined)
    throw new InvalidOption("query() needs a key, such as { key: Account.id.eq(id) }; scan() needs none.");
  assertInvalidPolicy(options);
}

export function checkScan(options: Pick<ReadOptions, "onInvalid"> & ScanSegments): void {
  assertOptions(options, scanOptions, "scan()");
  assertInvalidPolicy(options);
  const { segments, parallel } = options;
  assertPositive(segments, "segments");
  if (parallel === undefined) return;
  const { segment, total } = parallel;
  assertPositive(total, "parallel.total");
  if (segments !== undefined)
    throw new InvalidOption("scan() takes segments, or parallel: one segment that this process reads.");
  if (Number.isInteger(segment) && segment >= 0 && segment < total) return;
  throw new InvalidOption(`parallel.segment is a whole number from 0 to ${total - 1}, got ${print(segment)}.`);
}

export function checkStream(options: StreamOptions): void {
  assertOptions(options, ["acknowledge", ...streamLimits, "onInvalid", "signal"], "stream()");
  assertOneOf(options.acknowledge, ["pull", "manual"], "acknowledge");
  assertInvalidPolicy(options);
  for (const name of streamLimits) assertPositive(options[name], name);
}
