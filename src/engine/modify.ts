/** Read, change, write if nobody else did meanwhile; else again with what is there now. */

import { InvalidOption, MissingObjects } from "../errors.js";
import type { Home } from "../model/home.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject } from "../model/key.js";
import { type Meta, metaOfObject } from "../model/meta.js";
import { snapshotOf } from "../model/snapshot.js";
import { ConditionFailed } from "../session/failure.js";
import { backoff, pause } from "../util/async.js";
import { print } from "../util/print.js";
import type { Item } from "../wire/attribute.js";
import { sameAttributes } from "../wire/same.js";
import { type Context, hydrate, makeCall, readingOf } from "./context.js";
import { planSave } from "./save.js";
import { sendWrite } from "./send.js";
import { writeErrorOf } from "./violation.js";

export interface ModifySettings {
  readonly attempts?: number | undefined;
  readonly create?: ((key: never) => object) | undefined;
  readonly once?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What modify() was given, and the key in it. */
export interface ModifyTarget {
  readonly model: { readonly prototype: object };
  readonly given: unknown;
  readonly home: Home;
  readonly key: Item;
  readonly change: (object: never) => unknown;
}

const defaultAttempts = 20;

/** Resolves with the object as it was written. */
export async function modify(context: Context, target: ModifyTarget, settings: ModifySettings): Promise<object> {
  const { attempts = defaultAttempts, once, signal } = settings;
  const { home, key } = target;
  const { meta } = home;
  const request = { TableName: home.tableName, Key: key, ConsistentRead: true };
  const read = () => context.session.getItem(request, makeCall(meta, key, signal));
  let item = await read();
  for (let attempt = 1; ; attempt++) {
    const object =
      item === undefined
        ? create(meta, target, settings)
        : hydrate(context, target.model.prototype, item, readingOf(context, home));
    await target.change(object as never);
    signal?.throwIfAborted();
    // A rival may write by a model that does not know the version: besides it, the columns are compared that fit.
    const write = planSave({ context, home }, object, { atomic: meta.version === undefined ? true : "fitting" }, false);
    if (write === undefined) return object;
    try {
      await sendWrite(context, write, { once, signal });
      write.done();
      return object;
    } catch (error) {
      if (!(error instanceof ConditionFailed) || attempt >= attempts) throw writeErrorOf(context, write, error);
      item = error.item;
    }
    await pause(backoff(attempt - 1, 10, 1000), signal);
    // It was deleted, or the answer left it out, as those of some imitations of DynamoDB do.
    item ??= await read();
  }
}

/** The object that an item that is not there begins as. */
function create(meta: Meta, { key, given }: ModifyTarget, { create: make }: ModifySettings): object {
  const where = `${meta.name}${printKey(meta, key)}`;
  if (make === undefined) {
    throw new MissingObjects(
      `Not found: ${where}. To make what is not there, give modify() a function: create: (key) => new ${meta.name}(...).`,
      [Object(given)],
    );
  }
  const made = make(given as never);
  if (metaOfObject(made) !== meta || snapshotOf(made) !== undefined) {
    throw new InvalidOption(`${where}: create returns a new object of ${meta.name}, and it returned ${print(made)}.`);
  }
  if (sameAttributes(keyOfObject(meta, made), key)) return made;
  throw new InvalidOption(`${where}: create returned an object with another key.`);
}
