/** Where objects belong: what was last seen of an object is of one table, as one client reaches it. */

import type { Column } from "./column.js";
import type { Meta } from "./meta.js";

/** What an item says of an object: one for all objects that are read alike. */
export interface Standing {
  /** The columns whose state is known: an attribute of them that is not in the item is not stored. */
  readonly known: ReadonlySet<Column>;
  /** Whether the object was made and not loaded: what it does not hold was never there to be lost. */
  readonly made: boolean;
  /** Whether the item is all that was stored, attributes that the model does not know included. */
  readonly whole: boolean;
  /** The table that all of this is said of. */
  readonly home: Home;
}

/** A model's table as the engines of one client reach it. There is one object for each, so that a comparison tells. */
export interface Home {
  readonly meta: Meta;
  readonly tableName: string;
  /** The client, or what stands for it. */
  readonly client: object;
  /** Of objects that are loaded of it with all that is stored. */
  readonly whole: Standing;
}

export function makeHome(meta: Meta, tableName: string, client: object): Home {
  const home: { -readonly [Name in keyof Home]?: Home[Name] } = { meta, tableName, client };
  const made = home as Home;
  home.whole = { known: meta.whole.known, made: false, whole: true, home: made };
  return made;
}

/**
 * Whether two homes are tables of which nothing says that they are one: "same", "other", or "unknown". Two clients can
 * reach one table by several hosts, and one client can by its name and by its ARN.
 */
export function compareHomes(left: Home, right: Home): "same" | "other" | "unknown" {
  if (left === right) return "same";
  if (left.client !== right.client) return "unknown";
  if (plainName(left) !== plainName(right)) return "other";
  return isArn(left) && isArn(right) ? "other" : "unknown";
}

function plainName({ tableName }: Home): string {
  return tableName.slice(tableName.lastIndexOf("/") + 1);
}

function isArn({ tableName }: Home): boolean {
  return tableName.startsWith("arn:");
}
