/** The private record of a model: types only. */

import type { ConditionNode } from "../expression/condition.js";
import type { Owner } from "../expression/path.js";
import type { KeyFormat } from "../key/format.js";
import type { Attribute, Item } from "../wire/attribute.js";
import type { Edit } from "./change/edit.js";
import type { Column, Projection } from "./column.js";
import type { AnyModel, StreamInclude } from "./infer.js";

export interface Index {
  /** Its name on the model. */
  readonly property: string;
  /** Its name in DynamoDB. */
  readonly storedName: string;
  readonly kind: "global" | "local";
  /** The attributes of its hash key, in order: of a global index, up to four. */
  readonly hashKeys: readonly Column[];
  /** Those of its range key: of a global index, up to four. */
  readonly rangeKeys: readonly Column[];
  /** Both. */
  readonly keys: readonly Column[];
  readonly projection: "all" | "keys" | readonly Column[];
  /** The columns that a search of it can yield. */
  readonly columns: ReadonlySet<Column>;
  /** The same as a projection for reads. */
  readonly whole: Projection;
  /** The columns that a filter can be on, if those are fewer: parts that only keys tell are none. */
  readonly filterable?: ReadonlySet<Column>;
  /** For a local index: false if columns outside of the projection are fetched from the table. */
  readonly strict: boolean;
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
}

/** A model's options for its table. Undefined: the model leaves it open, and any table fits. */
export interface TableOptions {
  readonly stream: readonly StreamInclude[] | undefined;
  readonly ttl: Column | undefined;
  readonly billing: "on_demand" | "provisioned" | undefined;
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
  readonly encryption: boolean | undefined;
  readonly backups: boolean | undefined;
}

/** The whole declaration. It never changes, whatever an engine learns about the table. */
export interface Meta extends Owner {
  readonly tableName: string;
  readonly model: AnyModel;
  readonly columns: readonly Column[];
  /** All columns, as a projection for reads. */
  readonly whole: Projection;
  readonly byProperty: ReadonlyMap<string, Column>;
  readonly byStoredName: ReadonlyMap<string, Column>;
  readonly hashKey: Column;
  readonly rangeKey: Column | undefined;
  /** The hash key, and the range key if there is one. The substitute of a composed key is not in `columns`. */
  readonly keys: readonly Column[];
  /** The columns, besides the keys, without which an item can't be loaded. */
  readonly required: readonly Column[];
  /** The column that is checked and raised by every write. */
  readonly version: Column | undefined;
  /** The columns that bloop computes. */
  readonly computed: readonly Column[];
  readonly indexes: readonly Index[];
  /** The columns that are keys of an index. */
  readonly indexKeys: ReadonlySet<Column>;
  readonly table: TableOptions;
  /** The columns that name an item: its keys, or the parts that those are composed of. */
  readonly identity: readonly Column[];
  /** Undefined if the model is declared on no table of several kinds. */
  readonly shared: Shared | undefined;
}

/** An index as its table declares it, by the names of attributes. */
export interface TableIndex {
  readonly name: string;
  readonly kind: "global" | "local";
  readonly hashKeys: readonly string[];
  readonly rangeKeys: readonly string[];
  readonly projection: "all" | "keys" | readonly string[];
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
}

/** A declared table. Its models come to it one by one, as they are declared. */
export interface TableRecord {
  readonly name: string;
  readonly hashKey: string;
  readonly rangeKey: string | undefined;
  /** The attributes that tell the kind of an item; none: keys alone do. */
  readonly kinds: readonly string[];
  readonly indexes: ReadonlyMap<string, TableIndex>;
  /** The indexes as bind() makes them, for those that no bound model has. */
  readonly bare: readonly Index[];
  readonly ttl: string | undefined;
  readonly stream: readonly StreamInclude[] | undefined;
  readonly billing: "on_demand" | "provisioned" | undefined;
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
  readonly encryption: boolean | undefined;
  readonly backups: boolean | undefined;
  /** The models declared on it so far, by name. */
  readonly models: Map<string, Meta>;
  /**
   * Answers about models' keys since the last model was declared: whether those of a model, or of an index, tell its
   * kind.
   */
  readonly decisive: Map<object, boolean>;
}

