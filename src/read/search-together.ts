/** A search of several kinds of one table at once: its plan, and how each item becomes an object of its own model. */

import { InvalidSearch } from "../errors.js";
import { conditionNodeOf, pathsOf } from "../expression/condition.js";
import { refusalOfItem } from "../model/invalid.js";
import type { SearchTarget } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import { keysOf, nameOf } from "../model/search-target.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import type { AnySearchOptions } from "../operation/options.js";
import { invariant } from "../util/assert.js";
import type { Item } from "../wire/attribute.js";
import { withBytes } from "../wire/binary.js";
import { assertSearchable } from "./search-key.js";
import {
  assertConsistency,
  baseOf,
  expressionsOf,
  filterNode,
  joinedFilter,
  type SearchPlan,
} from "./search-request.js";

interface PlannedTogether {
  readonly plan: SearchPlan;
  readonly load: (item: Item) => object;
}

/** Throws InvalidSearch for models that can't be searched together. */
export function planTogether(
  context: Context,
  targets: readonly SearchTarget[],
  settings: AnySearchOptions,
): PlannedTogether {
  const [first] = targets;
  if (first === undefined) throw new InvalidSearch("A search of several models names no model.");
  if (settings.projection !== undefined && settings.projection !== "all")
    throw new InvalidSearch("A search of several models takes no projection: each model has columns of its own.");
  for (const target of targets) assertConsistency(target, settings);
  const { shared } = first.meta;
  if (shared === undefined) throw new InvalidSearch(`${first.meta.name} is on no table of several kinds.`);
  const key = settings.key && conditionNodeOf(settings.key);
  const together = shared.does.searchTogether(targets, { key, filter: filterOf(targets, settings) });
  if (together.key !== undefined) assertSearchable(together.key.speaker, together.key);
  const target = { ...first, name: targets.map(nameOf).join(", ") };
  const homes = targets.map(({ meta }) => context.homeOf(meta));
  const home = homeOf(targets, homes);
  const base = baseOf(first, home, settings);
  const filter = joinedFilter([together.sent]);
  const expressions = expressionsOf(together.key, filter, undefined);
  const { onUnknown = "skip" } = settings;
  const plan = {
    target,
    home,
    request: { ...base, ...expressions },
    countRequest: { ...base, Select: "COUNT" as const, ...expressions },
    asked: first.meta.whole,
    positionColumns: [...new Set([...first.meta.keys, ...keysOf(first)])],
    indexKeys: undefined,
    filtered: filter !== undefined || !together.isAlone,
    key: together.key,
    filter,
    parallel: settings.parallel,
    models: targets.map(({ meta }) => meta.name).sort(),
    holds(item: Item) {
      const found = together.targetOf(item);
      if (typeof found === "object") return together.holds(found, item);
      if (found === "unknown" && onUnknown === "skip") context.emit("unknownItem", { item: withBytes(item) });
      return found === "unknown" && onUnknown !== "skip";
    },
  };
  const loaders = loadersOf(context, targets, homes, settings);
  return { plan, load: (item) => loadItem(item, together.targetOf(item), loaders, settings) };
}

/** The filter belongs to the model whose columns it names. */
function filterOf(targets: readonly SearchTarget[], { filter, key }: AnySearchOptions) {
  if (filter === undefined) return undefined;
  const owner = pathsOf(conditionNodeOf(filter))[0]?.owner;
  const target = targets.find(({ meta }) => meta === owner) ?? targets[0];
  if (owner === undefined || target === undefined) return undefined;
  return { target, node: filterNode(target, filter, key !== undefined) };
}

/** An engine's tableName may be a function of the model. */
function homeOf(targets: readonly SearchTarget[], homes: readonly Home[]): Home {
  const [first] = homes;
  if (first !== undefined && homes.every(({ tableName }) => tableName === first.tableName)) return first;
  throw new InvalidSearch(
    `A search of several models: the engine's tableName puts ${targets.map(nameOf).join(", ")} into several tables.`,
  );
}

type Loaders = ReadonlyMap<SearchTarget, (item: Item) => object>;

function loadersOf(
  context: Context,
  targets: readonly SearchTarget[],
  homes: readonly Home[],
  { onInvalid }: AnySearchOptions,
): Loaders {
  const readings = homes.map((home, at) => {
    const { index, meta } = targets[at] ?? {};
    const indexKeys = (index?.keys ?? []).flatMap((column) => meta?.shared?.composed.get(column) ?? []);
    return { ...readingOf(context, home, (index ?? home.meta).whole, onInvalid), indexKeys };
  });
  return new Map(
    targets.flatMap((target, at) => {
      const reading = readings[at];
      return reading === undefined
        ? []
        : [[target, (item: Item) => hydrate(context, target.prototype, item, reading)] as const];
    }),
  );
}

function loadItem(
  item: Item,
  target: SearchTarget | "other" | "unknown",
  loaders: Loaders,
  { onUnknown }: AnySearchOptions,
): object {
  const load = typeof target === "object" ? loaders.get(target) : undefined;
  if (load !== undefined) return load(item);
  if (onUnknown === "raw") return withBytes(item);
  const problem = 'the item is of a kind that no model of the table knows, and onUnknown is "error".';
  const [first] = loaders.keys();
  invariant(first !== undefined, "a search is of a model");
  throw refusalOfItem(first.meta, item, problem);
}
