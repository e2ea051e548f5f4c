/** What every operation of an engine needs: the way to DynamoDB, table names, and signals. */

import type { Projection } from "../model/column.js";
import { makeObject, type OnInvalid, type Reading, throwInvalid } from "../model/hydrate.js";
import { printKey } from "../model/invalid.js";
import type { Meta } from "../model/meta.js";
import type { Call, Session } from "../session/session.js";
import type { Signals } from "../signals.js";
import type { Item } from "../wire/attribute.js";

/** What to do with a stored value that does not fit its column. */
export type InvalidPolicy = "throw" | "omit";

/** The payload of a signal without the engine, which the engine adds. */
export type Payload<Name extends keyof Signals<unknown>> = Omit<Signals<unknown>[Name], "engine">;

export interface Context {
  readonly session: Session;
  readonly onInvalid: InvalidPolicy;
  tableNameOf(meta: Meta): string;
  emit<Name extends keyof Signals<unknown>>(name: Name, payload: Payload<Name>): void;
  hasListeners(name: keyof Signals<unknown>): boolean;
}

export function makeCall(meta: Meta, key: Item, signal: AbortSignal | undefined): Call {
  return { signal, subject: () => `${meta.name}${printKey(meta, key)}` };
}

/** What to read of a model's items, with what the operation or the engine says of values that do not fit. */
export function readingOf(
  context: Context,
  meta: Meta,
  projection: Projection = meta.whole,
  policy?: InvalidPolicy,
): Reading {
  return { meta, projection, onInvalid: onInvalidOf(context, policy) };
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
