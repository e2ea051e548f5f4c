/** Counters: exact ones, and ones for more than a thousand writes a second. */

import { add, type Engine, integer, model, string } from "bloop-dynamodb";

// #region exact
export const Page = model("Page", { path: string().hashKey(), views: integer() });

/** Adds exactly one, however many others count at the same time, and also if an answer is lost. */
export async function count(engine: Engine, path: string): Promise<number> {
  const page = await engine.update(Page, { path }, { views: add(1) }, { once: true });
  return page?.views ?? 0;
}
// #endregion

// #region sharded
const shards = 16;
export const Shard = model("Shard", {
  counter: string().hashKey(),
  count: integer(),
});
const keysOf = (counter: string) => Array.from({ length: shards }, (_, shard) => ({ counter: `${counter}#${shard}` }));

/** Spreads the writes over as many items: one item takes about a thousand a second. */
export async function countSpread(engine: Engine, counter: string): Promise<void> {
  const shard = Math.floor(Math.random() * shards);
  await engine.update(Shard, { counter: `${counter}#${shard}` }, { count: add(1) }, { once: true });
}

/** The sum of all shards, each as it is at the moment when it is read. */
export async function total(engine: Engine, counter: string): Promise<number> {
  const found = await engine.getMany(Shard, keysOf(counter), { consistent: true });
  return found.reduce((sum, shard) => sum + (shard?.count ?? 0), 0);
}
// #endregion
