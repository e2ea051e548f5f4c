/**
 * Substitutes of columns for attributes that objects do not have: composed keys, kinds, and keys that no model
 * declares.
 */

import { makePlace } from "../../../expression/place.js";
import type { Codec } from "../../../types/codec/codec.js";
import { string } from "../../../types/string.js";
import { definitionOf, type KeyRole } from "../../../types/type.js";
import { type Column, isNeverStored } from "../../column.js";

/** `owner` is the model, or the table, that messages name. No object has a property of it, and no condition can name it. */
export function hiddenColumn(
  owner: { readonly name: string },
  storedName: string,
  {
    key,
    codec = definitionOf(string()).codec,
  }: { readonly key?: KeyRole | undefined; readonly codec?: Codec | undefined },
): Column {
  const path = { owner, local: [storedName], stored: [storedName] };
  return Object.freeze({
    property: storedName,
    storedName,
    codec,
    loaded: undefined,
    load: codec.load,
    isStored: isNeverStored,
    key,
    required: false,
    makeDefault: undefined,
    isDefaultMade: false,
    version: false,
    computed: undefined,
    path,
    place: makePlace(path, codec),
  });
}
