/** The tags `key` and `template`: the notation of a composed key, in which constants and columns can't be taken for one another. */

import { InvalidModel } from "../../../errors.js";
import type { Padding } from "../../../key/format.js";
import { brand } from "../../../util/core.js";
import { describeValue, print, printList } from "../../../util/print.js";

/** A whole number from 0 as a part of a key, with zeros in front up to a width. */
export interface WidePart<out C extends string = string> {
  readonly column: C;
  /** Digits: 1 to 38. */
  readonly width: number;
  readonly case?: never;
  readonly pad?: never;
  readonly fill?: never;
}

/** A text as a part of an existing table's key, written in lower or upper case. */
export interface LetterPart<out C extends string = string> {
  readonly column: C;
  readonly case: "lower" | "upper";
  readonly width?: never;
  readonly pad?: never;
  readonly fill?: never;
}

/** A part of an existing table's key that is filled up in front, as other programs pad numbers. */
export interface PaddedPart<out C extends string = string> {
  readonly column: C;
  /** The length to fill it up to: 1 to 255 characters. */
  readonly pad: number;
  /** One character. Default: "0". */
  readonly fill?: string;
  /** The case that a text is written in. Default: as it is. */
  readonly case?: "lower" | "upper";
  readonly width?: never;
}

/** The content of `${}` in a key: a column, or a column with its format. */
export type PartOf<C extends string> = C | WidePart<C> | LetterPart<C> | PaddedPart<C>;

declare const composed: unique symbol;
const pieces: unique symbol = /* @__PURE__ */ Symbol.for(`${brand}key template`);

/** How the key of a kind is composed, for the table's option `key` and those of `indexes`. `P` are its columns, in order. */
export interface KeyTemplate<out P extends readonly PartOf<string>[]> {
  /** Type level only: never there at run time. */
  readonly [composed]: P;
  /** @internal */
  readonly [pieces]: DeclaredKey;
}

interface DeclaredPart {
  readonly column: string;
  readonly width: number | undefined;
  readonly letters: "lower" | "upper" | undefined;
  readonly padding?: Padding | undefined;
}

/** A template before the columns of a model are known. */
export interface DeclaredKey {
  readonly kind: "closed" | "open";
  readonly pieces: readonly (DeclaredPart | { readonly constant: string })[];
}

/**
 * A key of constants and columns, separated by `#`. The stored text is encoded, so that no two values have one key, and
 * keys sort as their columns do. Throws InvalidModel for an invalid key.
 *
 * @example
 * key`ORDER#${"placedAt"}#${"id"}`
 * key`ROUND#${{ column: "round", width: 6 }}` // ROUND#000042#
 */
export function key<const P extends readonly (string | WidePart)[]>(
  texts: TemplateStringsArray,
  ...columns: P
): KeyTemplate<P> {
  const parts = partsOf("key", texts, columns, ["column", "width"]);
  const constants = cooked("key", texts).map((text, index) =>
    constantsOf(text, { isFirst: index === 0, isLast: index === parts.length }),
  );
  const all = constants.flatMap((some, index) => {
    const part = parts[index];
    return [...some.map((constant) => ({ constant })), ...(part === undefined ? [] : [part])];
  });
  if (all.length === 0) throw new InvalidModel("key`` is empty; it takes constants and columns.");
  return made({ kind: "closed", pieces: all });
}

/**
 * A key as in an existing table: texts and columns concatenated, without escaping. Each write refuses a value that
 * could not be read back from the key. Throws InvalidModel for an invalid key.
 *
 * @example
 * template`USER#${"id"}`
 * template`$shop#id_${{ column: "id", case: "lower" }}`
 */
export function template<const P extends readonly PartOf<string>[]>(
  texts: TemplateStringsArray,
  ...columns: P
): KeyTemplate<P> {
  const parts = partsOf("template", texts, columns, ["column", "width", "case", "pad", "fill"]);
  const all = cooked("template", texts).flatMap((constant, index) => {
    const part = parts[index];
    return [...(constant === "" ? [] : [{ constant }]), ...(part === undefined ? [] : [part])];
  });
  if (all.length === 0) throw new InvalidModel("template`` is empty; it takes constants and columns.");
  return made({ kind: "open", pieces: all });
}

