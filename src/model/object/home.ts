/** The home of objects: the last seen state of an object belongs to one table, as one client reaches it. */

import type { Column } from "../column.js";
import type { Meta } from "../meta.js";

/** The facts about an object that its item does not hold. Objects that are read in the same way share one. */
export interface Standing {
  /** The columns whose state is known: if such an attribute is missing in the item, it is not stored. */
  readonly known: ReadonlySet<Column>;
  /** Whether the object was made and not loaded: it never lost attributes that it does not hold. */
  readonly made: boolean;
  /** Whether the item is complete, including attributes that the model does not know. */
  readonly whole: boolean;
  /** The table that these facts are about. */
  readonly home: Home;
}

/**
 * A model's table as the engines of one client reach it. There is one object for each, so that a comparison of
 * references is enough.
 */
export interface Home {
  readonly meta: Meta;
  readonly tableName: string;
  /** The client, or its substitute. */
  readonly client: object;
  /** The standing of objects that are loaded from it with all attributes. */
  readonly whole: Standing;
}

export function makeHome(meta: Meta, tableName: string, client: object): Home {
  const home: { -readonly [Name in keyof Home]?: Home[Name] } = { meta, tableName, client };
  const made = home as Home;
  home.whole = { known: meta.whole.known, made: false, whole: true, home: made };
  return made;
}

/**
 * Whether two homes are one table: "same", "other", or "unknown". Two clients can reach one table by several hosts, and
 * one client can reach it by its name and by its ARN.
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
