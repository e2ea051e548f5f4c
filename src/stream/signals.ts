/** What a stream tells its listeners. */

/** Records that are lost: those after this one, if any were read. */
export interface Gap {
  readonly after: string | undefined;
  readonly certain: boolean;
}

export interface StreamSignals {
  /**
   * Records were trimmed before they could be read. `after` is the last one that was; `certain` is false where nothing
   * was read of the shard yet, so that there may have been none to lose.
   */
  gap: { readonly shardId: string; readonly after: string | undefined; readonly certain: boolean };
  /** Everything in a shard was delivered, and nothing will be written to it any more. Whoever pulls has its last record. */
  shardEnded: { readonly shardId: string };
  /** A call failed, and is made again after a pause. Without a shardId it was about the stream as a whole. */
  retry: { readonly shardId: string | undefined; readonly error: unknown };
  /**
   * How far the reader is behind, each ten seconds while calls are answered: the age of the record that is worked on, or
   * else of the next one, by DynamoDB's whole seconds and the process's clock. `isAtTip`: there is none, in no shard;
   * `milliseconds` is 0 then.
   */
  lag: { readonly milliseconds: number; readonly isAtTip: boolean };
  /** The stream was disabled, and everything in it was delivered. Whoever pulls has the last record. */
  ended: Readonly<Record<never, never>>;
}

/** Their names, to refuse others. */
export const streamSignals: readonly string[] = Object.keys({
  gap: true,
  shardEnded: true,
  retry: true,
  lag: true,
  ended: true,
} satisfies Record<keyof StreamSignals, true>);

export type Emit = <Name extends keyof StreamSignals>(name: Name, event: StreamSignals[Name]) => void;
