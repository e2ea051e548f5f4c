/** What the times in a stream tell, and how far they can be trusted. */

/**
 * By how much the time of a record may lie before the moment of its write: DynamoDB gives whole seconds, DynamoDB Local
 * whole minutes, and clocks differ. Nothing is passed over that may have been written at or after the time asked for.
 */
export const timeSlack = 61_000;

/**
 * By how much a parent may have been written to later than the time in its child's id: a child may be made, and listed,
 * before its parent is closed.
 */
export const earlyChildSlack: number = 15 * 60_000;

/** DynamoDB holds records for 24 hours. */
export const retention: number = 24 * 3_600_000;

/** Whether records of a time may be trimmed by now. */
export function isOver(time: number, now: number): boolean {
  return time <= now - retention + timeSlack;
}

/** A shard is there for about four hours, and for a day after it was closed. */
const shardLife: number = retention + 4 * 3_600_000;

/** How long after its creation a shard may still be missing in listings. */
export const listingDelay = 150_000;

/** Ended shards are remembered for so long: one that is listed again is not read again. */
export const tombstoneLife: number = 2 * retention;

/**
 * When a shard was created, by its id: a lower bound for the times of its records, and an upper one for those of its
 * parents. That the digits say so is documented nowhere, so that what can't be is not believed.
 */
export function createdAt(shardId: string, now: number): number | undefined {
  const [, digits] = /^shardId-(\d{20})-/.exec(shardId) ?? [];
  if (digits === undefined) return undefined;
  const time = Number(digits);
  return time > now - tombstoneLife && time < now + 3_600_000 ? time : undefined;
}

/** Whether records of a shard may be trimmed by now. */
export function canBeTrimmed(shardId: string, now: number): boolean {
  const created = createdAt(shardId, now);
  return created === undefined || created <= now - retention + 3_600_000;
}

/**
 * For how long a shard has to be not found before it is taken to be gone: an old one may well be, a young one can't, and
 * may not be known everywhere yet. In between, a mistake of DynamoDB passes within seconds. `readAt`: when it was read
 * last, which says that it is there for a day more.
 */
export function patienceFor(shardId: string, readAt: number | undefined, now: number): number {
  const created = createdAt(shardId, now);
  if (created === undefined && readAt !== undefined && !isOver(readAt, now)) return listingDelay;
  if (created !== undefined && created <= now - shardLife) return 1000;
  return canBeTrimmed(shardId, now) ? 30_000 : listingDelay;
}
