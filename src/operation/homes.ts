/** The table of a model's items, by an engine's naming: one home for each table of a client. */

import { InvalidOption } from "../errors.js";
import type { Meta } from "../model/meta.js";
import { type Home, makeHome } from "../model/object/home.js";
import { metaOfObject } from "../model/registry.js";
import { shared } from "../util/core.js";
import { print } from "../util/print.js";
import type { Context } from "./context.js";

/** "dev-{tableName}", or a function of the model, which is called for each operation. */
export type TableNaming = string | ((model: { readonly name: string; readonly tableName: string }) => string);

/** The homes of one client's tables, by model and name. */
type Homes = WeakMap<Meta, Map<string, Home>>;

/** By client: engines of one client have the same homes. */
const clients: WeakMap<object, Homes> = /* @__PURE__ */ shared("homes", () => new WeakMap());

function homesOf(client: object): Homes {
  const homes = clients.get(client) ?? new WeakMap<Meta, Map<string, Home>>();
  clients.set(client, homes);
  return homes;
}

/**
 * The home of a model's items, for engines of a client. Throws InvalidOption for a template without {tableName}, and for
 * a name that DynamoDB does not take.
 */
export function homeNamer(client: object, naming: TableNaming = "{tableName}"): (meta: Meta) => Home {
  if (typeof naming === "string" && !naming.includes("{tableName}")) {
    throw new InvalidOption(
      `The engine's tableName is ${print(naming)}, which would be every model's table; put {tableName} into it, or give a function, such as () => process.env.TABLE_NAME.`,
    );
  }
  const homes = homesOf(client);
  const latest = new WeakMap<Meta, Home>();
  return (meta) => {
    const before = latest.get(meta);
    if (before !== undefined && typeof naming === "string") return before;
    const tableName = typeof naming === "string" ? naming.replaceAll("{tableName}", meta.tableName) : naming(meta);
    if (before !== undefined && before.tableName === tableName) return before;
    const home = homeIn(homes, { meta, tableName, client });
    latest.set(meta, home);
    return home;
  };
}

/**
 * A context with one table name for each model throughout an operation on many objects, however long it takes. The name
 * for a model is decided with its first object; for an array, at the call.
 */
export function settleHomes(context: Context, source: unknown): Context {
  const settled = new Map<Meta, Home>();
  const homeOf = (meta: Meta): Home => {
    const home = settled.get(meta) ?? context.homeOf(meta);
    settled.set(meta, home);
    return home;
  };
  for (const object of Array.isArray(source) ? source : []) {
    try {
      homeOf(metaOfObject(object));
    } catch {
      // The error is thrown again when the object is taken, as the failure of that object.
    }
  }
  return { ...context, homeOf };
}

function homeIn(homes: Homes, { meta, tableName, client }: Omit<Home, "whole">): Home {
  const named = homes.get(meta) ?? new Map<string, Home>();
  homes.set(meta, named);
  const known = named.get(tableName);
  if (known !== undefined) return known;
  if (typeof tableName !== "string" || !/^([A-Za-z0-9_.-]{3,255}|arn:.+)$/.test(tableName)) {
    throw new InvalidOption(
      `${meta.name}'s table would be called ${print(tableName)}; DynamoDB takes 3 to 255 letters, digits, "_", "." and "-".`,
    );
  }
  const home = makeHome(meta, tableName, client);
  named.set(tableName, home);
  return home;
}
