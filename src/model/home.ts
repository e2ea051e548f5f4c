/** Where objects belong: what was last seen of an object is of one table, as one client reaches it. */

import type { Meta } from "./meta.js";

/** A model's table as the engines of one client reach it. There is one object for each, so that a comparison tells. */
export interface Home {
  readonly meta: Meta;
  readonly tableName: string;
  /** The client, or what stands for it. */
  readonly client: object;
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
