/** Texts inside keys: escaped so that none contains the `#` that closes a part, and so that they keep their order. */

/** Every code point from here on stays as it is. */
const firstPlain = 0x25;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
const escaped = /[\u0000-\u0024]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is escaped
const allEscaped = /[\u0000-\u0024]/g;

/**
 * Each code point below 0x25 becomes `$` and two lower-case hexadecimal digits. Throws for half of a surrogate pair, which
 * has no bytes in UTF-8.
 */
export function encodeText(text: string): string {
  if (!text.isWellFormed()) throw new Error("a text of a key has half of a surrogate pair");
  if (!escaped.test(text)) return text;
  return text.replace(allEscaped, (character) => `$${character.charCodeAt(0).toString(16).padStart(2, "0")}`);
}

/** The text, or undefined if encodeText() does not make it. */
export function decodeText(encoded: string): string | undefined {
  if (!encoded.isWellFormed()) return undefined;
  if (!encoded.includes("$")) return escaped.test(encoded) ? undefined : encoded;
  const text = encoded.replace(/\$([0-9a-f]{2})/g, (whole, digits: string) => {
    const code = Number.parseInt(digits, 16);
    return code < firstPlain ? String.fromCharCode(code) : whole;
  });
  return encodeText(text) === encoded ? text : undefined;
}
