/** Deleting one object's item. */

import { allOf } from "../expression/condition.js";
import { renderCondition } from "../expression/render.js";
import { makeSlots } from "../expression/slots.js";
import { keyOfObject } from "../model/key.js";
import { metaOfObject } from "../model/meta.js";
import { forget, snapshotOf } from "../model/snapshot.js";
import type { DeleteItemRequest } from "../session/session.js";
import { conditionsOf, writeErrorOf } from "./condition.js";
import { type Context, hydrate, makeCall } from "./context.js";
import type { SaveSettings } from "./save.js";

/**
 * Resolves with what was stored, as an object of its own, where that was asked for. The object counts as new
 * afterwards: saving it again stores all of it.
 */
export async function deleteObject(
  context: Context,
  object: object,
  settings: Omit<SaveSettings, "sync">,
): Promise<object | undefined> {
  const meta = metaOfObject(object);
  const key = keyOfObject(meta, object);
  const slots = makeSlots();
  const parts = conditionsOf(meta, snapshotOf(object), settings);
  const condition = renderCondition(allOf(parts), slots);
  const { names, values } = slots.placeholders();
  const request: DeleteItemRequest = {
    TableName: context.tableNameOf(meta),
    Key: key,
    ...(condition !== undefined && { ConditionExpression: condition, ReturnValuesOnConditionCheckFailure: "ALL_OLD" }),
    ...(names !== undefined && { ExpressionAttributeNames: names }),
    ...(values !== undefined && { ExpressionAttributeValues: values }),
    ...(settings.returning !== undefined && { ReturnValues: "ALL_OLD" }),
  };
  try {
    const returned = await context.session.deleteItem(request, makeCall(meta, key, settings.signal));
    forget(object);
    context.emit("objectDeleted", { object });
    return returned === undefined ? undefined : hydrate(context, meta, Object.getPrototypeOf(object), returned);
  } catch (error) {
    throw writeErrorOf(context, meta, object, key, error);
  }
}
