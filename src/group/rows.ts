/**
 * What a group of workers keeps of each shard, and the only writes that there are. A write is data: all of its parts are
 * done, or none. Pure: a store sends it, a test applies it to a map.
 *
 * A shard has two rows. Its lease says who reads it and that the reader is alive; its place says how far it was read. Two,
 * since a place is written in users' transactions, which would conflict with every renewal of one row. Both have the
 * epoch, which grows with each owner and from parent to child: who has a lesser one has lost the shard.
 */

export interface Lease {
  readonly shardId: string;
  /** Undefined if nobody reads it. */
  readonly owner: string | undefined;
  readonly epoch: number;
  /** Changes with each renewal. */
  readonly beat: number;
  /** The worker that asks for it. */
  readonly want: string | undefined;
}

export interface Place {
  readonly shardId: string;
  /** The shards that it follows. */
  readonly parents: readonly string[];
  readonly epoch: number;
  /** The last record that was handled, as positionOf() has it. Undefined: none. */
  readonly position: string | undefined;
  /** Milliseconds since the epoch: from when on there may be records that nobody has read; or when it ended. */
  readonly since: number;
  /** Milliseconds since the epoch: records from before are passed over, up to the first that is not. Undefined: none is. */
  readonly from: number | undefined;
  /** Milliseconds since the epoch: what was written before that was read, so that shards which follow it have nothing older. */
  readonly readTo: number | undefined;
  /** Whether all of it was handled: its children may be read. */
  readonly isEnded: boolean;
}

export interface Rows {
  readonly leases: ReadonlyMap<string, Lease>;
  readonly places: ReadonlyMap<string, Place>;
}

/** The lease of whoever looks for new shards. It has no place. */
export const discovery = "#discovery";

/** The place that says since when the group is there, and from when on it wants records. It has no lease. */
export const beginning = "#beginning";

export function beginningOf(since: number, from: number | undefined): Place {
  const none = { position: undefined, readTo: undefined, parents: [] };
  return { ...none, shardId: beginning, epoch: 0, since, from, isEnded: true };
}

/** The owner of a lease that was deleted and made again: whoever had it may not know yet, so that its time has to pass. */
const gone = "#gone";

/** What has to be so of a lease: undefined is not asked for. */
export interface LeaseDemand {
  readonly owner?: string | "nobody";
  readonly epoch?: number;
  readonly beat?: number;
  readonly want?: string | "nobody";
}

export interface PlaceDemand {
  readonly epoch?: number;
  /** The position is this one at most. */
  readonly atMost?: string;
  /** The position is less than this one. */
  readonly below?: string;
  readonly isEnded?: boolean;
}

export type Part =
  | { readonly kind: "createLease"; readonly row: Lease }
  | { readonly kind: "createPlace"; readonly row: Place }
  | { readonly kind: "setLease"; readonly shardId: string; readonly demand: LeaseDemand; readonly set: LeaseSet }
  | { readonly kind: "setPlace"; readonly shardId: string; readonly demand: PlaceDemand; readonly set: PlaceSet }
  | { readonly kind: "deleteLease"; readonly shardId: string; readonly demand: LeaseDemand }
  | { readonly kind: "deletePlace"; readonly shardId: string; readonly demand: PlaceDemand };

/** `null` takes a value away; `beat` is always raised by one. */
export interface LeaseSet {
  readonly owner?: string | null;
  readonly epoch?: number;
  readonly want?: string | null;
}

interface PlaceSet {
  readonly epoch?: number;
  readonly position?: string;
  readonly isEnded?: true;
  readonly since?: number;
  readonly readTo?: number;
}

export type Write = readonly Part[];

/** A lease as its owner has it. */
export interface Holding {
  readonly shardId: string;
  readonly owner: string;
  readonly epoch: number;
}

/**
 * A sequence number so that texts compare as numbers do, and the number as it came, which is asked for: a number of DynamoDB
 * holds 38 digits, and they have up to 40, and zeros in front.
 */
export function positionOf(sequenceNumber: string): string {
  return `${sequenceNumber.padStart(40, "0")} ${sequenceNumber}`;
}

export function sequenceNumberOf(position: string): string {
  return position.slice(position.indexOf(" ") + 1);
}

const unread = { position: undefined, readTo: undefined, isEnded: false };

/** The rows of a shard all of whose parents are read. Its epochs are above theirs, or a fence would shut its owner out. */
export function createShard(
  { shardId, parents, since, from }: Pick<Place, "shardId" | "parents" | "since" | "from">,
  places: readonly Place[],
): Write {
  const epoch = Math.max(0, ...places.map((place) => place.epoch)) + 1;
  return [
    { kind: "createLease", row: { shardId, owner: undefined, epoch, beat: 0, want: undefined } },
    { kind: "createPlace", row: { ...unread, shardId, parents, epoch, since, from } },
  ];
}

