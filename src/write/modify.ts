/**
 * Reads, changes, and writes unless another writer changed the item meanwhile; then starts again with the present item.
 */

import { InvalidOption, MissingObjects } from "../errors.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject } from "../model/key.js";
import { ownItem } from "../model/kinds/asked.js";
import type { Meta } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import { leave } from "../model/object/queue.js";
import { snapshotOf } from "../model/object/snapshot.js";
import { takeObject } from "../model/object/taken.js";
import { metaOfObject } from "../model/registry.js";
import { type Context, hydrate, readItem, readingOf } from "../operation/context.js";
import { modifyRules } from "../operation/option-rules.js";
import type { ModifyOptions } from "../operation/options.js";
import { pauseBefore } from "../operation/retry.js";
import { contextOf, isOperationHeard, tell } from "../operation/trace.js";
import { inTurn } from "../operation/turn.js";
import { ConditionFailed, reasonOf } from "../session/failure.js";
import { backoff } from "../util/async.js";
import { describeValue } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { sameAttributes } from "../wire/same.js";
import { planSave } from "./plan-save.js";
import { type SendSettings, sendWrite, sentFor } from "./send.js";
import { writeErrorOf } from "./violation.js";
import type { Write } from "./write.js";

/** The options of any model's modify(). */
type AnyModifyOptions = Omit<ModifyOptions<never>, "create"> & { create?: ((key: never) => object) | undefined };

/** The arguments of modify(), and the key in them. */
interface ModifyTarget {
  readonly model: { readonly prototype: object };
  readonly given: unknown;
  readonly home: Home;
  readonly key: Item;
  readonly change: (object: never) => unknown;
}

/** Resolves with the object as written. */
export function modify(context: Context, target: ModifyTarget, settings: AnyModifyOptions): Promise<object> {
  if (!isOperationHeard()) return modifyItem(context, target, settings);
  const { meta, tableName: table } = target.home;
  return tell(contextOf("modify", { model: meta.name, table }), modifyItem, [context, target, settings]);
}

async function modifyItem(context: Context, target: ModifyTarget, settings: AnyModifyOptions): Promise<object> {
  const { attempts = modifyRules.attempts.default, once, signal } = settings;
  const { home, key } = target;
  const { meta } = home;
  const reading = readingOf(context, home, undefined, settings.onInvalid);
  const read = () => readItem(context, home, key, { consistent: true, signal });
  let item = ownItem(meta, await read());
  for (let attempt = 1; ; attempt++) {
    const object =
      item === undefined ? create(meta, target, settings) : hydrate(context, target.model.prototype, item, reading);
    await target.change(object as never);
    signal?.throwIfAborted();
    const comparing = { atomic: meta.version === undefined ? true : ("fitting" as const) };
    const write = inTurn(object, {
      takes: "values",
      signal,
      // Another writer's model may not know the version. So besides the version, as many columns are compared as fit.
      plan: (earlier) => planSave(context, takeObject(home, object, earlier), comparing, false),
      run: (planned) => writeOnce(context, planned, { once, signal }),
    });
    const failed = await write();
    if (failed === undefined) return object;
    const isForeign = failed.error.item !== undefined && ownItem(meta, failed.error.item) === undefined;
    if (attempt >= attempts || isForeign) throw writeErrorOf(context, failed.write, failed.error);
    item = failed.error.item;
    const again = {
      ...sentFor(failed.write, home.tableName, once),
      attempt: attempt + 1,
      reason: reasonOf(failed.error),
    };
    await pauseBefore(again, backoff(attempt - 1, 10, 1000), signal);
    // It was deleted, or the answer left it out, as those of some imitations of DynamoDB do.
    item ??= ownItem(meta, await read());
  }
}

/** A write whose condition did not hold. */
interface Failed {
  readonly write: Write;
  readonly error: ConditionFailed;
}

async function writeOnce(context: Context, write: Write, settings: SendSettings): Promise<Failed | undefined> {
  try {
    await sendWrite(context, write, settings);
    write.done();
    return undefined;
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw writeErrorOf(context, write, error);
    return { write, error };
  } finally {
    leave(write.given);
  }
}

/** The initial object for an item that does not exist. */
function create(meta: Meta, { key, given }: ModifyTarget, { create: make }: AnyModifyOptions): object {
  const where = `${meta.name}${printKey(meta, key)}`;
  if (make === undefined) {
    throw new MissingObjects(
      `Not found: ${where}. To make what is not there, give modify() a function: create: (key) => new ${meta.name}(...).`,
      [Object(given)],
    );
  }
  const made = make(given as never);
  if (metaOfObject(made) !== meta || snapshotOf(made) !== undefined) {
    throw new InvalidOption(
      `${where}: create returns a new object of ${meta.name}, and it returned ${describeValue(made)}.`,
    );
  }
  if (sameAttributes(keyOfObject(meta, made), key)) return made;
  throw new InvalidOption(`${where}: create returned an object with another key.`);
}
