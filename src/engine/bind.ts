/** Binding models: missing tables are created; then each is awaited, set up and compared. */

import { TableMismatch, TimedOut } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import type { Meta } from "../model/meta.js";
import { metaOf } from "../model/registry.js";
import type { Context } from "../operation/context.js";
import { bindRules } from "../operation/option-rules.js";
import type { BindOptions } from "../operation/options.js";
import { contextOf, isOperationHeard, modelContext, tell } from "../operation/trace.js";
import { isResourceInUse } from "../session/failure.js";
import type { Call, TableSession } from "../session/session.js";
import { compareModels, compareTable } from "../table/compare.js";
import { nextStep } from "../table/plan.js";
import { createTableRequest, type TableModels } from "../table/request.js";
import { pause, runBounded } from "../util/async.js";
import type { DescribedTable } from "../wire/table.js";
import { setUp, ttlModels } from "./table-setup.js";

const tablesAtOnce = 10;

/** Binds all tables in parallel. Throws the error of the first that failed, after all have finished. */
export function bindTables(context: Context, models: readonly AnyModel[], settings: BindOptions): Promise<void> {
  if (!isOperationHeard()) return bindAll(context, models, settings);
  const [first] = models;
  const known = { batchSize: models.length };
  const told = first === undefined ? contextOf("bind", known) : modelContext(context, "bind", metaOf(first), known);
  return tell(told, bindAll, [context, models, settings]);
}

async function bindAll(context: Context, models: readonly AnyModel[], settings: BindOptions): Promise<void> {
  const metas = models.map(metaOf);
  const turnOnTtl = ttlModels(settings.turnOnTtl ?? [], metas);
  const groups = groupByTable(context, metas);
  const tables = await context.session.tables();
  const outcomes = await runBounded(groups, tablesAtOnce, (group) =>
    bindTable({ context, tables, settings, turnOnTtl }, group),
  );
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
}

/** The common parameters of the steps of one bind. */
interface Binding {
  readonly context: Context;
  readonly tables: TableSession;
  readonly settings: BindOptions;
  readonly turnOnTtl: ReadonlySet<Meta>;
}

function groupByTable(context: Context, metas: readonly Meta[]): TableModels[] {
  const tables = new Map<string, [Meta, ...Meta[]]>();
  for (const meta of new Set(metas)) {
    const { tableName } = context.homeOf(meta);
    const known = tables.get(tableName);
    if (known === undefined) tables.set(tableName, [meta]);
    else known.push(meta);
  }
  return [...tables].map(([tableName, sharing]) => ({ tableName, metas: sharing }));
}

async function bindTable(binding: Binding, models: TableModels): Promise<void> {
  const { context, tables, settings, turnOnTtl } = binding;
  const { tableName, metas } = models;
  const call: Call = {
    signal: settings.signal,
    subject: () => `The table "${tableName}" of ${metas.map(({ name }) => name).join(", ")}`,
  };
  assertSame(models, compareModels(models), "the models that share it contradict each other");
  const until = performance.now() + (settings.timeout ?? bindRules.timeout.default);
  const { table, isNew } = await readyTable(binding, models, until, call);
  const { session } = context;
  const mayChange = settings.tables !== "validate";
  const extras = await setUp({ session, tables, models, table, isNew, mayChange, turnOnTtl, until, call });
  assertSame(models, compareTable(models, table, extras), "it is not as its models say");
  for (const { model } of metas) context.emit("modelValidated", { model });
}

function assertSame({ tableName }: TableModels, differences: readonly string[], problem: string): void {
  if (differences.length === 0) return;
  throw new TableMismatch(`The table "${tableName}": ${problem}. ${differences.join(" ")}`, { tableName, differences });
}

/** Creates the table if it is missing, and waits until it and its indexes are active. */
async function readyTable(
  binding: Binding,
  models: TableModels,
  until: number,
  call: Call,
): Promise<{ readonly table: DescribedTable; readonly isNew: boolean }> {
  const { tables, settings } = binding;
  const { tableName } = models;
  let isNew = false;
  for (let wait = 50; ; wait = Math.min(wait * 1.5, 5000)) {
    const table = await tables.describeTable(tableName, call);
    const step = nextStep(table);
    if (step === "use" && table !== undefined) return { table, isNew };
    if (step === "create") isNew = await createOrRefuse(binding, models, call);
    if (performance.now() + wait > until) {
      throw new TimedOut(
        `${call.subject()} is ${table?.TableStatus ?? "not there"} after ${settings.timeout ?? bindRules.timeout.default} ms of waiting.`,
      );
    }
    await pause(wait, settings.signal);
  }
}

/** Whether it created the table. */
async function createOrRefuse(
  { context, tables, settings }: Binding,
  models: TableModels,
  call: Call,
): Promise<boolean> {
  const { tableName, metas } = models;
  if (settings.tables === "validate") assertSame(models, ["The table is not there."], "it is not as its models say");
  for (const { model } of metas) context.emit("beforeCreateTable", { model });
  try {
    await tables.createTable(createTableRequest({ tableName, metas }), call);
    return true;
  } catch (error) {
    // Another process creates it at the same moment: the resulting table is compared like any other.
    if (!isResourceInUse(error)) throw error;
    return false;
  }
}
