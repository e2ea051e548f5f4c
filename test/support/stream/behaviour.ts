/** What DynamoDB, or an emulator of it, does by its nature: the knobs of the simulator. */

import { pick, type Random } from "../random.js";

/** Times are in milliseconds, chances from 0 to 1. */
export interface Behaviour {
  /** Shards that a new stream begins with. */
  readonly roots: number;
  /** A child is listed up to so much later than it begins. */
  readonly childDelay: number;
  /** A parent is listed as open up to so much longer than it is. */
  readonly openParentFor: number;
  /** Chance that a closed shard is left out of the listings of half a minute. */
  readonly flapping: number;
  readonly shardsAPage: number;
  readonly streamsAPage: number;
  /** Whether ShardFilter is honoured: emulators ignore it. */
  readonly childFilter: boolean;
  /** A shard of which nothing is left: unknown, listed but unreadable (DynamoDB Local), or readable and empty. */
  readonly trimmedShard: "missing" | "unreadable" | "empty";
  /** A closed shard whose records are all trimmed: read as empty, or refused even at its horizon (DynamoDB Local). */
  readonly emptiedShard: "empty" | "refused";
  /** Which call refuses a sequence number that was trimmed. */
  readonly trimmedFrom: "getShardIterator" | "getRecords";
  /** LATEST begins up to so much before the end. */
  readonly latestSlack: number;
  /** Chance of an empty page where there are records. */
  readonly emptyPages: number;
  /** Chance of a page that is shorter than it may be. */
  readonly shortPages: number;
  /** Chance that the last records of a closed shard come with a NextShardIterator. */
  readonly nextAtEnd: number;
  /** Chance that a NextShardIterator is missing before the end. */
  readonly spuriousEnds: number;
  /** DynamoDB Local's: an iterator of an empty shard is refused as trimmed once there is a record. */
  readonly falseTrims: boolean;
  /** What ApproximateCreationDateTime is truncated to, and how wrong it may be. */
  readonly createdAtUnit: number;
  readonly createdAtSkew: number;
  /** Whether the digits of a shard's id are its time, always the same, or no digits at all. */
  readonly ids: "timestamp" | "constant" | "opaque";
  /** A new stream is ENABLING, and lists no shard, for so long. */
  readonly enablingFor: number;
  /** A child may be listed up to so long before its parent is closed. */
  readonly childEarly: number;
  /** Whether the id of a child that is listed early has the time of that, rather than of its first record. */
  readonly earlyIds: boolean;
  /** Chance that a shard, open or not, is left out of the listings of up to 100 seconds. */
  readonly hiding: number;
  /** Chance that a page of a listing has no shard, or only shards of the page before, and is not the last. */
  readonly emptyListings: number;
  /** Chance that an open shard names no next iterator for up to ten seconds. */
  readonly hiccups: number;
  /** Chance that a young shard is not found for up to eight seconds. */
  readonly vanishing: number;
  /** Chance that a page begins with records of the page before. */
  readonly repeats: number;
  /** Whether an open shard is listed with the number of its last record as its end (Dynoxide). */
  readonly openEndings: boolean;
  /** Sequence numbers of 21 digits and more, or "1", "2" (Dynoxide). */
  readonly numbers: "long" | "small";
}

/** A service without any trap, for scenarios that are about one of them. */
export const plain: Behaviour = {
  roots: 1,
  childDelay: 0,
  openParentFor: 0,
  flapping: 0,
  shardsAPage: 100,
  streamsAPage: 100,
  childFilter: true,
  trimmedShard: "unreadable",
  emptiedShard: "empty",
  trimmedFrom: "getRecords",
  latestSlack: 0,
  emptyPages: 0,
  shortPages: 0,
  nextAtEnd: 0,
  spuriousEnds: 0,
  falseTrims: false,
  createdAtUnit: 1000,
  createdAtSkew: 0,
  ids: "timestamp",
  enablingFor: 0,
  childEarly: 0,
  earlyIds: false,
  hiding: 0,
  emptyListings: 0,
  hiccups: 0,
  vanishing: 0,
  repeats: 0,
  openEndings: false,
  numbers: "long",
};

/** As Dynoxide was seen to behave. */
export const dynoxide: Behaviour = { ...plain, childFilter: false, openEndings: true, numbers: "small" };

/** As DynamoDB Local was seen to behave; test/live/stream-simulator.test.ts compares. */
export const dynamoDBLocal: Behaviour = {
  ...plain,
  childFilter: false,
  emptiedShard: "refused",
  falseTrims: true,
  createdAtUnit: 60_000,
};

export function randomBehaviour(random: Random): Partial<Behaviour> {
  const sometimes = (chance: number): number => (random() < 0.4 ? chance : 0);
  return {
    roots: pick(random, [1, 1, 2, 3, 4]),
    childDelay: pick(random, [0, 0, 5_000, 120_000]),
    openParentFor: pick(random, [0, 0, 30_000]),
    flapping: sometimes(0.3),
    shardsAPage: pick(random, [1, 2, 3, 100]),
    streamsAPage: pick(random, [1, 100]),
    childFilter: random() < 0.5,
    trimmedShard: pick(random, ["missing", "unreadable", "empty"]),
    emptiedShard: pick(random, ["empty", "refused"]),
    trimmedFrom: pick(random, ["getShardIterator", "getRecords"]),
    latestSlack: sometimes(5_000),
    emptyPages: sometimes(0.5),
    shortPages: sometimes(0.5),
    nextAtEnd: pick(random, [0, 0.5, 1]),
    spuriousEnds: sometimes(0.3),
    falseTrims: random() < 0.3,
    createdAtUnit: pick(random, [1, 1000, 60_000]),
    createdAtSkew: sometimes(900),
    ids: pick(random, ["timestamp", "timestamp", "constant", "opaque"]),
    enablingFor: sometimes(5_000),
  };
}

/** Habits that come on top of a random behaviour: each is rare, so that histories have some of them and not all. */
export function randomHabits(random: Random): Partial<Behaviour> {
  const rarely = (chance: number): number => (random() < 0.2 ? chance : 0);
  const habits = {
    childEarly: pick(random, [0, 0, 0, 20_000, 600_000]),
    earlyIds: random() < 0.5,
    hiding: rarely(0.2),
    emptyListings: rarely(0.3),
    hiccups: rarely(0.05),
    vanishing: rarely(0.03),
    repeats: rarely(0.2),
    openEndings: random() < 0.1,
    numbers: random() < 0.15 ? "small" : "long",
  } satisfies Partial<Behaviour>;
  // If neither the listing nor a page tells the truth of an open shard, nothing does.
  return habits.openEndings ? { ...habits, childEarly: 0, hiccups: 0, spuriousEnds: 0 } : habits;
}
