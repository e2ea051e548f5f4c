/** A process that consumes a stream of bloop's from a source in the process itself. */

import { Engine, type EngineOptions, model, number, string } from "bloop-dynamodb";
import { columns as person } from "../adapters/bloop.js";
import { attributeValuesOf } from "./item.js";
import { useStubEnvironment } from "./rounds.js";
import { makeSource, type Source, type Stored } from "./stream-source.js";

export interface Consumed {
  readonly records: number;
  readonly seconds: number;
  /** Microseconds of CPU for one record. */
  readonly cpu: number;
  /** Bytes held at most after a collection, beyond what was held before. */
  readonly held: number;
  readonly calls: { readonly [name: string]: number };
}

export interface Wanted {
  /** Attributes of each record, of about 1 KB: 3 or 17. */
  readonly attributes: 3 | 17;
  readonly shards: number;
  readonly records: number;
  /** Milliseconds to wait for records that do not come; then calls are what counts. */
  readonly idle: number;
}

/** Where bloop has no streams yet, this fails with its reason. */
interface Streaming {
  stream(
    model: unknown,
    position: string,
  ): AsyncIterable<unknown> & { poll(): Promise<unknown>; close(): Promise<void> };
}

const options = { stream: { include: ["new", "old"] as const } };
const columns = {
  3: { id: string().hashKey(), count: number(), text: string() },
  17: person,
};

function storedOf({ attributes, shards, records }: Wanted): Stored {
  const recordsOfShard = Math.ceil(records / shards);
  if (attributes === 17)
    return { tableName: "Streamed", keys: ["owner", "id"], item: attributeValuesOf(1), shards, recordsOfShard };
  const item = { id: { S: "1" }, count: { N: "12" }, text: { S: "x".repeat(1000) } };
  return { tableName: "Streamed", keys: ["id"], item, shards, recordsOfShard };
}

function held(): number {
  for (let at = 0; at < 2; at++) globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

async function consume(engine: Streaming, Model: unknown, source: Source, wanted: Wanted): Promise<Consumed> {
  const total = Math.ceil(wanted.records / wanted.shards) * wanted.shards;
  const base = held();
  const cpu = process.cpuUsage();
  const begin = performance.now();
  const stream = engine.stream(Model, "trim_horizon");
  let records = 0;
  let most = 0;
  let paused = 0;
  let pausedCpu = 0;
  for await (const _ of stream) {
    records++;
    if (records === total) break;
    if (records % Math.ceil(total / 4) !== 0) continue;
    const [at, before] = [performance.now(), process.cpuUsage()];
    most = Math.max(most, held());
    const { user, system } = process.cpuUsage(before);
    paused += performance.now() - at;
    pausedCpu += user + system;
  }
  const { user, system } = process.cpuUsage(cpu);
  const seconds = (performance.now() - begin - paused) / 1000;
  const spent = (user + system - pausedCpu) / records;
  const calls = Object.fromEntries(source.calls);
  await stream.close();
  return { records, seconds, cpu: spent, held: most - base, calls };
}

/** Calls in the second half of a time without records. */
async function wait(engine: Streaming, Model: unknown, source: Source, { idle }: Wanted): Promise<Consumed> {
  const stream = engine.stream(Model, "latest");
  const pulled = stream[Symbol.asyncIterator]().next();
  await new Promise((resolve) => setTimeout(resolve, idle / 2));
  source.calls.clear();
  await new Promise((resolve) => setTimeout(resolve, idle / 2));
  const calls = Object.fromEntries(source.calls);
  await Promise.all([stream.close(), pulled.catch(() => undefined)]);
  return { records: 0, seconds: idle / 2000, cpu: 0, held: 0, calls };
}

async function main(wanted: Wanted): Promise<void> {
  useStubEnvironment();
  const source = makeSource(storedOf(wanted));
  const settings: EngineOptions & { readonly streams: Source } = { streams: source };
  const engine = new Engine(settings) as unknown as Streaming;
  const Model =
    wanted.attributes === 3 ? model("Streamed", columns[3], options) : model("Streamed", columns[17], options);
  // Nothing counts before V8 has compiled what is measured.
  if (wanted.idle === 0) await consume(engine, Model, source, { ...wanted, records: wanted.records / 8 });
  source.calls.clear();
  process.send?.(
    wanted.idle === 0 ? await consume(engine, Model, source, wanted) : await wait(engine, Model, source, wanted),
  );
}

main(JSON.parse(process.argv[2] ?? "")).then(
  () => process.exit(),
  (error: Error) => {
    console.error(error);
    process.exit(1);
  },
);
