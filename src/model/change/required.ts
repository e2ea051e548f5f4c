/** The required parts: columns of an item, and keys of a map that a write would create. Pure. */

import type { StoredPath } from "../../expression/path.js";
import type { Codec, MapInside } from "../../types/codec/codec.js";
import { attributeOf, type Item } from "../../wire/attribute.js";
import type { Meta } from "../meta.js";
import { applyEdits, type Edit, isMap, reachOf, valueAt } from "./edit.js";

/** A map that some edits would create on their paths, and the required keys that it would lack. */
interface LackingMap {
  readonly path: StoredPath;
  readonly keys: readonly string[];
}

/** The first such map. An existing map may lack any keys: it is like an item from before a column was added. */
export function lackingMap(meta: Meta, edits: readonly Edit[], base: Item): LackingMap | undefined {
  const making = edits.filter(({ path }) => path.length > 1 && reachOf(base, path) < path.length);
  if (making.length === 0) return undefined;
  const after = applyEdits(base, edits);
  for (const { path } of making) {
    for (let depth = reachOf(base, path); depth < path.length; depth++) {
      const at = path.slice(0, depth);
      const made = valueAt(after, at);
      if (!isMap(made)) break;
      const keys = requiredKeys(codecAt(meta, at, after)).filter((name) => attributeOf(made.M, name) === undefined);
      if (keys.length > 0) return { path: at, keys };
    }
  }
  return undefined;
}

function requiredKeys(codec: Codec | undefined): string[] {
  const inside = codec?.inside;
  if (inside?.kind !== "map") return [];
  return (inside.keys() ?? []).flatMap((key) => {
    const member = inside.at(key);
    return member?.required ? [member.storedName] : [];
  });
}

/** The codec of a place; undefined if no type declares it. */
function codecAt({ byStoredName }: Meta, path: StoredPath, item: Item): Codec | undefined {
  let codec = byStoredName.get(String(path[0]))?.codec;
  for (let depth = 1; depth < path.length; depth++) {
    const map = valueAt(item, path.slice(0, depth));
    const inside: MapInside | undefined = codec?.inside?.kind === "map" ? codec.inside : undefined;
    codec = isMap(map) ? inside?.member(String(path[depth]), map.M)?.codec : undefined;
  }
  return codec;
}
