/** What an operation on an object takes of it: at its call, and once more when it had to wait for others. */

import { ownValue } from "../util/object.js";
import { attributeOf, type Item } from "../wire/attribute.js";
import { type Difference, diffObject } from "./diff.js";
import type { Home } from "./home.js";
import { diffImage, type Image, imageOf } from "./image.js";
import { assertKeyUnchanged, keyOfObject } from "./key.js";
import type { Meta } from "./meta.js";
import { differenceIn, type Seen, seenIn } from "./seen.js";
import { type Snapshot, snapshotOf } from "./snapshot.js";
import { type VersionCheck, versionOf } from "./version.js";

export interface Taken {
  readonly meta: Meta;
  readonly home: Home;
  readonly object: object;
  readonly key: Item;
  readonly seen: Seen;
  /** What was last seen in the table. */
  readonly snapshot: Snapshot | undefined;
  /** What an operation that had to wait was called with; undefined: the object as it is. */
  readonly image: Image | undefined;
}

/** What operations take that had to wait. */
export interface Earlier {
  readonly key: Item;
  readonly image: Image;
}

/** Throws InvalidOption for what is no object of a model, MissingKey, and InvalidValue for a key that was changed. */
export function takeObject(home: Home, object: object, earlier?: Earlier): Taken {
  const { meta } = home;
  const key = earlier === undefined ? keyOfObject(meta, object) : keyNow(meta, object, earlier.key);
  const seen = seenIn(home, object);
  return { meta, home, object, key, seen, snapshot: seen.snapshot, image: earlier?.image };
}

/** The key that an operation was called with, which the ones before it may have stored. */
function keyNow(meta: Meta, object: object, key: Item): Item {
  const last = snapshotOf(object);
  return last === undefined ? key : assertKeyUnchanged(meta, key, last.item);
}

/** What a write has to change. Throws InvalidValue for what DynamoDB could not store. */
export function differenceOf({ meta, object, seen, snapshot, image }: Taken): Difference {
  if (image === undefined && seen.origin === undefined) return diffObject(meta, object, snapshot);
  return differenceIn(seen, (before) =>
    image === undefined ? diffObject(meta, object, before) : diffImage(meta, image, before),
  );
}

/** What the object held. */
export function imageOfTaken({ meta, object, image }: Taken): Image {
  return image ?? imageOf(meta, object, snapshotOf(object), { onUnfit: "throw" });
}

/** What the version demands; see versionOf(). */
export function takenVersion(taken: Taken): VersionCheck | undefined {
  return versionOf(taken.seen, heldVersion(taken));
}

/** The version that the object holds. */
export function heldVersion({ meta: { version }, object, image }: Taken): unknown {
  if (version === undefined) return undefined;
  if (image === undefined) return ownValue(object, version.property);
  if (image.unfit.has(version)) return image.unfit.get(version);
  const attribute = attributeOf(image.item, version.storedName);
  return attribute === undefined ? undefined : version.load(attribute);
}