/**
 * What is missing of a shard's rows, one of which was deleted by hand: without its place it is read again, from the
 * group's beginning on. And a lease that was made again in the moment in which its shard ended goes.
 */
export function repairShard(
  shardId: string,
  {
    lease,
    place,
    from,
  }: { readonly lease: Lease | undefined; readonly place: Place | undefined; from: number | undefined },
): Write {
  if (place !== undefined && lease === undefined && !place.isEnded)
    return [{ kind: "createLease", row: { shardId, owner: gone, epoch: place.epoch, beat: 0, want: undefined } }];
  if (place?.isEnded === true && lease !== undefined)
    return [{ kind: "deleteLease", shardId, demand: { epoch: lease.epoch } }];
  if (place === undefined && lease !== undefined)
    return [
      {
        kind: "createPlace",
        row: { ...unread, shardId, parents: [], epoch: lease.epoch, since: 0, from },
      },
    ];
  return [];
}

/** Takes a lease that is as it was when it was looked at: unowned, or not renewed for its time. */
export function acquire({ shardId, epoch, beat, want }: Lease, owner: string): Write {
  const demand: LeaseDemand = { epoch, beat };
  const set: LeaseSet = { owner, epoch: epoch + 1, ...(want === undefined ? {} : { want: null }) };
  return [{ kind: "setLease", shardId, demand, set }, ...raisePlace(shardId, epoch + 1)];
}

/** The epoch of a place is that of the lease or less: a place that was made again by hand may be behind. */
function raisePlace(shardId: string, epoch: number): Write {
  if (shardId === discovery) return [];
  return [{ kind: "setPlace", shardId, demand: { isEnded: false }, set: { epoch } }];
}

export function renew({ shardId, owner, epoch }: Holding): Write {
  return [{ kind: "setLease", shardId, demand: { owner, epoch }, set: {} }];
}

/** `position` as positionOf() has it. The same position again is no failure: an answer may have been lost. */
export function checkpoint({ shardId, epoch }: Holding, position: string): Write {
  return [{ kind: "setPlace", shardId, demand: { epoch, atMost: position, isEnded: false }, set: { position } }];
}

/** The same for a user's transaction, which counts once: the place is still before the record. */
export function checkpointOnce({ shardId, epoch }: Holding, position: string): Part {
  return { kind: "setPlace", shardId, demand: { epoch, below: position, isEnded: false }, set: { position } };
}

/** Demands the same, and moves nothing: for a record with more to come. */
export function stillBefore({ shardId, epoch }: Holding, position: string): Part {
  return { kind: "setPlace", shardId, demand: { epoch, below: position, isEnded: false }, set: { epoch } };
}

/** All of the shard was handled. Its lease goes, so that nothing renews it; its children come in the same moment. */
export function end(
  { shardId, owner, epoch }: Holding,
  times: { readonly since: number; readonly readTo: number },
  children: Write,
): Write {
  return [
    { kind: "deleteLease", shardId, demand: { owner, epoch } },
    { kind: "setPlace", shardId, demand: { epoch, isEnded: false }, set: { isEnded: true, ...times } },
    ...children,
  ];
}

/** Nobody needs to know any more that a shard has ended. */
export function deletePlace({ shardId, epoch }: Place): Write {
  return [{ kind: "deletePlace", shardId, demand: { epoch, isEnded: true } }];
}

/** Asks the owner for a lease, unless another worker has asked since it was looked at. */
export function want({ shardId, epoch, owner = "nobody", want: before = "nobody" }: Lease, worker: string): Write {
  const demand: LeaseDemand = { epoch, owner, want: before };
  return [{ kind: "setLease", shardId, demand, set: { want: worker } }];
}

/** Takes a wish back. */
export function withdraw({ shardId, epoch }: Lease, worker: string): Write {
  return [{ kind: "setLease", shardId, demand: { epoch, want: worker }, set: { want: null } }];
}

/** Gives a lease to the worker that asks for it, or to nobody. */
export function giveUp({ shardId, owner, epoch }: Holding, to: string | undefined): Write {
  const demand: LeaseDemand = { owner, epoch, ...(to !== undefined && { want: to }) };
  const set: LeaseSet = { owner: to ?? null, epoch: epoch + 1, want: null };
  return [{ kind: "setLease", shardId, demand, set }, ...raisePlace(shardId, epoch + 1)];
}
