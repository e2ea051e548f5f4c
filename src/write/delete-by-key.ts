/** delete(): objects, or the item under a key without a load. */

import type { Home } from "../model/home.js";
import { keyOfValues } from "../model/key.js";
import { metaOf } from "../model/meta.js";
import { checkOptions } from "../operation/check.js";
import { callersCondition } from "../operation/condition.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import { keyDeleteRules, writeRules } from "../operation/option-rules.js";
import type { KeyDeleteOptions } from "../operation/options.js";
import { isOperationHeard, modelContext, tell } from "../operation/trace.js";
import { newAttributes } from "../wire/attribute.js";
import { deleteObjects } from "./many.js";
import { assertOldOrOnce } from "./save.js";
import { sendWrite } from "./send.js";
import { afterWrite, writeErrorOf } from "./violation.js";
import type { Write } from "./write.js";

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
  assertOldOrOnce(returning, once);
  const home = context.homeOf(metaOf(keyed.model));
  const write = planByKey("delete", home, keyed, settings.condition);
  try {
    const returned = await sendWrite(context, write, { once, returns: returning, signal });
    if (returned === undefined) return undefined;
    const reading = readingOf(context, home, undefined, onInvalid);
    return await afterWrite(() => hydrate(context, write.prototype, returned, reading));
  } catch (error) {
    throw writeErrorOf(context, write, error);
  }
}

/** A deletion, or a check, of the item under a key. It knows of no version. */
export function planByKey(
  kind: "delete" | "check",
  home: Home,
  { model, key }: Keyed,
  condition: KeyDeleteOptions<string>["condition"],
): Write {
  const { meta } = home;
  return {
    kind,
    meta,
    home,
    key: keyOfValues(meta, key),
    given: Object(key),
    prototype: model.prototype,
    edits: [],
    base: newAttributes(),
    conditions: callersCondition(meta, condition),
    version: undefined,
    lacking: [],
    compared: new Set(),
    done() {},
  };
}
