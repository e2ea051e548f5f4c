/** A prepared transaction: its writes are decided, its id is made. */

import { randomUUID } from "node:crypto";
import { assertOptions } from "./check.js";
import { type Commitment, commit } from "./commit.js";
import type { Context } from "./context.js";
import { renderWrite, type Write } from "./write.js";

/** A transaction whose writes are decided. It can be committed again until it is known to be done. */
export class PreparedTransaction {
  readonly #context: Context;
  readonly #commitment: Commitment;
  /** Resolves when the latest call of commit() has ended, however it did. */
  #latest: Promise<void> = Promise.resolve();

  /** @internal */
  constructor(context: Context, writes: readonly Write[]) {
    this.#context = context;
    const parts = writes.map((write) => ({ write, rendered: renderWrite(write, write.base, "transaction") }));
    this.#commitment = { parts, id: randomUUID(), firstCommitAt: undefined, isDone: false };
  }

  /** By which DynamoDB recognises the transaction when it is sent again: its ClientRequestToken. */
  get id(): string {
    return this.#commitment.id;
  }

  /** When it was first sent under this id. */
  get firstCommitAt(): Date | undefined {
    return this.#commitment.firstCommitAt;
  }

  /**
   * Sends the transaction. Called again after an error, a lost response for example, it is done once all the same.
   * Conflicts with other transactions are tried again after a pause; failed conditions are not.
   * Throws TransactionCanceled with a reason for each item, TransactionTokenExpired 9.5 minutes after the first commit.
   */
  async commit(options: { signal?: AbortSignal } = {}): Promise<void> {
    assertOptions(options, ["signal"], "commit()");
    // Two calls at once go one after the other: the later one finds it done, or tries by itself, with its own signal.
    const commit = this.#latest.then(() => this.#commit(options.signal));
    this.#latest = commit.then(
      () => {},
      () => {},
    );
    await commit;
  }

  async #commit(signal: AbortSignal | undefined): Promise<void> {
    const { isDone, parts } = this.#commitment;
    if (isDone || parts.length === 0) return;
    await commit(this.#context, this.#commitment, signal);
  }
}
