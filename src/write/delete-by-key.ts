/** delete(): objects, or the item under a key without a load. */

import { keyOfValues, untoldIdentity } from "../model/key.js";
import type { Home } from "../model/object/home.js";
import { metaOf } from "../model/registry.js";
import { checkOptions } from "../operation/check.js";
import { callersCondition } from "../operation/condition.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import { keyDeleteRules, writeRules } from "../operation/option-rules.js";
import type { KeyDeleteOptions } from "../operation/options.js";
import { isOperationHeard, modelContext, tell } from "../operation/trace.js";
import { deleteObjects } from "./many.js";
import { assertOldOrOnce } from "./save.js";
import { writeAndLand } from "./violation.js";
import { makeWrite, type Write } from "./write.js";

/** Objects with their options, or a model with a key and its options. */
export async function deleteAny(
  context: Context,
  target: object,
  rest: readonly object[],
): Promise<object | undefined> {
  if (typeof target !== "function") {
    const [options = {}] = rest;
    checkOptions(options, writeRules, "delete()");
    return deleteObjects(context, target, options);
  }
  const [key, options = {}] = rest;
  checkOptions(options, keyDeleteRules, "delete() by key");
  const keyed = { model: target, key };
  if (!isOperationHeard()) return deleteItem(context, keyed, options);
  return tell(modelContext(context, "delete", metaOf(target)), deleteItem, [context, keyed, options]);
}

/** The item that is named by a model and a key. */
export interface Keyed {
  readonly model: { readonly prototype: object };
  readonly key: unknown;
}

async function deleteItem(
  context: Context,
  keyed: Keyed,
  settings: KeyDeleteOptions<string>,
): Promise<object | undefined> {
  const { returning, once, signal, onInvalid } = settings;
  const home = context.homeOf(metaOf(keyed.model));
  assertOldOrOnce(home.meta, returning, once);
  const write = planByKey("delete", home, keyed, settings.condition);
  const reading = readingOf(context, home, undefined, onInvalid);
  return writeAndLand(
    context,
    write,
    { once, returns: returning, signal },
    (returned) => returned && hydrate(context, write.prototype, returned, reading),
  );
}

/** A deletion, or a check, of the item under a key. It knows of no version. */
export function planByKey(
  kind: "delete" | "check",
  home: Home,
  { model, key }: Keyed,
  condition: KeyDeleteOptions<string>["condition"],
): Write {
  const { meta } = home;
  const target = { home, key: keyOfValues(meta, key), object: Object(key), prototype: model.prototype };
  const base = untoldIdentity(meta, key);
  return makeWrite(target, { kind, base, isBlind: true, conditions: callersCondition(meta, condition) });
}
