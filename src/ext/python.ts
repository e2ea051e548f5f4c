/**
 * `bloop-dynamodb/ext/python`: the types of Python's Bloop, for a table that it has written or that both use. Each
 * stores exactly the text that Python's type stores.
 */

import type { Temporal } from "temporal-polyfill";
import { base64Form, loadBytes } from "../types/binary.js";
import { expected, Misfit } from "../types/codec/context.js";
import { scalarCodec } from "../types/codec/scalar.js";
import type { IsoOptions } from "../types/iso.js";
import { timestamp as coreTimestamp, type Fractions } from "../types/time.js";
import { makeType, type Type } from "../types/type.js";
import { type Binary, base64Of, bytesOf } from "../wire/binary.js";
import { instant } from "./temporal.js";

/**
 * `bloop.DateTime`: a point in time with microseconds as a Temporal.Instant, stored as S:
 * `2026-01-31T12:00:00.000000+00:00`. A value with more digits is an error, unless `fractions` says how to round it.
 *
 * For a Date, which has milliseconds, use the core's `datetime({ digits: 6, utc: "+00:00" })`. Then a stored value with
 * microseconds is an error, unless `fractions: "floor"` drops them.
 *
 * @example
 * const User = model("User", { id: uuid().hashKey(), email: string(), created: datetime() });
 */
export function datetime(options: Pick<IsoOptions, "fractions"> = {}): Type<Temporal.Instant, "S"> {
  return instant({ ...options, digits: 6, utc: "+00:00" });
}

/**
 * `bloop.Timestamp`: whole seconds since the epoch as a Date, stored as N. Python drops a fraction silently; here it is
 * an error, unless `fractions` says how to round it.
 */
export function timestamp(options: { fractions?: Fractions } = {}): Type<Date, "N"> {
  return coreTimestamp(options);
}

/** `bloop.Binary`: bytes, stored as B. Python stores the base64 text of the bytes, and not the bytes. */
export function binary(): Type<Uint8Array, "B"> {
  return makeType(
    scalarCodec("binary", "B", loadText, (value: Uint8Array) => ({ B: new Uint8Array(Buffer.from(dumpText(value))) }), {
      outline: { form: base64Form },
    }),
  );
}

function loadText(stored: Binary): Uint8Array {
  const text = Buffer.from(bytesOf(stored)).toString("latin1");
  try {
    return loadBytes(text);
  } catch (cause) {
    throw new Misfit("the stored bytes are no base64 text, as Python's Bloop stores; take the core's binary()", {
      cause,
    });
  }
}

function dumpText(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw expected("a Uint8Array", value);
  return base64Of(value);
}
