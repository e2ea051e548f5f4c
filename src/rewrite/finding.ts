/** The results of checks: a finding for each problem of an item, and the counts. */

import type { KeyAttributes } from "../model/kinds/key/key-of.js";
import type { SearchToken } from "../read/search-token.js";

/** An attribute that bloop makes of columns, as it is stored and as it should be. */
export interface AttributeDifference {
  /** Its stored name. */
  readonly attribute: string;
  /** In DynamoDB's form: `{ S: "..." }`. Undefined: it is not there. */
  readonly stored: unknown;
  /** Undefined: it should not be there. */
  readonly computed: unknown;
}

/** The item of a finding, and what became of it. */
interface Found {
  /** The model's name. */
  readonly model: string;
  /** The stored key, as keyOf() has it. */
  readonly key: KeyAttributes;
  /**
   * - found: nothing was written, since checkKeys() found it.
   * - rewritten: it is right by now.
   * - left: nothing was written, for the `reason` given.
   * - gone: the item was deleted or moved meanwhile, or is right by now.
   */
  readonly outcome: "found" | "rewritten" | "left" | "gone";
  readonly reason?: string | undefined;
}

/** The problem of an item, and its parts. */
type Problem =
  /** Keys of indexes, computed columns and the kind that are not as the columns make them. */
  | { readonly problem: "attributes"; readonly attributes: readonly AttributeDifference[] }
  /** The table's key is none that the model makes: it was made by another template. */
  | { readonly problem: "key"; readonly computed: KeyAttributes }
  /** The table's key is one that the model makes of other values than the columns have. */
  | { readonly problem: "disagreement"; readonly computed: KeyAttributes }
  /** A unique value without a marker, or with the marker of an item that does not have the value any more. */
  | { readonly problem: "marker"; readonly columns: readonly string[] }
  /** A unique value that another item has, too. Its key is undefined if an item of another kind has the marker's key. */
  | { readonly problem: "duplicate"; readonly columns: readonly string[]; readonly owner: KeyAttributes | undefined }
  /** Nothing can be made of the columns, for the `reason` given. */
  | { readonly problem: "invalid" };

export type KeyProblem = Problem["problem"];

export type KeyFinding = Found & Problem;

/** The progress of a check, and in the end its result. */
export interface KeyReport {
  /** Items that DynamoDB has read, of all kinds. */
  readonly scanned: number;
  /** Items of the models. */
  readonly items: number;
  /** Items of the models without a finding. */
  readonly right: number;
  /** Findings by their problem, and by what became of them. */
  readonly problems: Readonly<Record<KeyProblem, number>>;
  readonly outcomes: Readonly<Record<KeyFinding["outcome"], number>>;
  /** The position to go on from, as JSON. Undefined: all is read. */
  readonly token: SearchToken | undefined;
}

export const noProblems: Readonly<Record<KeyProblem, number>> = {
  attributes: 0,
  key: 0,
  disagreement: 0,
  marker: 0,
  duplicate: 0,
  invalid: 0,
};

export const noOutcomes: KeyReport["outcomes"] = { found: 0, rewritten: 0, left: 0, gone: 0 };
