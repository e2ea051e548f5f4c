/**
 * Puts and deletions of kinds whose keys other kinds may have, too. BatchWriteItem has no conditions, so each is a
 * separate request that requires the kind.
 */

import { ConstraintViolation } from "../errors.js";
import { allOf } from "../expression/condition.js";
import { makeSlots, renderCondition } from "../expression/render.js";
import { printKey } from "../model/invalid.js";
import { identityOfValues } from "../model/key.js";
import { demandsOf, isDemanding } from "../model/kinds/asked.js";
import type { Context } from "../operation/context.js";
import { ConditionFailed, isConflict, isThrottled } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { runBounded } from "../util/async.js";
import type { Chunk, Entry } from "./bulk-entry.js";

const atOnce = 10;

/** Those that are to be sent by themselves, and the others. */
export function partedByKind(chunk: Chunk): readonly [checked: Chunk, unchecked: Chunk] {
  const isChecked = ([, entries]: [string, Entry[]]) => entries.some(({ home }) => isDemanding(home.meta));
  const all = [...chunk];
  return [new Map(all.filter(isChecked)), new Map(all.filter((one) => !isChecked(one)))];
}

/**
 * The outcome of a chunk: the ids of unprocessed items, and the errors of refused ones. Throws an error that concerns
 * all of them.
 */
export async function writeChecked(
  context: Context,
  chunk: Chunk,
  call: Call,
): Promise<{ readonly left: ReadonlySet<string>; readonly refused: ReadonlyMap<string, unknown> }> {
  const left = new Set<string>();
  const refused = new Map<string, unknown>();
  const outcomes = await runBounded([...chunk], atOnce, async ([id, entries]) => {
    for (const entry of lastOfKinds(entries)) {
      try {
        await writeOne(context, entry, call);
      } catch (error) {
        if (isThrottled(error) || isConflict(error)) left.add(id);
        else if (error instanceof ConditionFailed) refused.set(id, violation(entry, error));
        else throw error;
        return;
      }
    }
  });
  const failed = outcomes.find((outcome) => outcome.status === "rejected");
  if (failed !== undefined) throw failed.reason;
  return { left, refused };
}

/** Of several objects of one item, the last counts. If they are of two kinds, the second one meets the first. */
function lastOfKinds(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(({ home }, index) => entries[index + 1]?.home.meta !== home.meta);
}

async function writeOne({ session }: Context, { home, planned, object }: Entry, call: Call): Promise<void> {
  if (planned === undefined) return;
  const { write } = planned;
  const demands = demandsOf(home.meta, {
    written: () => ("PutRequest" in write ? write.PutRequest.Item : identityOfValues(home.meta, object)),
    edits: [],
  });
  const slots = makeSlots();
  const ConditionExpression = renderCondition(allOf(demands), slots);
  const { names, values } = slots.placeholders();
  const request = {
    TableName: home.tableName,
    ...(ConditionExpression !== undefined && { ConditionExpression }),
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: values }),
  };
  if ("PutRequest" in write) await session.putItem({ ...request, Item: write.PutRequest.Item }, call);
  else await session.deleteItem({ ...request, Key: write.DeleteRequest.Key }, call);
}

function violation({ home: { meta }, key, object }: Entry, { cause }: ConditionFailed): ConstraintViolation {
  return new ConstraintViolation(
    `${meta.name}${printKey(meta, key)}: there is another item under this key, of another kind or in other letters, and it is not overwritten. Nothing was written.`,
    { object, current: undefined, version: undefined, cause },
  );
}
