/** The pieces of a composed key, in order, and whether keys of two formats can be confused. */

/** The attribute types that a part can have. */
export type PartWire = "S" | "N" | "B" | "BOOL";

/** A column whose value is a part of a key. */
export interface KeyPart {
  /** The column's property. */
  readonly column: string;
  readonly wire: PartWire;
  /** For whole numbers: digits, with zeros in front. */
  readonly width: number | undefined;
  /** Whether it is a text of one length, which sorts as its values do: a date and time. */
  readonly isFixed?: boolean | undefined;
  /** For texts of existing tables: written in lower or upper case, so that the key does not tell the original case. */
  readonly letters: "lower" | "upper" | undefined;
  /** For existing tables: filled up in front to a length. */
  readonly padding?: Padding | undefined;
}

export interface Padding {
  readonly length: number;
  /** One character. */
  readonly fill: string;
}

/** A value that a part of a key can't have. */
export class UnfitPart extends Error {
  /** The part's column, if it is known. */
  readonly column: string | undefined;

  constructor(column: string | undefined, message: string) {
    super(message);
    this.column = column;
  }
}

export function unfit({ column }: KeyPart, error: unknown): UnfitPart {
  return new UnfitPart(column, error instanceof Error ? error.message : String(error));
}

export type Piece = KeyPart | { readonly constant: string };

/** The composition of a key. */
export interface KeyFormat {
  /** "closed": each piece is escaped and closed by `#`. "open": texts are concatenated as in an existing table. */
  readonly kind: "closed" | "open";
  readonly pieces: readonly Piece[];
  readonly parts: readonly KeyPart[];
  /** The common beginning of all such keys: the constants before the first part. */
  readonly beginning: string;
  /** Whether a key does not tell all of its parts. */
  readonly isLossy: boolean;
}

export function isPart(piece: Piece | undefined): piece is KeyPart {
  return piece !== undefined && "column" in piece;
}

/**
 * Whether every key of `other` may begin with the constant beginning of `format`: then the beginning does not tell them
 * apart.
 */
export function mayBegin(format: KeyFormat, other: KeyFormat): boolean {
  return other.beginning.startsWith(format.beginning) || couldReach(format, other);
}

/** The other's constants end before those of `format` do, and any text may follow them. */
function couldReach(format: KeyFormat, other: KeyFormat): boolean {
  return other.parts.length > 0 && format.beginning.startsWith(other.beginning);
}

/** Whether a key of one can be equal to a key of the other. */
export function mayEqual(left: KeyFormat, right: KeyFormat): boolean {
  if (!mayBegin(left, right) && !mayBegin(right, left)) return false;
  if (left.kind === "open" || right.kind === "open") return true;
  return (
    left.pieces.length === right.pieces.length &&
    left.pieces.every((piece, index) => {
      const other = right.pieces[index];
      return isPart(piece) || other === undefined || isPart(other) || piece.constant === other.constant;
    })
  );
}

/** Whether two formats make the same keys of the same parts, whatever the columns are called. */
export function sameFormat(left: KeyFormat, right: KeyFormat): boolean {
  return JSON.stringify(shapeOf(left)) === JSON.stringify(shapeOf(right));
}

/** Whether the first `count` pieces of two formats make the same text of the same values. */
export function samePieces(left: KeyFormat, right: KeyFormat, count: number): boolean {
  const first = (format: KeyFormat) => ({ ...format, pieces: format.pieces.slice(0, count) });
  return sameFormat(first(left), first(right));
}

function shapeOf({ kind, pieces }: KeyFormat): unknown {
  return [
    kind,
    pieces.map((piece) => (isPart(piece) ? [piece.wire, piece.width, piece.letters, piece.padding] : piece.constant)),
  ];
}
