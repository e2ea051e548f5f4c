/** The keys of a kind's table and indexes: columns, or composed of columns and constants. */

import { closedFormat } from "../../../key/closed.js";
import { type KeyFormat, type PartWire, type Piece, sameFormat } from "../../../key/format.js";
import { openFormat } from "../../../key/open.js";
import { type AnyType, definitionOf, type KeyRole, type Shape } from "../../../types/type.js";
import { print, printList } from "../../../util/print.js";
import { maxHashKeyBytes, maxRangeKeyBytes } from "../../../wire/limits.js";
import type { Column } from "../../column.js";
import { columnNamed, invalid } from "../../declaration/refusal.js";
import type { ComposedKey, Kind, Meta, TableRecord } from "../../meta.js";
import { hiddenColumn } from "./hidden.js";
import { type DeclaredKey, declaredKeyOf } from "./template.js";

/** A declaration while it is read. */
export interface Reading {
  readonly meta: Meta;
  readonly shape: Shape;
  readonly table: TableRecord;
  readonly kind: Kind | undefined;
  /** The composed keys read so far, by their attribute. */
  readonly composed: Map<string, ComposedKey>;
}

/** The place where a key attribute is declared. */
interface KeyPlace {
  readonly role: KeyRole;
  /** The option that defines its composition. */
  readonly spec: unknown;
  /** For messages: `the table's key`. */
  readonly of: string;
  readonly isTable: boolean;
}

/** The column of a key attribute, or the substitute of a composed one. */
export function keyColumn(reading: Reading, attribute: string, place: KeyPlace): Column {
  const { meta, kind, composed } = reading;
  const own = meta.byStoredName.get(attribute);
  const { spec, of, role } = place;
  if (own !== undefined) {
    if (spec === undefined) return own;
    throw invalid(
      meta.name,
      spec === own.property
        ? `"${attribute}" of ${of} is the column "${own.property}" already, which is stored under that name; leave it out`
        : `"${attribute}" of ${of} is composed, and the column "${own.property}" is stored under that name, too`,
    );
  }
  const tag = kind?.attributes.find(({ column }) => column.storedName === attribute);
  if (tag !== undefined) {
    if (spec !== undefined)
      throw invalid(meta.name, `"${attribute}" of ${of} is the kind, which bloop writes by itself`);
    const known = composed.get(attribute);
    if (known !== undefined) return known.column;
    const text = "S" in tag.value ? tag.value.S : "";
    return addComposed(reading, attribute, place, { format: openFormat([{ constant: text }]), parts: [] });
  }
  const known = composed.get(attribute);
  if (spec === undefined && known !== undefined) return known.column;
  if (spec === undefined) {
    throw invalid(
      meta.name,
      `"${attribute}" of ${of} is missing; give a key, such as ${attribute}: key\`${meta.name.toUpperCase()}#\${"id"}\`, or a column, or store a column as "${attribute}"`,
    );
  }
  const made = composition(reading, attribute, place);
  if (known === undefined) return addComposed(reading, attribute, { ...place, role }, made);
  if (isSameKey(known, made)) return known.column;
  throw invalid(meta.name, `"${attribute}" is composed in two ways, for ${known.of} and for ${of}`);
}

type Composition = Pick<ComposedKey, "format" | "parts">;

function isSameKey(left: Composition, right: Composition): boolean {
  if (left.parts.length !== right.parts.length || left.parts.some((part, index) => part !== right.parts[index]))
    return false;
  if (left.format === undefined || right.format === undefined) return left.format === right.format;
  return sameFormat(left.format, right.format);
}

function addComposed(reading: Reading, attribute: string, { role, of, isTable }: KeyPlace, made: Composition): Column {
  const codec = made.format === undefined ? made.parts[0]?.codec : undefined;
  const column = hiddenColumn(reading.meta, attribute, { key: isTable ? role : undefined, codec });
  const maxBytes = role === "hash" ? maxHashKeyBytes : maxRangeKeyBytes;
  const size = Buffer.byteLength(made.format?.beginning ?? "");
  if (size > maxBytes)
    throw invalid(
      reading.meta.name,
      `"${attribute}" of ${of} begins with ${size} bytes of constants; DynamoDB takes ${maxBytes} for it`,
    );
  reading.composed.set(attribute, Object.freeze({ column, maxBytes, of, ...made }));
  return column;
}

function composition(reading: Reading, attribute: string, { spec, of, isTable }: KeyPlace): Composition {
  const what = `"${attribute}" of ${of}`;
  if (typeof spec === "string") {
    const column = partColumn(reading, what, spec, isTable);
    if (column.codec.wire !== "BOOL") return { format: undefined, parts: [column] };
    throw invalid(
      reading.meta.name,
      `${what} is the column "${spec}", which is stored as BOOL; a key is S, N or B; use key\`\${"${spec}"}\``,
    );
  }
  const declared = declaredKeyOf(spec);
  if (declared === undefined) {
    throw invalid(
      reading.meta.name,
      `${what} is ${print(spec)}; it is a column's name, or made by key\`\` or template\`\``,
    );
  }
  const pieces = piecesOf(reading, what, declared, isTable);
  const parts = pieces.flatMap((piece) => ("column" in piece ? columnNamed(reading.meta, what, piece.column) : []));
  return { format: formatOf(reading.meta.name, what, declared, pieces), parts };
}

function formatOf(model: string, what: string, { kind }: DeclaredKey, pieces: readonly Piece[]): KeyFormat {
  if (kind === "closed") return closedFormat(pieces);
  try {
    return openFormat(pieces);
  } catch (error) {
    throw invalid(model, `${what}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function piecesOf(reading: Reading, what: string, { pieces }: DeclaredKey, isTable: boolean): Piece[] {
  return pieces.map((piece) => {
    if (!("column" in piece)) return piece;
    const { width, letters, padding } = piece;
    const { codec } = partColumn(reading, what, piece.column, isTable);
    const misused =
      width !== undefined && codec.wire !== "N"
        ? "a width"
        : letters !== undefined && codec.wire !== "S"
          ? "a case"
          : undefined;
    if (misused !== undefined)
      throw invalid(reading.meta.name, `${what} gives "${piece.column}" ${misused}, and it is stored as ${codec.wire}`);
    const { isFixed } = codec;
    return { column: piece.column, wire: codec.wire as PartWire, width, letters, padding, isFixed };
  });
}

/** The pieces of a key that is made of columns alone. */
export function piecesOfColumns(reading: Reading, what: string, columns: readonly string[]): Piece[] {
  const parts = columns.map((column) => ({ column, width: undefined, letters: undefined }));
  return piecesOf(reading, what, { kind: "closed", pieces: parts }, false);
}

const partWires: readonly string[] = ["S", "N", "B", "BOOL"];

/** The column of a part. */
function partColumn({ meta, shape }: Reading, what: string, property: string, isTable: boolean): Column {
  const column = columnNamed(meta, what, property);
  const { nullable } = definitionOf(shape[property] as AnyType).traits;
  const problem = !partWires.includes(column.codec.wire)
    ? `which is stored as ${column.codec.wire}; a part of a key is stored as ${printList(partWires, "or")}`
    : nullable
      ? "which is nullable; a part of a key can't be NULL"
      : column.version
        ? "which is the version, and changes with every write"
        : isTable && column.loaded !== undefined
          ? "which has a default with onLoad; a part of the table's key is always stored"
          : undefined;
  if (problem === undefined) return column;
  throw invalid(meta.name, `${what} is composed of the column "${property}", ${problem}`);
}
