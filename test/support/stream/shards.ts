/** The truth about a simulated stream: its shards, what was written to them, and what of it is left. */

import type { WireRecord } from "../../../src/session/stream-session.js";

export const minute = 60_000;
export const hour = 60 * minute;
export const retention = 24 * hour;
const listedFor = 28 * hour;
export const iteratorLife = 15 * minute;

export interface SimulatedShard {
  readonly streamOrdinal: number;
  readonly ordinal: number;
  readonly id: string;
  /** None, one, or the two that were merged. */
  readonly parents: readonly SimulatedShard[];
  readonly children: SimulatedShard[];
  /** The hashes of keys that are written here, `to` not among them. */
  readonly from: number;
  readonly to: number;
  readonly openedAt: number;
  /** When its children, which are listed already, take over. */
  closesAt: number | undefined;
  readonly listedAt: number;
  /** The number that its first record has at least. */
  start: number;
  closedAt: number | undefined;
  endListedAt: number;
  nextNumber: number;
  /** Side by side: the records, their numbers and the true times of writing, all growing. */
  readonly records: WireRecord[];
  readonly numbers: number[];
  readonly times: number[];
  /** How many records from the first on are trimmed. */
  trimmed: number;
  /** Left out of listings until then, by flapping. */
  hiddenUntil: number;
  /** Not found until then. */
  missingUntil: number;
  /** Names no next iterator until then. */
  endlessUntil: number;
}

export interface SimulatedStream {
  readonly ordinal: number;
  readonly arn: string;
  readonly label: string;
  readonly createdAt: number;
  readonly shards: SimulatedShard[];
  readonly byId: Map<string, SimulatedShard>;
  open: SimulatedShard[];
  disabledAt: number | undefined;
}

/** Drops what is too old: to be called before a shard is looked at, with times that never go back. */
export function trim(shard: SimulatedShard, now: number): void {
  while (shard.trimmed < shard.times.length && (shard.times[shard.trimmed] ?? now) <= now - retention) shard.trimmed++;
}

export function isSpent(shard: SimulatedShard, now: number): boolean {
  return shard.closedAt !== undefined && shard.closedAt <= now - retention;
}

export function isUnlisted(shard: SimulatedShard, now: number): boolean {
  return shard.closedAt !== undefined && shard.closedAt <= now - listedFor;
}

/** DynamoDB's numbers have 21 digits or more, and not all the same length. */
export const textOf = (number: number, style: "long" | "small"): string =>
  style === "small" ? String(number) : `${number}0000000`;

/** The number behind a text of ours; undefined where it is none. */
export function numberOf(text: string, style: "long" | "small"): number | undefined {
  if (style === "small") return /^[1-9]\d{0,15}$/.test(text) ? Number(text) : undefined;
  return /^[1-9]\d{0,15}0{7}$/.test(text) ? Number(text.slice(0, -7)) : undefined;
}

/** The index of the first record behind a number. */
export function indexAfter(shard: SimulatedShard, number: number): number {
  return partition(shard.numbers, (each) => each <= number);
}

/** The index of the first record written at a time or later. */
export function indexAt(shard: SimulatedShard, time: number): number {
  return partition(shard.times, (each) => each < time);
}

/** How many elements are on the left side of a sorted list. */
function partition(sorted: readonly number[], isLeft: (each: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isLeft(sorted[middle] ?? 0)) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** From 0 up to 1: which lineage a key belongs to (FNV-1a). */
export function hashOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 0x2c1b3c6d) >>> 0) / 4294967296;
}
