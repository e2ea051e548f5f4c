/** Tokens of searches as opaque texts, for web APIs: plain ones, and ones that only their maker can read and make. */

import { InvalidOption, InvalidPosition } from "../errors.js";
import { once } from "../util/async.js";
import { describeValue } from "../util/print.js";

/** Twice the keys of a table and an index in base64, with the text around them. */
const longestSegment = 50_000;

/** A token as text that needs no escapes in a URL. Anybody can read it, and make one. */
export function cursorOf(token: object): string {
  return Buffer.from(JSON.stringify(token)).toString("base64url");
}

/** The token in a text, or undefined if there is none. A text that is too long for a token is not read. */
export function tokenOfCursor(text: string, segments: number): unknown {
  const bytes = text.length > longestSegment * segments ? undefined : decoded(text);
  if (bytes === undefined) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}

/** The owner of a cursor, if it has one: the id of a user or tenant. */
type Owner = readonly [] | readonly [owner: string];

/** Makes cursors that nobody else can read, change or make. */
export interface Cursors {
  /**
   * Encrypts the cursor of a search. An owner, such as the id of a user, is not in the text, but only the same owner
   * can open it. For a search at its end, undefined stays undefined.
   */
  seal(cursor: string | undefined, ...owner: Owner): Promise<string | undefined>;
  /**
   * The cursor that was sealed. Throws InvalidPosition for any text that was not sealed with one of these keys and for
   * this owner.
   */
  open(sealed: string, ...owner: Owner): Promise<string>;
}

/** The first byte of a sealed cursor: the version of its format. */
const format = 1;
const ivBytes = 12;
const tagBytes = 16;

/**
 * Makes cursors with a secret key of 16 or 32 random bytes, by AES-GCM. With several keys, the first one seals and all
 * of them open: this is how to replace a key. Throws InvalidOption for invalid keys.
 *
 * @example
 * const cursors = makeCursors(Buffer.from(process.env["CURSOR_KEY"] ?? "", "base64"));
 * const next = await cursors.seal(engine.scan(Account).cursor, "user-1");
 */
export function makeCursors(...keys: readonly Uint8Array[]): Cursors {
  const imported = keys.map(importKey);
  const [first] = imported;
  if (first === undefined) throw new InvalidOption("makeCursors() takes at least one key of 16 or 32 random bytes.");
  return {
    seal: async (cursor, ...owner) => {
      const additionalData = boundTo(owner);
      if (cursor === undefined) return undefined;
      if (typeof cursor !== "string") throw new InvalidOption(`seal() takes a cursor, got ${describeValue(cursor)}.`);
      const iv = crypto.getRandomValues(new Uint8Array(ivBytes));
      const cipher = { name: "AES-GCM", iv, additionalData };
      const sealed = await crypto.subtle.encrypt(cipher, await first(), Buffer.from(cursor, "base64url"));
      return Buffer.concat([Uint8Array.of(format), iv, new Uint8Array(sealed)]).toString("base64url");
    },
    open: async (sealed, ...owner) => {
      const additionalData = boundTo(owner);
      const bytes = sealedBytes(sealed);
      const cipher = { name: "AES-GCM", iv: bytes.subarray(1, 1 + ivBytes), additionalData };
      for (const key of imported) {
        const opened = await decrypted(cipher, await key(), bytes.subarray(1 + ivBytes));
        if (opened !== undefined) return Buffer.from(opened).toString("base64url");
      }
      throw new InvalidPosition("The cursor was not made here, or for somebody else. Begin without one.");
    },
  };
}

type WebKey = Parameters<typeof crypto.subtle.encrypt>[1];

function importKey(key: Uint8Array): () => Promise<WebKey> {
  if (!(key instanceof Uint8Array) || (key.length !== 16 && key.length !== 32))
    throw new InvalidOption(`A key of makeCursors() is 16 or 32 random bytes, got ${describeValue(key)}.`);
  const copy = new Uint8Array(key);
  return once(() => crypto.subtle.importKey("raw", copy, "AES-GCM", false, ["encrypt", "decrypt"]));
}

/** An owner that is undefined by mistake would make a cursor that everyone can open. */
function boundTo(owner: readonly unknown[]): Uint8Array {
  if (owner.length === 0) return Uint8Array.of(format, 0);
  const [name] = owner;
  if (typeof name === "string" && name !== "") return Buffer.concat([Uint8Array.of(format, 1), Buffer.from(name)]);
  throw new InvalidOption(`The owner of a cursor is a text, got ${describeValue(name)}. Leave it out if it has none.`);
}

function sealedBytes(sealed: unknown): Buffer {
  if (typeof sealed !== "string")
    throw new InvalidPosition(`A cursor is a text, got ${describeValue(sealed)}. Begin without one.`);
  const bytes = decoded(sealed);
  if (bytes?.[0] === format && bytes.length > 1 + ivBytes + tagBytes) return bytes;
  throw new InvalidPosition("The cursor is broken: it is not as it was made. Begin without one.");
}

/** Undefined for a text that is not written as base64url is: Node.js reads others, too. */
function decoded(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, "base64url");
  return bytes.toString("base64url") === text ? bytes : undefined;
}

type Cipher = Parameters<typeof crypto.subtle.decrypt>[0];

/** Undefined if it was sealed with another key or for another owner, or was changed. */
async function decrypted(cipher: Cipher, key: WebKey, sealed: Uint8Array): Promise<ArrayBuffer | undefined> {
  try {
    return await crypto.subtle.decrypt(cipher, key, sealed);
  } catch {
    return undefined;
  }
}
