/** Writes what is wrong with one item: by an update, or by a move to the key that it should have. */

import { ConstraintViolation, InvalidTransaction, InvalidValue, RequestFailed } from "../errors.js";
import { raiseVersion, type VersionCheck } from "../model/change/version.js";
import { ownItem } from "../model/kinds/asked.js";
import { plainKey } from "../model/kinds/key/key-of.js";
import type { Meta, UniqueColumns } from "../model/meta.js";
import type { Context } from "../operation/context.js";
import { ConditionFailed } from "../session/failure.js";
import { attributeOf, type Item } from "../wire/attribute.js";
import { moveItem } from "../write/move/move-item.js";
import { sendWrite } from "../write/send.js";
import { ValueTaken } from "../write/unique/taken.js";
import { writeErrorOf } from "../write/violation.js";
import { makeWrite, type Write } from "../write/write.js";
import { type Compared, compareItem } from "./compare.js";
import type { KeyFinding } from "./finding.js";
import type { Owner } from "./marks.js";
import type { Pace } from "./pace.js";

export interface Rewriting {
  readonly context: Context;
  readonly pace: Pace;
  readonly accept: (finding: KeyFinding) => unknown;
  readonly quiet: boolean | undefined;
  readonly signal: AbortSignal | undefined;
}

/** An item with its findings. */
export interface Checked {
  readonly owner: Owner;
  /** Undefined if nothing can be made of its columns. */
  readonly compared: Compared | undefined;
  readonly findings: readonly FindingOf[];
}

/** A finding, and the unique columns that it is about. */
export interface FindingOf {
  readonly finding: KeyFinding;
  readonly unique?: UniqueColumns | undefined;
}

type Outcome = Pick<KeyFinding, "outcome" | "reason">;

/** The findings with what became of them. Rejects for a reason that is not the item's, such as the network. */
export async function rewriteItem(rewriting: Rewriting, checked: Checked): Promise<KeyFinding[]> {
  const accepted = new Set<FindingOf>();
  for (const one of checked.findings) if (await isAccepted(rewriting, one)) accepted.add(one);
  const { compared } = checked;
  const moved = checked.findings.find(({ finding }) => finding.problem === "key" || finding.problem === "disagreement");
  if (moved === undefined || compared === undefined) return updateItem(rewriting, checked, accepted);
  if (!accepted.has(moved)) return checked.findings.map((one) => left(one.finding, notAccepted));
  const outcome = await move(rewriting, checked.owner);
  // All of an item moves at once, or nothing of it.
  return checked.findings.map(({ finding }) => ({ ...finding, ...outcome }));
}

const notAccepted = "it was not accepted";

async function isAccepted({ accept }: Rewriting, { finding }: FindingOf): Promise<boolean> {
  if (finding.problem === "invalid" || finding.problem === "duplicate") return false;
  return (await accept(finding)) === true;
}

function left(finding: KeyFinding, reason: string): KeyFinding {
  return { ...finding, outcome: "left", reason: finding.reason ?? reason };
}

/** One update for all attributes and markers of an item. */
async function updateItem(
  rewriting: Rewriting,
  { owner, compared, findings }: Checked,
  accepted: ReadonlySet<FindingOf>,
): Promise<KeyFinding[]> {
  const isWritten = [...accepted].some(({ finding }) => finding.problem === "attributes");
  const edits = isWritten && compared !== undefined ? compared.edits : [];
  const renewed = [...accepted].flatMap(({ unique = [] }) => unique);
  const taken = new Map<UniqueColumns, ValueTaken>();
  const outcome = await sendUpdate(rewriting, { owner, edits, renewed, taken });
  return findings.map((one) => {
    const { finding, unique } = one;
    if (!accepted.has(one)) return left(finding, finding.problem === "duplicate" ? "another item has it" : notAccepted);
    const other = unique && taken.get(unique);
    if (other === undefined || unique === undefined) return { ...finding, ...outcome };
    const { model, key } = finding;
    const columns = unique.columns.map(({ property }) => property);
    const ownerKey = other.owner && plainKey(owner.home.meta, other.owner);
    return {
      model,
      key,
      problem: "duplicate",
      columns,
      owner: ownerKey,
      outcome: "left",
      reason: "another item has it",
    };
  });
}

