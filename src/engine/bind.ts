/** Binding models: their tables are made where they are missing, awaited, set up and compared. */

import { TableMismatch, TimedOut } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import { type Meta, metaOf } from "../model/meta.js";
import { isResourceInUse } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { compareModels, compareTable, type TableExtras } from "../table/compare.js";
import { nextStep } from "../table/plan.js";
import { createTableRequest, type TableModels } from "../table/request.js";
import { pause, runBounded } from "../util/async.js";
import type { DescribedTable } from "../wire/table.js";
import type { Context } from "./context.js";

export interface BindSettings {
  /** "create" missing tables and set up time to live and backups, "validate" only, or "skip" both. Default: "create". */
  readonly tables?: "create" | "validate" | "skip" | undefined;
  /** Milliseconds to wait for a table to become active. Default: 10 minutes. */
  readonly timeout?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const tablesAtOnce = 10;
const defaultTimeout = 10 * 60_000;

/** All tables at once. Throws what went wrong with the first that failed, when all are finished. */
export async function bindModels(context: Context, models: readonly AnyModel[], settings: BindSettings): Promise<void> {
  if (settings.tables !== "skip") {
    const tables = groupByTable(context, models.map(metaOf));
    const outcomes = await runBounded(tables, tablesAtOnce, (table) => bindTable(context, table, settings));
    const failed = outcomes.find((outcome) => outcome.status === "rejected");
    if (failed !== undefined) throw failed.reason;
  }
  for (const model of models) context.emit("modelBound", { model });
}

function groupByTable(context: Context, metas: readonly Meta[]): TableModels[] {
  const tables = new Map<string, [Meta, ...Meta[]]>();
  for (const meta of new Set(metas)) {
    const tableName = context.tableNameOf(meta);
    const known = tables.get(tableName);
    if (known === undefined) tables.set(tableName, [meta]);
    else known.push(meta);
  }
  return [...tables].map(([tableName, sharing]) => ({ tableName, metas: sharing }));
}

async function bindTable(context: Context, models: TableModels, settings: BindSettings): Promise<void> {
  const { tableName, metas } = models;
  const call: Call = {
    signal: settings.signal,
    subject: () => `The table "${tableName}" of ${metas.map(({ name }) => name).join(", ")}`,
  };
  assertSame(models, compareModels(models), "the models that share it contradict each other");
  const table = await readyTable(context, models, settings, call);
  const extras = await setUp(context, models, settings, call);
  assertSame(models, compareTable(models, table, extras), "it is not as its models say");
  for (const { model } of metas) context.emit("modelValidated", { model });
}

function assertSame({ tableName }: TableModels, differences: readonly string[], problem: string): void {
  if (differences.length === 0) return;
  throw new TableMismatch(`The table "${tableName}": ${problem}. ${differences.join(" ")}`, { tableName, differences });
}

/** Makes the table where it is missing, and waits until it and its indexes are active. */
async function readyTable(
  context: Context,
  models: TableModels,
  settings: BindSettings,
  call: Call,
): Promise<DescribedTable> {
  const { tableName } = models;
  const until = performance.now() + (settings.timeout ?? defaultTimeout);
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 5000)) {
    const table = await context.session.describeTable(tableName, call);
    const step = nextStep(table);
    if (step === "use" && table !== undefined) return table;
    if (step === "create") await createOrRefuse(context, models, settings, call);
    if (performance.now() + wait > until) {
      throw new TimedOut(
        `${call.subject()} is ${table?.TableStatus ?? "not there"} after ${settings.timeout ?? defaultTimeout} ms of waiting.`,
      );
    }
    await pause(wait, settings.signal);
  }
}

async function createOrRefuse(
  context: Context,
  models: TableModels,
  settings: BindSettings,
  call: Call,
): Promise<void> {
  const { tableName, metas } = models;
  if (settings.tables === "validate") assertSame(models, ["The table is not there."], "it is not as its models say");
  for (const { model } of metas) context.emit("beforeCreateTable", { model });
  try {
    await context.session.createTable(createTableRequest({ tableName, metas }), call);
  } catch (error) {
    // Somebody else makes it at the same moment: what comes out is compared like any table.
    if (!isResourceInUse(error)) throw error;
  }
}

/** Turns on what the models ask for. What they do not ask for is not even looked up: not every server has it. */
async function setUp(
  context: Context,
  { tableName, metas }: TableModels,
  { tables }: BindSettings,
  call: Call,
): Promise<TableExtras> {
  const { session } = context;
  const wantedTtl = metas.map(({ table }) => table.ttl?.storedName).find((name) => name !== undefined);
  const wantsBackups = metas.some(({ table }) => table.backups === true);
  let ttl = wantedTtl === undefined ? undefined : await session.describeTimeToLive(tableName, call);
  if (wantedTtl !== undefined && ttl === undefined && tables !== "validate") {
    await session.enableTimeToLive(tableName, wantedTtl, call);
    ttl = wantedTtl;
  }
  let backups = metas.some(({ table }) => table.backups !== undefined)
    ? await session.describeBackups(tableName, call)
    : undefined;
  if (wantsBackups && backups === false && tables !== "validate") {
    await session.enableBackups(tableName, call);
    backups = true;
  }
  return { ttl, backups };
}