/** A key attribute that is computed from columns. */
export interface ComposedKey {
  /** The substitute of a column for the attribute: objects have no such property. */
  readonly column: Column;
  /** Undefined: the attribute is a copy of its one part. */
  readonly format: KeyFormat | undefined;
  /** The columns of its parts, in order. */
  readonly parts: readonly Column[];
  readonly maxBytes: number;
  /** For messages: `the table`, or the index's property. */
  readonly of: string;
}

/** The attributes that tell an item of a model from those of other models. */
export interface Kind {
  /** Every attribute has to have its value. */
  readonly attributes: readonly { readonly column: Column; readonly value: Attribute }[];
  /** Whether an item without any of them is of this kind, too. */
  readonly missing: boolean;
}

/** Columns whose values, taken together, only one item of the kind may have. */
export interface UniqueColumns {
  readonly columns: readonly Column[];
  /** Of the hash key of a marker: the item that holds a value for its owner. */
  readonly format: KeyFormat;
  /** The range key of all markers; undefined if the table has none. */
  readonly rangeKey: Attribute | undefined;
}

/** The known facts about the item that edits are made to. */
export interface KnownItem {
  readonly key: Item;
  /** Undefined: nothing, so that all composed keys are written. */
  readonly item: Item | undefined;
  /** Whether the state of a column is known: it is in `item`, or not stored at all. */
  knows(column: Column): boolean;
}

/** Parts of index keys, as the caller says that they are stored. */
export interface GivenParts {
  readonly item: Item;
  /** The stored names of all of them. Those without a value in the item are not stored. */
  readonly names: ReadonlySet<string>;
}

/** The facts that an update by key states about the item. */
export interface ByKey {
  readonly key: Item;
  /** The columns that name it. */
  readonly identity: Item;
  readonly given: GivenParts;
}

/** The facts that a write knows about the present item. */
export interface Writing {
  /** The item as far as the write knows it. */
  written(): Item;
  readonly edits: readonly Edit[];
}

/** A search of several models: its common key condition, and which item is of which model. */
export interface Together {
  /** Undefined for a scan. Its columns are those of the target that it is spoken of. */
  readonly key: (SearchedKey & { readonly speaker: SearchTarget }) | undefined;
  /** The filter, as far as DynamoDB can decide it. */
  readonly sent: ConditionNode | undefined;
  /** Whether no other model of the table can have items there. */
  readonly isAlone: boolean;
  /** The target that an item is of; "other" if it is of another model of the table, "unknown" if of none. */
  targetOf(item: Item): SearchTarget | "other" | "unknown";
  /** Whether the filter takes an item of a target. */
  holds(target: SearchTarget, item: Item): boolean;
}

/** The conditions of a search of several models, each of one of them. */
export interface SpokenTogether {
  readonly key: ConditionNode | undefined;
  readonly filter: { readonly target: SearchTarget; readonly node: ConditionNode } | undefined;
}

/** A filter of which DynamoDB decides a part. */
export interface LocalFilter {
  /** The filter for DynamoDB, which leaves out no item that the whole filter would take. */
  readonly sent: ConditionNode;
  /** The stored names of all attributes that the filter needs. */
  readonly names: readonly string[];
  /** Whether the filter takes an item that DynamoDB has sent. */
  holds(item: Item): boolean;
}

/** An item as its keys describe it, compared with its attributes. */
export interface Identified {
  /** With the parts that only its keys tell. */
  readonly item: Item;
  /** The parts that are stored otherwise than the key has them, and why they can't be read. */
  readonly misfits: ReadonlyMap<Column, string> | undefined;
  /** Whether a key is none that the model makes, so that the item is not one of its own. */
  readonly isStrange: boolean;
}

/** A key attribute that a query compares by "=". */
export interface HeldKey {
  readonly column: Column;
  readonly value: Attribute;
}

