/** Time to live and backups of an existing table: turned on if the models ask for them, and read. */

import { InvalidOption } from "../errors.js";
import type { AnyModel } from "../model/infer.js";
import type { Meta } from "../model/meta.js";
import { metaOf } from "../model/registry.js";
import { isBackupsUnavailable, isUnknownOperation } from "../session/failure.js";
import type { Call, Session, TableSession } from "../session/session.js";
import type { TableExtras } from "../table/compare.js";
import type { TableModels } from "../table/request.js";
import { pause } from "../util/async.js";
import { describeValue } from "../util/print.js";
import type { DescribedTable } from "../wire/table.js";

/** A table that is ready, and the parameters of its setup. */
interface Setup {
  readonly session: Session;
  readonly tables: TableSession;
  readonly models: TableModels;
  readonly table: DescribedTable;
  /** Whether this very bind created the table. */
  readonly isNew: boolean;
  readonly mayChange: boolean;
  /** The models for which time to live may be turned on, whatever their tables hold. */
  readonly turnOnTtl: ReadonlySet<Meta>;
  /** The time to give up, by performance.now(). */
  readonly until: number;
  readonly call: Call;
}

/** Turns on the features that the models ask for. Others are not looked up: not every server has them. */
export async function setUp(setup: Setup): Promise<TableExtras> {
  const { metas } = setup.models;
  const wanted = metas.map(({ table }) => table.ttl?.storedName).find((name) => name !== undefined);
  const ttl = wanted === undefined ? {} : await ifKnown(setup, "time to live", () => setUpTtl(setup, wanted));
  const asksForBackups = metas.some(({ table }) => table.backups !== undefined);
  const backups = asksForBackups ? await ifKnown(setup, "continuous backups", () => setUpBackups(setup)) : {};
  return {
    ttl: ttl?.ttl,
    isTtlLeftOff: ttl?.isTtlLeftOff,
    backups: backups?.backups,
    unknown: { ttl: ttl === undefined, backups: backups === undefined },
  };
}

/** Undefined, with a warning, if an emulator does not know the operation. AWS knows all of them. */
async function ifKnown<Result>(setup: Setup, what: string, run: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await run();
  } catch (error) {
    if (!isUnknownOperation(error) || !(await setup.tables.isEmulator())) throw error;
    process.emitWarning(
      `${setup.call.subject()}: the server does not know ${what}, and is no endpoint of AWS. The table is used without.`,
      "BloopUnknownOperation",
    );
    return undefined;
  }
}

type Ttl = Pick<TableExtras, "ttl" | "isTtlLeftOff">;

async function setUpTtl(setup: Setup, wanted: string): Promise<Ttl> {
  const { tables, models, mayChange, call } = setup;
  const { tableName } = models;
  const ttl = await tables.describeTimeToLive(tableName, call);
  if (ttl !== undefined || !mayChange) return { ttl };
  if (!(await mayTurnOnTtl(setup))) return { ttl, isTtlLeftOff: true };
  try {
    await tables.enableTimeToLive(tableName, wanted, call);
    return { ttl: wanted };
  } catch (error) {
    // Another bind may have come first.
    const now = await tables.describeTimeToLive(tableName, call);
    if (now === undefined) throw error;
    return { ttl: now };
  }
}

/**
 * Milliseconds. If a bind ended between the creation of a table and its time to live, another one completes it within
 * this time.
 */
const justCreated = 15 * 60_000;

/**
 * Old numbers in the attribute would delete the items of a table that others filled: another program, a restore or an
 * import. So the table has to be new, and created by this bind, or empty.
 */
async function mayTurnOnTtl({ session, models, table, isNew, turnOnTtl, call }: Setup): Promise<boolean> {
  if (isNew || models.metas.some((meta) => turnOnTtl.has(meta))) return true;
  const { CreationDateTime: created } = table;
  // Emulators leave it out.
  if (created !== undefined && Date.now() - new Date(created).getTime() > justCreated) return false;
  const request = { TableName: models.tableName, ConsistentRead: true, Select: "COUNT", Limit: 1 } as const;
  let page = await session.scan(request, call);
  while (page.count === 0 && page.lastKey !== undefined)
    page = await session.scan({ ...request, ExclusiveStartKey: page.lastKey }, call);
  return page.count === 0;
}

async function setUpBackups(setup: Setup): Promise<Pick<TableExtras, "backups">> {
  const { tables, models, mayChange, until, call } = setup;
  const { tableName, metas } = models;
  const backups = await tables.describeBackups(tableName, call);
  if (backups || !mayChange || !metas.some(({ table }) => table.backups === true)) return { backups };
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 5000)) {
    try {
      await tables.enableBackups(tableName, call);
      return { backups: true };
    } catch (error) {
      // DynamoDB is still preparing a new table for backups.
      if (!isBackupsUnavailable(error) || performance.now() + wait > until) throw error;
    }
    await pause(wait, call.signal);
  }
}

/**
 * The models that an option of bind() names. Throws InvalidOption for one that is not bound, or has no time to live.
 */
export function ttlModels(turnOnTtl: readonly AnyModel[], bound: readonly Meta[]): ReadonlySet<Meta> {
  if (!Array.isArray(turnOnTtl))
    throw new InvalidOption(`turnOnTtl is an array of models, got ${describeValue(turnOnTtl)}.`);
  const metas = turnOnTtl.map(metaOf);
  for (const meta of metas) {
    const problem = !bound.includes(meta)
      ? "which this bind() does not bind"
      : meta.table.ttl === undefined
        ? "which has no ttl"
        : undefined;
    if (problem !== undefined) throw new InvalidOption(`turnOnTtl names the model ${meta.name}, ${problem}.`);
  }
  return new Set(metas);
}
