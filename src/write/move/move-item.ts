/** Moves one item: the new item is put and the old one deleted, in one transaction, as long as nobody came between. */

import { ConstraintViolation, InvalidTransaction, MissingObjects } from "../../errors.js";
import { type ConditionNode, isEqual } from "../../expression/condition.js";
import { computedEdits } from "../../model/change/computed.js";
import { applyEdits, type Edit } from "../../model/change/edit.js";
import { assertSize } from "../../model/change/limits.js";
import { obstacleOf } from "../../model/change/obstacle.js";
import { type VersionCheck, versionConditions, versionHolds } from "../../model/change/version.js";
import { printKey } from "../../model/invalid.js";
import { ownItem, withKeys } from "../../model/kinds/asked.js";
import { holdsFor } from "../../model/kinds/search/holds.js";
import type { Meta } from "../../model/meta.js";
import type { Taken } from "../../model/object/taken.js";
import { type Context, makeCall, readItem } from "../../operation/context.js";
import { pauseBefore } from "../../operation/retry.js";
import { ConditionFailed, failureOfReason, TransactionFailed } from "../../session/failure.js";
import { backoff } from "../../util/async.js";
import type { Item } from "../../wire/attribute.js";
import { maxOperators } from "../../wire/limits.js";
import { makeTransaction, sendWrites } from "../send.js";
import { violationOf, writeErrorOf } from "../violation.js";
import { makeWrite, type Write } from "../write.js";

/** The item under the old key, and its object or key for errors. */
export type MoveTarget = Pick<Taken, "meta" | "home" | "key" | "object"> & { readonly prototype?: object };

/** A move that is decided, but for the stored item. */
export interface Moving {
  readonly target: MoveTarget;
  readonly newKey: Item;
  /** Changes of other columns, and the raised version. */
  readonly edits: readonly Edit[];
  readonly version: VersionCheck | undefined;
  readonly conditions: readonly ConditionNode[];
  readonly signal: AbortSignal | undefined;
}

const attempts = 20;
/** So many attributes of the old item can be compared, beside the caller's condition. Each takes an "=" and an "AND". */
const mostCompared = maxOperators / 2 - 30;

/**
 * Reads the item and moves it; again if somebody changed it in between. Resolves with the item as it was put, or with
 * undefined if nothing is to be moved any more.
 */
export async function moveItem(
  context: Context,
  { home, key }: MoveTarget,
  decide: (stored: Item | undefined) => Moving | undefined,
  signal: AbortSignal | undefined,
): Promise<Item | undefined> {
  for (let attempt = 0; ; attempt++) {
    const stored = await readItem(context, home, key, { consistent: true, signal });
    const moving = decide(stored);
    if (moving === undefined) return undefined;
    const writes = writesOf(context, moving, stored);
    const failed = await send(context, moving, writes);
    if (failed === undefined) return writes.item;
    if (attempt === attempts) throw writeErrorOf(context, writes.deletion, failed);
    const sent = { operation: "TransactWriteItems", table: home.tableName };
    const again = { ...sent, attempt: attempt + 2, reason: "ConditionalCheckFailed" };
    await pauseBefore(again, backoff(attempt, 10, 1000), signal);
  }
}

interface MoveWrites {
  readonly put: Write;
  readonly deletion: Write;
  /** The item to put. */
  readonly item: Item;
}

/** The two writes of a move of the item as it is stored. Throws if it can't be moved. */
function writesOf(
  context: Context,
  { target, newKey, edits, version, conditions }: Moving,
  stored: Item | undefined,
): MoveWrites {
  const { meta, key, object } = target;
  const own = ownItem(meta, stored);
  if (own === undefined) {
    throw new MissingObjects(`Not found: ${meta.name}${printKey(meta, key)}. It was deleted, or moved already.`, [
      object,
    ]);
  }
  const checked = makeWrite(target, { kind: "update", edits, version, base: own, conditions });
  const holds =
    conditions.every((node) => holdsFor(node, own)) && (version === undefined || versionHolds(version, own));
  if (!holds || obstacleOf(meta, edits, own) !== undefined)
    throw writeErrorOf(context, checked, new ConditionFailed(own, undefined));
  const whole = { ...own, ...newKey };
  const known = { key: newKey, item: undefined, knows: () => true };
  const computed = computedEdits(meta, edits, { ...known, isWhole: true });
  const written = withKeys(meta, [...edits, ...computed], known);
  assertSize(meta, whole, written);
  const item = applyEdits(whole, written);
  const attributes = Object.entries(item).filter(([name]) => !(name in newKey));
  const puts = attributes.map(([name, value]): Edit => ({ kind: "replace", path: [name], value }));
  const unchanged = [
    ...conditions,
    ...(version === undefined ? [] : versionConditions(meta, version)),
    ...same(meta, own, printKey(meta, key)),
  ];
  return {
    item,
    put: makeWrite({ ...target, key: newKey, snapshot: undefined }, { kind: "put", edits: puts }),
    deletion: makeWrite(target, { kind: "delete", base: own, conditions: unchanged, version }),
  };
}

/**
 * The item's attributes are as they were read. That none was added is beyond DynamoDB's conditions. Parts of the key are
 * left out: conditions on them are decided from the key, which is that of the item read. Throws InvalidTransaction if
 * they are too many, and no version stands for those that are left out.
 */
function same(meta: Meta, item: Item, place: string): ConditionNode[] {
  const { keys, shared } = meta;
  const decided = new Set([...keys, ...(shared?.told ?? [])].map(({ storedName }) => storedName));
  const compared = Object.entries(item).filter(([name]) => !decided.has(name));
  if (compared.length > mostCompared && meta.version === undefined) {
    throw new InvalidTransaction(
      `${meta.name}${place}: the item has ${compared.length} attributes, and a move without a version compares ${mostCompared} at most; give the model integer().version().`,
    );
  }
  return compared.slice(0, mostCompared).map(([name, value]) => {
    return isEqual({ owner: meta, stored: [name], local: [name] }, value);
  });
}

/** Resolves with the failure if the old item was changed in between. Throws any other. */
async function send(
  context: Context,
  { target, newKey, signal }: Moving,
  { put, deletion }: MoveWrites,
): Promise<unknown> {
  const { meta, object } = target;
  const call = makeCall(meta, newKey, signal);
  try {
    await sendWrites(context, makeTransaction([put, deletion]), call);
    return undefined;
  } catch (error) {
    if (!(error instanceof TransactionFailed)) throw writeErrorOf(context, put, error);
    const [there, changed] = error.reasons;
    if (there?.code === "ConditionalCheckFailed") {
      const { current } = violationOf(context, put, there.item);
      throw new ConstraintViolation(
        `${meta.name}${printKey(meta, newKey)}: there is an item under this key, and the object is not moved onto it. Nothing was written.`,
        { object, current, cause: error.cause },
      );
    }
    if (changed?.code === "ConditionalCheckFailed") return new ConditionFailed(changed.item, error.cause);
    const reason = error.reasons.find(({ code }) => code !== "None");
    throw reason === undefined ? error : failureOfReason(reason, call, error);
  }
}
