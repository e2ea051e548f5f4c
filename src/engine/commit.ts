/** Committing a prepared transaction: its id, conflicts, writers that came between, and what failed of it. */

import { randomUUID } from "node:crypto";
import { TransactionCanceled, type TransactionReason, TransactionTokenExpired } from "../errors.js";
import { printKey } from "../model/invalid.js";
import { failureOfReason, isConflict, isStaleUpdate, TransactionFailed } from "../session/failure.js";
import type { Call } from "../session/session.js";
import { backoff, pause } from "../util/async.js";
import { tokenMinutes } from "../wire/limits.js";
import { assertOptions } from "./check.js";
import type { Context } from "./context.js";
import { baseAfter, retryConflicts, sameRequest } from "./send.js";
import { violationOf } from "./violation.js";
import { allDone, type RenderedWrite, renderWrite, transacted, type Write } from "./write.js";

/** Half a minute is for the way there. */
const tokenLifetime = (tokenMinutes - 0.5) * 60_000;
const replans = 100;

interface Part {
  readonly write: Write;
  readonly rendered: RenderedWrite;
}

/** A transaction whose writes are decided. It can be committed again until it is known to be done. */
export class PreparedTransaction {
  readonly #context: Context;
  #parts: readonly Part[];
  #id: string = randomUUID();
  #firstCommitAt: Date | undefined;
  /** Resolves when the latest call of commit() has ended, however it did. */
  #latest: Promise<void> = Promise.resolve();
  #isDone = false;

  /** @internal */
  constructor(context: Context, writes: readonly Write[]) {
    this.#context = context;
    this.#parts = writes.map((write) => ({
      write,
      rendered: renderWrite(context, write, write.base, "transaction"),
    }));
  }

  /** By which DynamoDB recognises the transaction when it is sent again: its ClientRequestToken. */
  get id(): string {
    return this.#id;
  }

  /** When it was first sent under this id. */
  get firstCommitAt(): Date | undefined {
    return this.#firstCommitAt;
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
    if (this.#isDone || this.#parts.length === 0) return;
    this.#assertFresh();
    signal?.throwIfAborted();
    const call: Call = { signal, subject: () => `A transaction of ${this.#parts.length} items` };
    for (let attempt = 0; !this.#isDone; attempt++) {
      try {
        await this.#send(call);
        this.#isDone = true;
      } catch (error) {
        const next = await this.#replan(error, call);
        const isSame = next?.every(({ rendered }, index) => sameRequest(rendered, this.#parts[index]?.rendered));
        if (next === undefined || attempt === replans || (attempt > 2 && isSame)) throw this.#errorOf(error);
        // What was canceled was not done, and what is sent next is another transaction.
        this.#parts = next;
        this.#id = randomUUID();
        this.#firstCommitAt = undefined;
        await pause(backoff(attempt, 5, 200), signal);
      }
    }
    allDone(this.#parts.map(({ write }) => write));
  }

  #assertFresh(): void {
    const first = this.#firstCommitAt;
    if (first === undefined || Date.now() - first.getTime() <= tokenLifetime) return;
    throw new TransactionTokenExpired(
      `The transaction was first committed at ${first.toISOString()}. DynamoDB recognises it for ten minutes only, and could do it twice now. Find out whether it was done, and prepare another if not.`,
    );
  }

  async #send(call: Call): Promise<void> {
    this.#firstCommitAt ??= new Date();
    const TransactItems = this.#parts.map(({ write, rendered }) => transacted(write, rendered));
    const request = { TransactItems, ClientRequestToken: this.#id };
    await retryConflicts(() => this.#context.session.transactWriteItems(request, call), call.signal);
  }

  /** The writes onto the items as they are now, where only other writers were why it was canceled. */
  async #replan(error: unknown, call: Call): Promise<readonly Part[] | undefined> {
    const context = this.#context;
    const failures = failuresOf(error, this.#parts.length, call);
    const bases = await Promise.all(
      this.#parts.map(({ write, rendered }, index) => {
        const failure = failures[index];
        return failure === undefined ? undefined : baseAfter(context, write, rendered, failure, call);
      }),
    );
    const isNamed = error instanceof TransactionFailed;
    const isFinal = (failure: unknown, index: number) =>
      failure !== undefined && bases[index] === undefined && !isConflict(failure);
    if (isNamed && failures.some(isFinal)) return undefined;
    if (bases.every((base) => base === undefined)) return undefined;
    return this.#parts.map((part, index) => {
      const base = bases[index];
      if (base === undefined) return part;
      return { write: part.write, rendered: renderWrite(context, part.write, base, "transaction") };
    });
  }

  #errorOf(error: unknown): unknown {
    if (!(error instanceof TransactionFailed)) return error;
    const reasons = this.#parts.map(({ write }, index): TransactionReason => {
      const { code = "None", message = "", item } = error.reasons[index] ?? {};
      const object = write.given;
      if (code === "ConditionalCheckFailed") return { object, code, ...violationOf(this.#context, write, item) };
      return { object, code, message, current: undefined, version: undefined };
    });
    const failed = this.#parts.flatMap(({ write: { meta, key } }, index) => {
      const { code = "None", message = "" } = reasons[index] ?? {};
      return code === "None" ? [] : [`${meta.name}${printKey(meta, key)}: ${message === "" ? code : message}.`];
    });
    const more = failed.length > shownReasons ? ` And ${failed.length - shownReasons} more.` : "";
    return new TransactionCanceled(
      `The transaction was canceled, and nothing of it was done. ${failed.slice(0, shownReasons).join(" ")}${more}`,
      { reasons, cause: error.cause },
    );
  }
}

const shownReasons = 3;

/**
 * For each write, why it failed; undefined for those that did not. Where the path of an update leads nowhere, DynamoDB
 * may refuse the whole request without saying whose it was: it could be any.
 */
function failuresOf(error: unknown, length: number, call: Call): readonly unknown[] {
  if (error instanceof TransactionFailed) {
    return error.reasons.map((reason) => (reason.code === "None" ? undefined : failureOfReason(reason, call, error)));
  }
  return isStaleUpdate(error) ? Array.from({ length }, () => error) : [];
}