/** The key of a query. */
export interface SearchedKey {
  /** The attributes of the hash key, and those of the range key that come before the last one of the condition. */
  readonly held: readonly HeldKey[];
  /** The condition on the last one. */
  readonly range: ConditionNode | undefined;
  readonly rangeColumn: Column | undefined;
  /** The values of the parts that are compared by eq(): a search of others is another search. */
  readonly equal: readonly Attribute[];
  /** A filter for keys that are in the range but not in the search. */
  readonly except: ConditionNode | undefined;
}

/** The parts of a stream's record that tell its kind. */
export interface RecordImages {
  readonly eventName: "INSERT" | "MODIFY" | "REMOVE";
  readonly keys: Item;
  readonly newImage: Item | undefined;
  readonly oldImage: Item | undefined;
}

/** The operations of a model on a declared table. They come with table(), so that programs without one do not carry them. */
export interface KindOperations {
  composedKeyOf(meta: Meta, item: Item): Item;
  /** Throws InvalidValue for a search by a composed key that no item has. */
  refuseKey(meta: Meta, column: Column, problem: string): void;
  identify(tableKeys: readonly ComposedKey[], item: Item, indexKeys: readonly ComposedKey[] | undefined): Identified;
  withKeys(meta: Meta, edits: readonly Edit[], known: KnownItem): readonly Edit[];
  editsByKey(meta: Meta, known: ByKey, changes: readonly Edit[]): readonly Edit[];
  isOfKind(meta: Meta, item: Item): boolean;
  /** The conditions that the kind adds to a write. */
  demandsOf(meta: Meta, writing: Writing): readonly ConditionNode[];
  answeredByKey(meta: Meta, key: Item, node: ConditionNode): ConditionNode;
  localFilter(meta: Meta, filter: ConditionNode): LocalFilter | undefined;
  /** Whether a write demands anything. */
  isDemanding(meta: Meta): boolean;
  kindFilter(meta: Meta, searched: readonly Column[]): ConditionNode | undefined;
  tellsKind(target: SearchTarget): boolean;
  searchTogether(targets: readonly SearchTarget[], spoken: SpokenTogether): Together;
  keyCondition(target: SearchTarget, node: ConditionNode): SearchedKey;
  /** A record as each of some models sees it: none, one, or a removal of one and an insertion of another. */
  splitRecord<R extends RecordImages>(
    metas: readonly Meta[],
    record: R,
  ): readonly { readonly meta: Meta; readonly record: R }[];
  /** Whether any model of the table knows a record's item. */
  isKnownRecord(table: TableRecord, record: RecordImages): boolean;
  /** Why the records of a stream can't be told to be of a model; undefined if they can. */
  streamProblem(meta: Meta, include: readonly StreamInclude[]): string | undefined;
}

/** The additional record of a model on a declared table. */
export interface Shared {
  readonly does: KindOperations;
  readonly table: TableRecord;
  /** Undefined for a view, and for a model that its keys alone tell apart. */
  readonly kind: Kind | undefined;
  readonly isView: boolean;
  /** By the column that stands for the attribute: of the table's key, and of indexes. */
  readonly composed: ReadonlyMap<Column, ComposedKey>;
  /** Those of indexes. */
  readonly indexKeys: readonly ComposedKey[];
  /** Those of the table. */
  readonly tableKeys: readonly ComposedKey[];
  /** The columns that the table's key is composed of. */
  readonly parts: ReadonlySet<Column>;
  /** Those of them that the key tells exactly. */
  readonly told: ReadonlySet<Column>;
  /** Stored names of attributes that objects do not have: kinds and composed keys. */
  readonly hidden: ReadonlySet<string>;
  readonly unique: readonly UniqueColumns[];
}

/** A target of searches: a whole table, or an index of it. `prototype` is that of the objects found. */
export interface SearchTarget {
  readonly meta: Meta;
  readonly index: Index | undefined;
  readonly prototype: object;
  /** For messages, if it stands for several. */
  readonly name?: string | undefined;
}
