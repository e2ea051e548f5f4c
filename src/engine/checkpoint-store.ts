/** The rows of a stream's checkpoints, in a table of the engine's. Loaded with the first stream that has some. */

import { InvalidOption } from "../errors.js";
import type { Item } from "../model/infer.js";
import type { Context } from "../operation/context.js";
import { searchOf } from "../read/search.js";
import type { CheckpointModel } from "../stream/checkpoint/checkpoint-model.js";
import type { CheckpointRow, CheckpointStore } from "../stream/checkpoint/checkpoints.js";
import { describeValue } from "../util/print.js";
import { WriteTransaction } from "../write/transaction.js";
import { update } from "../write/update.js";

/** The table, and the name in it. */
export function makeCheckpointStore(context: Context, model: CheckpointModel<string>, name: string): CheckpointStore {
  const keyOf = (shard: string) => ({ stream: name, shard });
  const targetOf = (shard: string, changes: Omit<CheckpointRow, "shard">) => ({
    model,
    key: keyOf(shard),
    changes: changesOf(changes),
  });
  const isAt = (expected: string | undefined) =>
    expected === undefined ? model.after.notExists() : model.after.eq(expected);
  return {
    name,
    async read() {
      const settings = { key: model.stream.eq(name), consistent: true };
      return (await searchOf<Item<CheckpointModel<string>>>(context, model, settings).all()).map(rowOf);
    },
    async create({ shard, ...changes }) {
      await update(context, targetOf(shard, changes), { condition: model.kind.notExists() });
    },
    async write({ shard, ...changes }, expected) {
      await update(context, targetOf(shard, changes), { condition: isAt(expected) });
    },
    async remove(shard, expected) {
      await new WriteTransaction(context).delete(new model(keyOf(shard)), { condition: isAt(expected) }).commit();
    },
    add(transaction, { shard, ...changes }, expected, done) {
      if (!(transaction instanceof WriteTransaction)) {
        throw new InvalidOption(
          `checkpoint() takes a transaction of engine.transaction(), got ${describeValue(transaction)}.`,
        );
      }
      transaction.updateThen(targetOf(shard, changes), { condition: isAt(expected) }, done);
    },
  };
}

/** The place is JSON by its nature; the cast is where a type of its own meets that. */
function changesOf({ kind, after, place }: Omit<CheckpointRow, "shard">) {
  return { kind, place: place as never, ...(after !== undefined && { after }) };
}

function rowOf({ shard, kind = "", after, place }: Item<CheckpointModel<string>>): CheckpointRow {
  return { shard, kind, after, place };
}
