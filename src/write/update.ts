/** Updating an item by its key: values and atomic actions, without a load. */

import { editsOfChanges } from "../model/change/act.js";
import { computedEdits, withoutComputed } from "../model/change/computed.js";
import type { Edit } from "../model/change/edit.js";
import { givenParts } from "../model/change/given.js";
import { assertSize } from "../model/change/limits.js";
import { assumedBase } from "../model/change/plan.js";
import type { Column } from "../model/column.js";
import { composedKeyOf, identityOfValues } from "../model/key.js";
import { editsByKey } from "../model/kinds/asked.js";
import type { Home } from "../model/object/home.js";
import { metaOf } from "../model/registry.js";
import { callersCondition, existsIfLacking, givenConditions, lackingColumns } from "../operation/condition.js";
import { type Context, hydrate, readItem, readingOf } from "../operation/context.js";
import type { TransactedUpdateOptions, UpdateOptions } from "../operation/options.js";
import { isOperationHeard, modelContext, tell } from "../operation/trace.js";
import type { Item } from "../wire/attribute.js";
import { assertOldOrOnce } from "./save.js";
import { writeAndLand } from "./violation.js";
import { makeWrite, type Write } from "./write.js";

/** The arguments of update(). */
export interface UpdateTarget {
  readonly model: { readonly prototype: object };
  readonly key: unknown;
  readonly changes: unknown;
}

/** Resolves with the item after, or before, the write, as an object. */
export function update(
  context: Context,
  target: UpdateTarget,
  settings: UpdateOptions<string>,
): Promise<object | undefined> {
  if (!isOperationHeard()) return updateItem(context, target, settings);
  return tell(modelContext(context, "update", metaOf(target.model)), updateItem, [context, target, settings]);
}

async function updateItem(
  context: Context,
  target: UpdateTarget,
  settings: UpdateOptions<string>,
): Promise<object | undefined> {
  const { once, signal } = settings;
  const home = context.homeOf(metaOf(target.model));
  assertOldOrOnce(home.meta, settings.returning, once);
  const write = planUpdateOf(home, target, settings);
  const { key, prototype } = write;
  const reading = readingOf(context, home, undefined, settings.onInvalid);
  const returns = settings.returning ?? "new";
  const make = (item: Item | undefined) => item && hydrate(context, prototype, item, reading);
  return writeAndLand(context, write, { once, returns, signal }, (returned) => {
    if (returned !== undefined || returns === "old") return make(returned);
    return readItem(context, home, key, { consistent: true, signal }).then(make);
  });
}

/** The write of an update. Its version is raised without a check: the expected version is not known. */
export function planUpdateOf(
  home: Home,
  { model, key: values, changes }: UpdateTarget,
  { condition, given }: TransactedUpdateOptions,
): Write {
  const { meta } = home;
  const identity = identityOfValues(meta, values);
  const key = meta.shared === undefined ? identity : composedKeyOf(meta, identity);
  const named = givenParts(meta, key, given);
  const raised: Edit[] =
    meta.version === undefined ? [] : [{ kind: "increase", path: [meta.version.storedName], amount: { N: "1" } }];
  const own = withoutComputed(meta, editsOfChanges(meta, key, changes), key, true);
  const isGiven = ({ storedName }: Column) => named.names.has(storedName);
  const known = { key: { ...identity, ...key }, item: undefined, knows: isGiven };
  const changed = [...own, ...raised, ...(own.length === 0 ? [] : computedEdits(meta, own, known))];
  const edits = editsByKey(meta, { key, identity, given: named }, changed);
  const lacking = lackingColumns(
    meta,
    edits.filter((edit) => !raised.includes(edit)),
  );
  assertSize(meta, key, edits);
  const target = { home, key, object: Object(values), prototype: model.prototype };
  return makeWrite(target, {
    kind: "update",
    isBlind: true,
    edits,
    base: Object.assign(assumedBase(edits), named.item),
    conditions: [
      ...callersCondition(meta, condition),
      ...givenConditions(meta, named),
      ...existsIfLacking(meta, lacking),
    ],
    lacking,
    compared: named.names,
  });
}
