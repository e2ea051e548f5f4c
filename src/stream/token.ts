/** Where a stream stands, as JSON that can be stored, and back. What comes back is checked: it was out of our hands. */

import { InvalidPosition } from "../errors.js";
import { isPlainObject } from "../util/object.js";
import { describeValue, didYouMean, print } from "../util/print.js";

/** One shard of a token. */
export interface ShardToken {
  readonly id: string;
  readonly parents: readonly string[];
  /** The last record that was acknowledged. Absent: none was. */
  readonly after?: string;
  /** Records from before this time (ms) are passed over, up to the first one that is not. */
  readonly since?: number;
  /** When (ms) everything in it had been delivered and acknowledged. */
  readonly ended?: number;
  /** Found as another's parent and not listed so far. */
  readonly held?: Hold;
  /** Nothing was read of it, and what was written to it from this time (ms) on is lost where it is trimmed. */
  readonly unread?: number;
}

/** When (ms) a shard was found, or missing in a listing last; and in how many listings, which lie apart. */
export interface Hold {
  readonly at: number;
  readonly absences: number;
}

/** Where a stream stands: plain JSON, made to be stored. It never passes a record that was not acknowledged. */
export interface StreamToken {
  readonly version: 1;
  readonly tableName: string;
  /** "" where the stream was not found yet. */
  readonly streamArn: string;
  /** The time (ms) that the stream was started at; absent where it was started at the oldest record. */
  readonly since?: number;
  /** When (ms) the shards were listed last: one that is not among them is newer, or was listed late. */
  readonly listed?: number;
  readonly shards: readonly ShardToken[];
}

/**
 * Where a stream begins: at the oldest record that DynamoDB still holds, at what is written from now on, at a time, or
 * where another stream stood.
 */
export type StreamPosition = "trim_horizon" | "latest" | Date | StreamToken;

/** A position, checked. */
export interface Start {
  readonly tableName: string;
  readonly streamArn: string | undefined;
  readonly since: number | undefined;
  /** Whether a shard may be begun at its end. */
  readonly latest: boolean;
  /** When the shards of a token were listed last. */
  readonly listed?: number | undefined;
  readonly shards: readonly ShardToken[];
}

/** Throws InvalidPosition for what is no position, or is another table's. */
export function startOf(position: unknown, tableName: string, now: number): Start {
  const nowhere = { tableName, streamArn: undefined, latest: false, shards: [] };
  if (position === "trim_horizon") return { ...nowhere, since: undefined };
  if (position === "latest") return { ...nowhere, since: now, latest: true };
  if (position instanceof Date) {
    if (Number.isNaN(position.getTime())) throw new InvalidPosition("The position is an invalid Date.");
    return { ...nowhere, since: position.getTime() };
  }
  if (isPlainObject(position)) return startOfToken(position, tableName);
  throw new InvalidPosition(
    `A position is "trim_horizon", "latest", a Date or a stream's token, got ${describeValue(position)}${hintFor(position)}`,
  );
}

function hintFor(position: unknown): string {
  if (typeof position !== "string") return ".";
  if (position.startsWith("{")) return ". Parse the token's JSON first.";
  return didYouMean(position, ["trim_horizon", "latest"]) || ".";
}

/** Of a stream that stands where it was started. */
export function tokenOf({ tableName, streamArn = "", since, listed, shards }: Start): StreamToken {
  const times = { ...(since !== undefined && { since }), ...(listed !== undefined && { listed }) };
  return { version: 1, tableName, streamArn, ...times, shards };
}

function startOfToken(token: Record<string, unknown>, tableName: string): Start {
  const { version, streamArn, since, shards } = token;
  if (version !== 1) {
    throw new InvalidPosition(
      typeof version === "number" && version > 1
        ? "The token is of a newer version, which a newer bloop made; this one reads version 1."
        : `The position is no token of a stream: its version is ${describeValue(version)}.`,
    );
  }
  if (typeof streamArn !== "string" || typeof token.tableName !== "string" || !Array.isArray(shards)) {
    throw broken("it lacks its table, stream or shards");
  }
  const [, table = token.tableName] = /\btable\/([^/]+)\/stream\//.exec(streamArn) ?? [];
  const other = [table, token.tableName].find((name) => name !== tableName);
  if (other !== undefined) {
    throw new InvalidPosition(`The token is of the table ${print(other)}, and the stream of ${print(tableName)}.`);
  }
  if (streamArn === "" && shards.length > 0) throw broken("it has shards of no stream");
  const checked = shards.map(checkShard);
  if (new Set(checked.map(({ id }) => id)).size < checked.length) throw broken("it has a shard twice");
  const time = optional(since, isTime, "since");
  return {
    tableName,
    streamArn: streamArn === "" ? undefined : streamArn,
    since: time,
    latest: false,
    listed: optional(token.listed, isTime, "listed"),
    shards: checked,
  };
}

function checkShard(shard: unknown, index: number): ShardToken {
  const which = `shards[${index}]`;
  if (!isPlainObject(shard)) throw broken(`its ${which} is ${describeValue(shard)}`);
  const { id, parents } = shard;
  if (!isText(id)) throw broken(`its ${which}.id is ${describeValue(id)}`);
  if (!Array.isArray(parents) || !parents.every(isText)) throw broken(`its ${which}.parents are no texts`);
  const after = optional(shard.after, isSequenceNumber, `${which}.after`);
  const since = optional(shard.since, isTime, `${which}.since`);
  const ended = optional(shard.ended, isTime, `${which}.ended`);
  const held = optional(shard.held, isHold, `${which}.held`);
  const unread = optional(shard.unread, isTime, `${which}.unread`);
  return {
    id,
    parents,
    ...(after !== undefined && { after }),
    ...(since !== undefined && { since }),
    ...(ended !== undefined && { ended }),
    ...(held !== undefined && { held }),
    ...(unread !== undefined && { unread }),
  };
}

function optional<T>(value: unknown, isRight: (value: unknown) => value is T, what: string): T | undefined {
  if (value === undefined || isRight(value)) return value;
  throw broken(`its ${what} is ${describeValue(value)}`);
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

function isSequenceNumber(value: unknown): value is string {
  return typeof value === "string" && /^\d{1,40}$/.test(value);
}

function isTime(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isHold(value: unknown): value is Hold {
  return isPlainObject(value) && isTime(value.at) && isTime(value.absences);
}

function broken(problem: string): InvalidPosition {
  return new InvalidPosition(`The token is broken: ${problem}. Store and give it as it is.`);
}
