/** The rows of a group in DynamoDB, by an engine's own conditional writes and transactions. */

import type { Engine } from "../engine/engine.js";
import { ConstraintViolation, TransactionCanceled } from "../errors.js";
import { add, remove } from "../expression/action.js";
import type { Condition } from "../expression/condition.js";
import { ifNotExists } from "../model/declaration/if-not-exists.js";
import type { Changes, Item } from "../model/infer.js";
import type { WriteTransaction } from "../write/transaction.js";
import { GroupRow } from "./model.js";
import type { GroupStore } from "./ports.js";
import type { Lease, LeaseDemand, LeaseSet, Part, Place, PlaceDemand, Rows } from "./rows.js";

type Row = Item<typeof GroupRow>;
type RowCondition = Condition<"GroupRow">;

export function makeGroupStore(engine: Engine, group: string): GroupStore {
  return {
    async rows() {
      const leases = new Map<string, Lease>();
      const places = new Map<string, Place>();
      for await (const row of engine.query(GroupRow, { key: GroupRow.group.eq(group), consistent: true })) {
        const { shard: shardId = "" } = row;
        if (row.kind === "lease") leases.set(shardId, leaseOf(row, shardId));
        if (row.kind === "place") places.set(shardId, placeOf(row, shardId));
      }
      return { leases, places } satisfies Rows;
    },
    async write(write) {
      const transaction = engine.transaction();
      for (const part of write) addPart(transaction, group, part);
      try {
        await (write.length === 1 && write[0] !== undefined ? writeOne(engine, group, write[0]) : transaction.commit());
        return true;
      } catch (error) {
        if (isRefusal(error)) return false;
        throw error;
      }
    },
  };
}

/** A transaction costs twice as much, and renewals are most of what is written. */
async function writeOne(engine: Engine, group: string, part: Part): Promise<void> {
  const { key, changes, condition } = updateOf(group, part) ?? {};
  if (key === undefined || changes === undefined || condition === undefined) {
    const transaction = engine.transaction();
    addPart(transaction, group, part);
    await transaction.commit();
  } else await engine.update(GroupRow, key, changes, { condition });
}

function leaseOf({ owner, want, epoch = 0, beat = 0 }: Row, shardId: string): Lease {
  return { shardId, owner, want, epoch, beat };
}

function placeOf(row: Row, shardId: string): Place {
  const { position, epoch = 0, ended = false, parents = "", since = 0, from, readTo } = row;
  return {
    shardId,
    position,
    epoch,
    since,
    from,
    readTo,
    isEnded: ended,
    parents: parents === "" ? [] : parents.split(" "),
  };
}

/** Where a condition did not hold. Anything else leaves it open whether it was done. */
function isRefusal(error: unknown): boolean {
  if (error instanceof ConstraintViolation) return true;
  if (!(error instanceof TransactionCanceled)) return false;
  return error.reasons.every(({ code }) => code === "None" || code === "ConditionalCheckFailed");
}

function keyOfRow(group: string, kind: "lease" | "place", shardId: string): { group: string; id: string } {
  return { group, id: `${kind}#${shardId}` };
}

/** Adds a part of a write to a transaction. */
export function addPart(transaction: WriteTransaction, group: string, part: Part): void {
  const update = updateOf(group, part);
  if (update !== undefined) {
    transaction.update(GroupRow, update.key, update.changes, { condition: update.condition });
  } else if (part.kind === "deleteLease") {
    const row = new GroupRow(keyOfRow(group, "lease", part.shardId));
    transaction.delete(row, { condition: leaseCondition(part.demand) });
  } else if (part.kind === "deletePlace") {
    const row = new GroupRow(keyOfRow(group, "place", part.shardId));
    transaction.delete(row, { condition: placeCondition(part.demand) });
  } else if (part.kind === "createLease" || part.kind === "createPlace") {
    transaction.save(rowOf(group, part), { condition: ifNotExists(GroupRow) });
  }
}

function rowOf(group: string, part: Extract<Part, { row: object }>): Row {
  if (part.kind === "createLease") {
    const { shardId, owner, epoch, beat } = part.row;
    return new GroupRow({ ...keyOfRow(group, "lease", shardId), kind: "lease", shard: shardId, epoch, beat, owner });
  }
  const { shardId, epoch, position, isEnded, parents, since, from } = part.row;
  return new GroupRow({
    ...keyOfRow(group, "place", shardId),
    kind: "place",
    shard: shardId,
    epoch,
    position,
    since,
    from,
    ended: isEnded,
    ...(parents.length > 0 && { parents: parents.join(" ") }),
  });
}

interface RowUpdate {
  readonly key: { group: string; id: string };
  readonly changes: Changes<typeof GroupRow>;
  readonly condition: RowCondition;
}

function updateOf(group: string, part: Part): RowUpdate | undefined {
  if (part.kind === "setLease") {
    const { shardId, demand, set } = part;
    return { key: keyOfRow(group, "lease", shardId), changes: leaseChanges(set), condition: leaseCondition(demand) };
  }
  if (part.kind !== "setPlace") return undefined;
  const { shardId, demand, set } = part;
  const { isEnded, ...rest } = set;
  const changes = { ...rest, ...(isEnded === undefined ? {} : { ended: isEnded }) };
  return { key: keyOfRow(group, "place", shardId), changes, condition: placeCondition(demand) };
}

function leaseChanges({ owner, want, epoch }: LeaseSet): Changes<typeof GroupRow> {
  return {
    beat: add(1),
    ...(epoch === undefined ? {} : { epoch }),
    ...(owner === undefined ? {} : { owner: owner ?? remove() }),
    ...(want === undefined ? {} : { want: want ?? remove() }),
  };
}

function leaseCondition({ owner, epoch, beat, want: wanted }: LeaseDemand): RowCondition {
  let condition: RowCondition = GroupRow.group.exists();
  if (owner === "nobody") condition = condition.and(GroupRow.owner.notExists());
  else if (owner !== undefined) condition = condition.and(GroupRow.owner.eq(owner));
  if (wanted === "nobody") condition = condition.and(GroupRow.want.notExists());
  else if (wanted !== undefined) condition = condition.and(GroupRow.want.eq(wanted));
  if (epoch !== undefined) condition = condition.and(GroupRow.epoch.eq(epoch));
  return beat === undefined ? condition : condition.and(GroupRow.beat.eq(beat));
}

function placeCondition({ epoch, atMost, below, isEnded }: PlaceDemand): RowCondition {
  let condition: RowCondition = GroupRow.group.exists();
  if (epoch !== undefined) condition = condition.and(GroupRow.epoch.eq(epoch));
  if (isEnded !== undefined) condition = condition.and(GroupRow.ended.eq(isEnded));
  if (atMost !== undefined) condition = condition.and(GroupRow.position.notExists().or(GroupRow.position.le(atMost)));
  if (below !== undefined) condition = condition.and(GroupRow.position.notExists().or(GroupRow.position.lt(below)));
  return condition;
}
