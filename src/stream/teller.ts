/** Tells of what happens to a stream: its listeners, the process's channels, and, of a certain gap, at least a warning. */

import type { Emitter } from "../util/emitter.js";
import { tellGap } from "./channels.js";
import type { RecordLoader } from "./record.js";
import type { StreamSignals } from "./signals.js";

interface Listeners {
  readonly signals: Emitter<StreamSignals>;
  readonly loader: Pick<RecordLoader, "modelName">;
  /** DynamoDB's name of the table. */
  readonly tableName: string;
  readonly onLag: () => void;
}

export class Teller {
  readonly #listeners: Listeners;
  /** Ends to tell of when the batch is handed over that is being gathered; undefined if none is. */
  #held: (() => void)[] | undefined;

  constructor(listeners: Listeners) {
    this.#listeners = listeners;
  }

  /**
   * Not at once: what a listener throws is no business of the core's. Of an end, when the last record was handed over,
   * and only if the stream has not moved meanwhile.
   */
  tellLater<Name extends keyof StreamSignals>(name: Name, event: StreamSignals[Name], isCurrent: () => boolean): void {
    if (name !== "shardEnded" && name !== "ended") queueMicrotask(() => this.#tell(name, event));
    else setImmediate(() => this.#tellOfEnd(() => isCurrent() && this.#tell(name, event)));
  }

  tellOfRetry(error: unknown): void {
    this.#tell("retry", { shardId: undefined, error });
  }

  /** Tells of no end until `release()`. */
  hold(): void {
    this.#held = [];
  }

  /** Returns a function that tells of the ends that were held, in the next turn of the event loop. */
  release(): () => void {
    const held = this.#held ?? [];
    this.#held = undefined;
    return () => {
      for (const tell of held) setImmediate(tell);
    };
  }

  #tellOfEnd(tell: () => void): void {
    if (this.#held === undefined) tell();
    else this.#held.push(tell);
  }

  #tell<Name extends keyof StreamSignals>(name: Name, event: StreamSignals[Name]): void {
    const { loader, signals, tableName, onLag } = this.#listeners;
    if (name === "gap" && "certain" in event) tellGap(tableName, event);
    if (name === "lag") onLag();
    if (name === "gap" && "certain" in event && event.certain && !signals.has(name)) {
      const { modelName } = loader;
      process.emitWarning(
        `Records of the stream of ${modelName} were trimmed before they could be read, in ${event.shardId}. A listener for "gap" takes the place of this warning.`,
        "BloopStreamGap",
      );
    }
    signals.emit(name, event);
  }
}
