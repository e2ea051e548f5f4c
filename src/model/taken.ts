/** The state of an object that an operation takes: at its call, and again if it had to wait for others. */

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
  /** The last state seen in the table. */
  readonly snapshot: Snapshot | undefined;
  /** The object's state at the call of an operation that had to wait; undefined: the object as it is now. */
  readonly image: Image | undefined;
}

/** The state taken at the call, for operations that had to wait. */
export interface Earlier {
  readonly key: Item;
  readonly image: Image;
}

/**
 * Throws InvalidOption for a value that is not an object of a model, MissingKey, and InvalidValue for a changed key.
 */
export function takeObject(home: Home, object: object, earlier?: Earlier): Taken {
  const { meta } = home;
  const last = snapshotOf(object);
  const key = earlier === undefined ? keyOfObject(meta, object, last) : keyNow(meta, earlier.key, last);
  const seen = seenIn(home, object, last);
  return { meta, home, object, key, seen, snapshot: seen.snapshot, image: earlier?.image };
}

/** The key at the operation's call. Operations before it may have stored it. */
function keyNow(meta: Meta, key: Item, last: Snapshot | undefined): Item {
  return last === undefined ? key : assertKeyUnchanged(meta, key, last.item);
}

/** The difference that a write has to make. Throws InvalidValue for a value that DynamoDB can't store. */
export function differenceOf({ meta, object, seen, snapshot, image }: Taken): Difference {
  if (image === undefined && seen.origin === undefined) return diffObject(meta, object, snapshot);
  return differenceIn(seen, (before) =>
    image === undefined ? diffObject(meta, object, before) : diffImage(meta, image, before),
  );
}

/** The object's state as an image. */
export function imageOfTaken({ meta, object, image }: Taken): Image {
  return image ?? imageOf(meta, object, snapshotOf(object), { onUnfit: "throw" });
}

/** The check of the version; see versionOf(). */
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
