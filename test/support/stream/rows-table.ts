/** The table of one reader's checkpoints, in memory; it refuses what it is told to, or loses the answer. */

import { MemoryTable, type Request } from "../memory-dynamodb.js";
import { sdkError } from "../recording-client.js";

export class RowsTable extends MemoryTable {
  /** "refused": nothing is written. "lost": it is, and nobody hears of it. */
  trouble: "none" | "refused" | "lost" = "none";

  constructor() {
    super(["stream", "shard"]);
  }

  /** The shards that have a row, and the start's. */
  get shards(): ReadonlySet<string> {
    return new Set(this.items.map(({ shard }) => (shard !== undefined && "S" in shard ? String(shard.S) : "")));
  }

  override answer(name: string, input: Request): object {
    // There is but one reader's name in it.
    if (name === "Query") return { Items: this.items, Count: this.items.length, ScannedCount: this.items.length };
    const { trouble } = this;
    if (trouble === "refused") throw sdkError("AccessDeniedException", "not now");
    const answer = super.answer(name, input);
    if (trouble === "lost") throw sdkError("AccessDeniedException", "the answer is lost");
    return answer;
  }
}
