/** A prepared transaction: its writes are decided, and it has its id. */

import { enter, isIdle } from "../model/object/queue.js";
import { checkOptions } from "../operation/check.js";
import type { Context } from "../operation/context.js";
import { commitRules } from "../operation/option-rules.js";
import type { CommitOptions } from "../operation/options.js";
import { endTurn, joinLine, type Turn } from "../operation/turn.js";
import { commit } from "./commit.js";
import { makeTransaction, type SentTransaction } from "./send.js";
import type { Write } from "./write.js";

/** The content of a transaction. */
export interface Decided {
  readonly writes: readonly Write[];
  /** The objects that have no write, by their index among all actions. */
  readonly unchanged: ReadonlyMap<number, object>;
}

/** The writes of a transaction. */
interface Prepared {
  /** The objects that no other operation may use during the commit. */
  readonly objects: readonly object[];
  /** A promise if other operations have to end before the decision. */
  readonly decided: Decided | Promise<Decided>;
}

/** A transaction whose writes are decided. It can be committed again until it is known to be done. */
export class PreparedTransaction {
  readonly #context: Context;
  readonly #sending: SentTransaction;
  #unchanged: Decided["unchanged"] = new Map();
  readonly #objects: readonly object[];
  /** Resolves when the writes are decided; undefined if they are. */
  readonly #planned: Promise<void> | undefined;
  /** Resolves when the latest call of commit() has ended, in success or failure. */
  #latest: Promise<void> = Promise.resolve();

  /** @internal */
  constructor(context: Context, { objects, decided }: Prepared) {
    this.#context = context;
    this.#objects = objects;
    if ("then" in decided) {
      this.#sending = makeTransaction([]);
      this.#planned = decided.then(({ writes, unchanged }) => {
        this.#sending.parts = makeTransaction(writes).parts;
        this.#unchanged = unchanged;
      });
      this.#planned.catch(() => {});
    } else {
      this.#sending = makeTransaction(decided.writes);
      this.#unchanged = decided.unchanged;
    }
  }

  /** The id by which DynamoDB recognises the transaction when it is sent again: its ClientRequestToken. */
  get id(): string {
    return this.#sending.token;
  }

  /** The time when it was first sent with this id. */
  get firstCommitAt(): Date | undefined {
    return this.#sending.firstSentAt;
  }

  /**
   * Sends the transaction. Called again after an error, such as a lost response, it is still done only once. Conflicts
   * with other transactions are retried after a pause; failed conditions are not. Throws TransactionCanceled with a
   * reason for each item, TransactionTokenExpired 9.5 minutes after the first commit.
   */
  async commit(options: CommitOptions = {}): Promise<void> {
    checkOptions(options, commitRules, "commit()");
    // Concurrent calls run one after the other: the later one finds the transaction done, or tries by itself, with its
    // own signal.
    const commit = this.#commit(this.#latest, options.signal);
    this.#latest = commit.then(
      () => {},
      () => {},
    );
    await commit;
  }

  async #commit(latest: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
    const turns = this.#objects.map((object) => ({ object, turn: enterOrJoin(object) }));
    try {
      for (const { turn } of turns) await turn?.begun(signal);
      await latest;
      await this.#planned;
      const { isDone, parts } = this.#sending;
      if (isDone || parts.length === 0) return;
      await commit(this.#context, { sending: this.#sending, unchanged: this.#unchanged }, signal);
    } finally {
      for (const { object, turn } of turns) endTurn(object, turn);
    }
  }
}

/** The turn of a commit. It takes no values: prepare() did. */
function enterOrJoin(object: object): Turn | undefined {
  if (!isIdle(object)) return joinLine(object, { takes: "nothing" });
  enter(object);
  return undefined;
}
