/** Records and objects of events, for functions that go through an event themselves. */

import { Engine } from "../engine/engine.js";
import { InvalidOption } from "../errors.js";
import type { AnyModel, IncludeOf, Item, StreamCheck } from "../model/infer.js";
import { metaOf } from "../model/registry.js";
import { checkOptions } from "../operation/check.js";
import { type Context, contextOf, hydrate, type InvalidPolicy, readingOf } from "../operation/context.js";
import { recordRules } from "../operation/option-rules.js";
import type { Rule, Rules } from "../operation/rule.js";
import type { RecordOf } from "../stream/infer.js";
import { describeValue } from "../util/print.js";
import { itemOf, recordsIn } from "./event.js";
import type { LambdaEvent } from "./infer.js";
import { loadRouted, makeRoutes, routeOf } from "./routes.js";

export interface ImageOptions {
  /**
   * The engine that objects belong to: a save of one by it sends only what was changed, and records of other tables are
   * refused. Default: none; an object is saved by way of `engine.adopt(object)`.
   */
  engine?: Engine | undefined;
  /** How to treat a stored value that does not fit its column. Default: the option of the engine; without one, "throw". */
  onInvalid?: InvalidPolicy | undefined;
}

const rules: Rules<ImageOptions> = {
  engine: /* @__PURE__ */ engineRule(),
  onInvalid: recordRules.onInvalid,
};

function engineRule(): Rule<Engine> {
  return { expects: "an Engine", fits: (value) => contextOf(value) !== undefined };
}

/**
 * The records of an event of a model's table, typed and in their order: for a function that goes through the event
 * itself, or that has a middleware do so. Throws InvalidRecord for one that can't be loaded, InvalidOption for an event
 * of something else.
 *
 * @example
 * for (const record of recordsOf(Account, event, { engine })) {
 *   if (record.type === "insert") console.log(record.new.email);
 * }
 */
export function recordsOf<T extends AnyModel>(
  model: T & StreamCheck<IncludeOf<T>>,
  event: LambdaEvent,
  options: ImageOptions = {},
): RecordOf<T>[] {
  const context = contextFor(options, "recordsOf()");
  const routes = makeRoutes(context, [model], options);
  const [only] = routes.values();
  // Records of other kinds of the table's items are left out.
  const loaded = recordsIn(event).flatMap((raw) => {
    // Without an engine, nothing says which table is meant.
    const route = options.engine === undefined ? only : routeOf(routes, raw);
    return route === undefined ? [] : loadRouted(route, raw);
  });
  return loaded as object[] as RecordOf<T>[];
}

/**
 * An object from an image in DynamoDB's JSON, such as `record.dynamodb.NewImage` of an event, with what bloop remembers of
 * a loaded object. Throws InvalidValue for one that does not fit the model.
 *
 * @example
 * const account = objectOf(Account, { id: { S: id }, email: { S: "ada@example.org" } }, { engine });
 */
export function objectOf<T extends AnyModel>(model: T, image: object, options: ImageOptions = {}): Item<T> {
  const context = contextFor(options, "objectOf()");
  const meta = metaOf(model);
  if (typeof image !== "object" || image === null || Array.isArray(image)) {
    throw new InvalidOption(
      `objectOf() takes an image in DynamoDB's JSON, such as record.dynamodb.NewImage, got ${describeValue(image)}.`,
    );
  }
  const reading = readingOf(context, context.homeOf(meta), meta.whole, options.onInvalid);
  return hydrate(context, model.prototype, itemOf(image), reading) as Item<T>;
}

function contextFor(options: ImageOptions, operation: string): Context {
  checkOptions(options, rules, operation);
  return contextOf(options.engine ?? new Engine());
}