/** The declaration of a template, or undefined for anything else. */
export function declaredKeyOf(value: unknown): DeclaredKey | undefined {
  if (typeof value !== "object" || value === null || !(pieces in value)) return undefined;
  return (value as { readonly [pieces]: DeclaredKey })[pieces];
}

/** The only place that makes templates. A cast, since their type-level half is never there. */
function made<P extends readonly PartOf<string>[]>(declared: DeclaredKey): KeyTemplate<P> {
  const one = { [pieces]: declared };
  return Object.freeze(one) as Partial<KeyTemplate<P>> as KeyTemplate<P>;
}

function cooked(tag: string, texts: TemplateStringsArray): readonly string[] {
  if (Array.isArray(texts) && "raw" in texts && texts.every((text) => typeof text === "string" && text.isWellFormed()))
    return texts;
  throw new InvalidModel(
    `${tag} is a tag of a template, such as ${tag}\`ORDER#\${"id"}\`, got ${describeValue(texts)}.`,
  );
}

/** The constants between two columns: `#` separates each column from its neighbours. */
function constantsOf(
  text: string,
  { isFirst, isLast }: { readonly isFirst: boolean; readonly isLast: boolean },
): string[] {
  if (text === "" && (isFirst || isLast)) return [];
  if (text === "#" && !isFirst && !isLast) return [];
  const start = isFirst ? 0 : 1;
  const end = isLast ? text.length : text.length - 1;
  const isDivided = (isFirst || text.startsWith("#")) && (isLast || text.endsWith("#")) && start <= end;
  const constants = isDivided ? text.slice(start, end).split("#") : [""];
  if (constants.every((constant) => constant !== "")) return constants;
  throw new InvalidModel(
    `The text ${print(text)} of a key: its pieces are divided by one "#" each, such as key\`ORDER#\${"placedAt"}#\${"id"}\`, and bloop closes the last one by itself.`,
  );
}

function partsOf(
  tag: string,
  texts: TemplateStringsArray,
  columns: readonly unknown[],
  names: readonly string[],
): DeclaredPart[] {
  cooked(tag, texts);
  return columns.map((given) => {
    if (typeof given === "string") return { column: given, width: undefined, letters: undefined };
    const problem = partProblem(given, names);
    if (problem !== undefined) throw new InvalidModel(`The part ${print(given)} of ${tag}\`\` can't be: ${problem}.`);
    const { column, width, case: letters, pad, fill = "0" } = given as GivenPart;
    return { column, width, letters, ...(pad !== undefined && { padding: { length: pad, fill } }) };
  });
}

interface GivenPart {
  readonly column: string;
  readonly width?: number;
  readonly case?: "lower" | "upper";
  readonly pad?: number;
  readonly fill?: string;
}

/** The reason why a part of a template is none. */
function partProblem(given: unknown, names: readonly string[]): string | undefined {
  if (typeof given !== "object" || given === null) return "it is a column's name, or an object";
  const { column, width, case: letters, pad, fill } = given as { readonly [name: string]: unknown };
  const stranger = Object.keys(given).find((name) => !names.includes(name));
  if (stranger !== undefined) return `it takes ${printList(names)}, not ${print(stranger)}`;
  if (typeof column !== "string") return "its column is not a text";
  if (width !== undefined && !isLength(width, 38)) return "its width is not a whole number from 1 to 38";
  if (letters !== undefined && letters !== "lower" && letters !== "upper")
    return 'its case is neither "lower" nor "upper"';
  if (pad === undefined)
    return fill === undefined ? undefined : "it has a fill and no pad, the length to fill it up to";
  if (!isLength(pad, 255)) return "its pad is not a whole number from 1 to 255";
  if (width !== undefined) return "it has both a width and a pad";
  if (fill === undefined || (typeof fill === "string" && fill.length === 1 && fill.isWellFormed())) return undefined;
  return "its fill is not one character";
}

function isLength(value: unknown, most: number): boolean {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value <= most;
}
