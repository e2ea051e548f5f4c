/** Getting many items by their keys, of one model or of several. */

import { InvalidOption } from "../errors.js";
import { metaOf } from "../model/registry.js";
import { checkOptions } from "../operation/check.js";
import type { Context } from "../operation/context.js";
import { readRules } from "../operation/option-rules.js";
import { isOperationHeard, tell } from "../operation/trace.js";
import { describeValue } from "../util/print.js";
import { type Asked, askedOf, hydrateAsked, type ReadModel } from "./get.js";
import { readWanted, wantedContext } from "./load.js";

/** A model and a key. */
type Pair = readonly [model: ReadModel, key: unknown];

/** A model or pairs. */
export type ManyTarget = ReadModel | readonly Pair[];

/**
 * New objects in the order of the request, undefined for each without an item. An item that is requested twice gives
 * two objects. `rest` is the keys, if the target is a model, and the options.
 */
export async function getMany(
  context: Context,
  target: ManyTarget,
  rest: readonly object[],
): Promise<(object | undefined)[]> {
  const [keys, options = {}] = isPairs(target) ? [undefined, ...rest] : rest;
  checkOptions(options, readRules, "getMany()");
  const asked = isPairs(target) ? target.map((pair) => askedOfPair(context, pair)) : askedOfKeys(context, target, keys);
  const work = async () => hydrateAsked(context, asked, await readWanted(context, asked, options), options);
  return isOperationHeard() ? tell(wantedContext("getMany", asked, options), work, []) : work();
}

function isPairs(target: ManyTarget): target is readonly Pair[] {
  return Array.isArray(target);
}

function askedOfKeys(context: Context, model: ReadModel, keys: unknown): Asked[] {
  // A bad model is refused also without keys.
  metaOf(model);
  if (!Array.isArray(keys)) throw new InvalidOption(`getMany() takes an array of keys, got ${describeValue(keys)}.`);
  return keys.map((key) => askedOf(context, model, key));
}

function askedOfPair(context: Context, pair: Pair): Asked {
  if (!Array.isArray(pair) || pair.length !== 2) {
    throw new InvalidOption(`getMany() takes pairs such as [Account, { id }], got ${describeValue(pair)}.`);
  }
  return askedOf(context, pair[0], pair[1]);
}
