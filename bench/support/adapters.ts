/** All libraries, in the order of the tables. Each is imported only in the process that measures it. */

import type { Adapter } from "./adapter.js";
import type { Wire } from "./item.js";

export const adapters: { readonly [key: string]: () => Promise<Adapter> } = {
  bare: async () => (await import("../adapters/bare.js")).bare,
  tuned: async () => (await import("../adapters/bare.js")).tuned,
  libDynamodb: async () => (await import("../adapters/lib-dynamodb.js")).libDynamodb,
  electrodb: async () => (await import("../adapters/electrodb.js")).electrodb,
  toolbox: async () => (await import("../adapters/toolbox.js")).toolbox,
  onetable: async () => (await import("../adapters/onetable.js")).onetable,
  dynamoose: async () => (await import("../adapters/dynamoose.js")).dynamooseAdapter,
  bloopOnSdk: async () => (await import("../adapters/bloop.js")).bloopOnSdk,
  bloop: async () => (await import("../adapters/bloop.js")).bloop,
  bloopKind: async () => (await import("../adapters/kinds.js")).bloopKind,
  bloopPlain: async () => (await import("../adapters/kinds.js")).bloopPlain,
  bloopHeard: async () => (await import("../adapters/observed.js")).bloopHeard,
  bloopTraced: async () => (await import("../adapters/observed.js")).bloopTraced,
  byHand: async () => (await import("../adapters/floor.js")).byHand,
  floor: async () => (await import("../adapters/floor.js")).floor,
};

export const names: { readonly [key: string]: string } = {
  bare: "bare SDK",
  tuned: "tuned SDK",
  libDynamodb: "lib-dynamodb",
  electrodb: "ElectroDB",
  toolbox: "DynamoDB-Toolbox",
  onetable: "OneTable",
  dynamoose: "Dynamoose",
  bloopOnSdk: "bloop, standard road",
  bloop: "bloop",
  byHand: "floor, objects by hand",
  floor: "floor",
};

export const peers = ["libDynamodb", "electrodb", "toolbox", "onetable", "dynamoose"];

/** Those to measure. A quick look leaves out four peers, which take a third of its time. */
export function adaptersFor({ full }: { readonly full: boolean }): string[] {
  return Object.keys(names).filter((key) => full || key === "electrodb" || !peers.includes(key));
}

/** What each library adds to its items. */
export async function extrasOf(keys: readonly string[]): Promise<{ [adapter: string]: Wire }> {
  const extras: { [adapter: string]: Wire } = {};
  for (const key of keys) extras[key] = (await adapters[key]?.())?.extras ?? {};
  return extras;
}
