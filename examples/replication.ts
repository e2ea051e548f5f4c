/** A table that follows another one, of another region or name: what the page on replication shows. */

// #region model
import { type Engine, integer, model, type StreamToken, string } from "bloop-dynamodb";

export const Account = model(
  "Account",
  {
    id: string().hashKey(),
    email: string(),
    version: integer().version(),
  },
  { stream: { include: ["new", "old"] } },
);
// #endregion

// #region replicate
/** The position of a replica, and the means to store it and to stop. */
export interface Following {
  /** Undefined: from the beginning, with a copy of the table. */
  readonly token?: StreamToken | undefined;
  /** Stores a token so that it survives the process. */
  keep(token: StreamToken): Promise<void>;
  readonly signal: AbortSignal;
}

/** Copies all items from one engine's table to another's, and then each change, until the signal ends it. */
export async function replicate(source: Engine, replica: Engine, { token, keep, signal }: Following): Promise<void> {
  // A value that does not fit its column is copied as it is stored.
  const from = source.with({ onInvalid: "omit" });
  // The stream is opened first: it has the changes that are made during the copy.
  const stream = from.stream(Account, token ?? "latest", { signal });
  await stream.ready;
  if (token === undefined) await replica.putAll(copies(from, replica), { signal });
  await keep(stream.token);
  for await (const { type, old, ...record } of stream) {
    if (record.new !== undefined) await replica.putAll([replica.adopt(record.new)]);
    if (type === "remove" && old !== undefined) await replica.deleteAll([replica.adopt(old)]);
    await keep(stream.token);
  }
}

async function* copies(from: Engine, replica: Engine) {
  for await (const account of from.scan(Account, { consistent: true, segments: 4 })) yield replica.adopt(account);
}
// #endregion