interface Update extends Pick<Compared, "edits"> {
  readonly owner: Owner;
  readonly renewed: readonly UniqueColumns[];
  /** Values that other items have: noted here, and left out. */
  readonly taken: Map<UniqueColumns, ValueTaken>;
}

async function sendUpdate(rewriting: Rewriting, update: Update): Promise<Outcome> {
  const { context, pace, signal } = rewriting;
  const { owner, edits, taken } = update;
  for (;;) {
    const renewed = update.renewed.filter((one) => !taken.has(one));
    if (edits.length === 0 && renewed.length === 0) return { outcome: "left" };
    const write = writeOf(owner, edits, renewed);
    try {
      await pace.writes(signal);
      await sendWrite(context, write, { signal });
      return { outcome: "rewritten" };
    } catch (error) {
      if (error instanceof ValueTaken && renewed.includes(error.unique)) taken.set(error.unique, error);
      else return outcomeOf(context, write, error);
    }
  }
}

/**
 * The parts of keys are guarded by the edits, and the stored attributes by `held`: whoever changes one of them in between
 * has the update planned again.
 */
function writeOf({ home, key, item }: Owner, edits: Compared["edits"], renewed: readonly UniqueColumns[]): Write {
  const { hashKey, model } = home.meta;
  const { prototype } = model as { readonly prototype: object };
  const write = makeWrite(
    { home, key, object: key, prototype },
    { kind: "update", edits, base: item, conditions: [{ kind: "exists", path: hashKey.path }], lacking: [hashKey] },
  );
  return { ...write, held: edits.map(({ path }) => String(path[0])), renewed };
}

async function move(rewriting: Rewriting, { home, key }: Owner): Promise<Outcome> {
  const { meta } = home;
  if (meta.version === undefined && rewriting.quiet !== true) {
    return {
      outcome: "left",
      reason: `${meta.name} has no version, so that a move could lose what another writer adds meanwhile; say quiet: true, if nobody else writes it`,
    };
  }
  const { context, pace, signal } = rewriting;
  const { prototype } = meta.model as { readonly prototype: object };
  const target = { meta, home, key, object: key, prototype };
  try {
    await pace.writes(signal);
    const item = await moveItem(
      context,
      target,
      (stored) => {
        const own = ownItem(meta, stored);
        const now = own && compareItem(meta, own);
        if (own === undefined || now?.keyProblem === undefined) return undefined;
        const version = versionOf(meta, own);
        const edits = version === undefined ? [] : raiseVersion(version);
        return { target, newKey: now.computed, edits, version, conditions: [], signal };
      },
      signal,
    );
    return { outcome: item === undefined ? "gone" : "rewritten" };
  } catch (error) {
    return outcomeOf(context, makeWrite(target, { kind: "delete" }), error);
  }
}

function versionOf({ version: column }: Meta, item: Item): VersionCheck | undefined {
  if (column === undefined) return undefined;
  const stored = attributeOf(item, column.storedName);
  const expected = stored !== undefined && "N" in stored ? Number(stored.N) : undefined;
  return { column, expected, isNew: false, isCopy: false, next: (expected ?? 0) + 1 };
}

/** The outcome of a write that was refused because of the item. Throws any other failure. */
function outcomeOf(context: Context, write: Write, error: unknown): Outcome {
  if (error instanceof ConditionFailed && ownItem(write.meta, error.item) === undefined) return { outcome: "gone" };
  const told = writeErrorOf(context, write, error);
  const isOfItem =
    told instanceof ConstraintViolation || told instanceof InvalidValue || told instanceof InvalidTransaction;
  const isRefused = told instanceof RequestFailed && /^(Validation|ItemCollectionSizeLimit)/.test(told.code);
  if (isOfItem || isRefused) return { outcome: "left", reason: told.message };
  throw told;
}
