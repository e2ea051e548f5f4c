/** The needs of every operation of an engine: the way to DynamoDB, table names, and signals. */

import { InvalidOption } from "../errors.js";
import type { Projection } from "../model/column.js";
import { makeObject, type OnInvalid, type Reading, throwInvalid } from "../model/hydrate.js";
import { printKey } from "../model/invalid.js";
import type { Meta } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import type { Call, Session } from "../session/session.js";
import type { Signals } from "../signals.js";
import { brand, foreignHint } from "../util/core.js";
import type { ModelObject } from "../util/model-object.js";
import { describeValue } from "../util/print.js";
import type { Item } from "../wire/attribute.js";

/** How to treat a stored value that does not fit its column. */
export type InvalidPolicy = "throw" | "omit";

/** The payload of a signal without the engine, which the engine adds. */
export type Payload<Name extends keyof Signals<unknown>> = {
  [K in Exclude<keyof Signals<unknown>[Name], "engine">]: Signals<unknown>[Name][K] extends ModelObject<string>
    ? object
    : Signals<unknown>[Name][K];
};

export interface Context {
  /** The client of the session, or its substitute. */
  readonly client: object;
  readonly session: Session;
  readonly onInvalid: InvalidPolicy;
  /** The table of a model's items, decided anew for each operation: an operation asks once, at its call. */
  homeOf(meta: Meta): Home;
  emit<Name extends keyof Signals<unknown>>(name: Name, payload: Payload<Name>): void;
  hasListeners(name: keyof Signals<unknown>): boolean;
}

/** The key of an engine's context, for entry points that are not its methods, in each copy of this build. */
export const engineContext: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}context`);

/** The context of an engine. Throws InvalidOption for anything else. */
export function contextOf(engine: unknown): Context {
  if (typeof engine === "object" && engine !== null && engineContext in engine)
    return (engine as { readonly [engineContext]: Context })[engineContext];
  throw new InvalidOption(`Expected an Engine, got ${describeValue(engine)}.${foreignHint(engine)}`);
}

export function makeCall(meta: Meta, key: Item, signal: AbortSignal | undefined): Call {
  return { signal, subject: () => `${meta.name}${printKey(meta, key)}` };
}

/** The item under a key; undefined if there is none. */
export function readItem(
  { session }: Context,
  { meta, tableName: TableName }: Home,
  Key: Item,
  { consistent, signal }: { readonly consistent?: boolean | undefined; readonly signal?: AbortSignal | undefined },
): Promise<Item | undefined> {
  const request = consistent === true ? { TableName, Key, ConsistentRead: true } : { TableName, Key };
  return session.getItem(request, makeCall(meta, Key, signal));
}

/** How to read a table's items, with the option of the operation or the engine for values that do not fit. */
export function readingOf(
  context: Context,
  home: Home,
  projection: Projection = home.meta.whole,
  policy?: InvalidPolicy,
): Reading {
  const { known, whole } = projection;
  const standing = projection === home.meta.whole ? home.whole : { known, made: false, whole, home };
  return { meta: home.meta, projection, standing, onInvalid: onInvalidOf(context, policy) };
}

/** A new object from an item. */
export function hydrate(context: Context, prototype: object, item: Item, reading: Reading): object {
  const object = makeObject(prototype, item, reading);
  if (context.hasListeners("objectLoaded")) context.emit("objectLoaded", { object });
  return object;
}

function onInvalidOf(context: Context, policy: InvalidPolicy | undefined): OnInvalid {
  return (policy ?? context.onInvalid) === "throw" ? throwInvalid : (error) => context.emit("invalidValue", { error });
}
