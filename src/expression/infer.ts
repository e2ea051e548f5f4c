/** Types only: the operations that a place offers for its attribute type, and the conditions that a key takes. */

import type { Dynamic } from "../types/dynamic.js";
import type { LocalOf } from "../types/infer.js";
import type { AnyType, inner, Type, wired } from "../types/type.js";
import type { AnyWire, Tag } from "../wire/attribute.js";
import type { Both, Condition } from "./condition.js";

declare const rejected: unique symbol;
declare const referenced: unique symbol;
declare const comparable: unique symbol;

/** The compiler shows this if something is refused: the reason, as a sentence. */
export interface Rejected<Reason extends string> {
  readonly [rejected]: Reason;
}

/** The form of a comparison with =. */
export type Equals<C extends string> = `${C}.eq`;

/** The form of a comparison that a range key takes. */
export type Ranged<C extends string> = `${C}.range`;

/**
 * Any place of a model, as the other side of a comparison. `W` is its attribute type: values of different types are
 * never equal.
 */
export interface Reference<out M extends string, out W extends AnyWire> {
  /** Types only: absent at run time. */
  readonly [referenced]: M;
  readonly [comparable]: W;
}

export interface EqualityOperations<M extends string, C extends string, L, W extends AnyWire> {
  eq(value: L | Reference<M, W | "any">): Condition<M, C, Equals<C>>;
  ne(value: L | Reference<M, W | "any">): Condition<M, C, "ne">;
  /** One of up to 100 values. */
  in(values: readonly (L | Reference<M, W | "any">)[]): Condition<M, C, "in">;
}

export interface AnyOperations<M extends string, C extends string, L, W extends AnyWire>
  extends Reference<M, W>,
    EqualityOperations<M, C, L, W> {
  exists(): Condition<M, C, "exists">;
  notExists(): Condition<M, C, "notExists">;
  /** The stored attribute has this DynamoDB type. */
  hasType(type: Tag): Condition<M, C, "hasType">;
}

export interface OrderOperations<M extends string, C extends string, L, W extends AnyWire> {
  lt(value: L | Reference<M, W | "any">): Condition<M, C, Ranged<C>>;
  le(value: L | Reference<M, W | "any">): Condition<M, C, Ranged<C>>;
  gt(value: L | Reference<M, W | "any">): Condition<M, C, Ranged<C>>;
  ge(value: L | Reference<M, W | "any">): Condition<M, C, Ranged<C>>;
  /** From low to high, both inclusive. */
  between(low: L | Reference<M, W | "any">, high: L | Reference<M, W | "any">): Condition<M, C, Ranged<C>>;
}

export interface SizePlace<M extends string, C extends string>
  extends Reference<M, "N">,
    EqualityOperations<M, C, number, "N">,
    OrderOperations<M, C, number, "N"> {}

export interface Sized<M extends string, C extends string> {
  /** The attribute's size: characters of a text, number of bytes, or number of elements. */
  readonly size: SizePlace<M, C>;
}

export interface ScalarPlace<M extends string, C extends string, L, W extends AnyWire>
  extends AnyOperations<M, C, L, W>,
    OrderOperations<M, C, L, W> {}

export interface TextPlace<M extends string, C extends string, L, W extends AnyWire>
  extends ScalarPlace<M, C, L, W>,
    Sized<M, C> {
  beginsWith(prefix: L): Condition<M, C, Ranged<C>>;
  contains(part: L): Condition<M, C, "contains">;
}

export interface SetPlace<M extends string, C extends string, X extends AnyType, W extends AnyWire>
  extends AnyOperations<M, C, LocalOf<X>, W>,
    Sized<M, C> {
  contains(element: InnerLocal<X>): Condition<M, C, "contains">;
}

export interface ListPlace<M extends string, C extends string, X extends AnyType> extends SetPlace<M, C, X, "L"> {
  /** The element at an index, from 0. */
  at(index: number): Place<M, C, AsType<InnerOf<X>>>;
}

export interface MapPlace<M extends string, C extends string, X extends AnyType>
  extends AnyOperations<M, C, LocalOf<X>, "M">,
    Sized<M, C> {
  /** The value of a key. */
  at<K extends keyof InnerOf<X> & string>(key: K): Place<M, C, AsType<InnerOf<X>[K]>>;
}

/** A place whose attribute type depends on its value: it offers every operation of DynamoDB. */
export interface DynamicPlace<M extends string, C extends string, L>
  extends AnyOperations<M, C, L, AnyWire>,
    OrderOperations<M, C, L, AnyWire>,
    Sized<M, C> {
  beginsWith(prefix: string | Uint8Array): Condition<M, C, Ranged<C>>;
  /** A part of a text, or an element of a set or list. */
  contains(part: Dynamic): Condition<M, C, "contains">;
  /** The element of a list by its index from 0, or the value of a map by its key. */
  at(step: string | number): DynamicPlace<M, C, Dynamic>;
}

interface Places<M extends string, C extends string, X extends AnyType> {
  S: TextPlace<M, C, LocalOf<X>, "S">;
  B: TextPlace<M, C, LocalOf<X>, "B">;
  N: ScalarPlace<M, C, LocalOf<X>, "N">;
  BOOL: AnyOperations<M, C, LocalOf<X>, "BOOL">;
  SS: SetPlace<M, C, X, "SS">;
  NS: SetPlace<M, C, X, "NS">;
  BS: SetPlace<M, C, X, "BS">;
  L: ListPlace<M, C, X>;
  M: MapPlace<M, C, X>;
  any: DynamicPlace<M, C, LocalOf<X>>;
}

/**
 * A column, or a place inside one, to build conditions on. It has only the operations that its attribute type supports.
 */
export type Place<M extends string, C extends string, X extends AnyType> = Places<M, C, X>[X[typeof wired]];

/** The local value of a set's or list's element. */
type InnerLocal<X extends AnyType> = InnerOf<X> extends AnyType ? LocalOf<InnerOf<X>> : never;

type AsType<X> = X extends AnyType ? X : never;

/**
 * The types inside a type. A type that is declared by its local value alone, such as a recursive one, reveals them by
 * that value.
 */
type InnerOf<X extends AnyType> = unknown extends X[typeof inner] ? InnerOfLocal<LocalOf<X>> : X[typeof inner];

type InnerOfLocal<L> = L extends readonly (infer E)[] | ReadonlySet<infer E>
  ? TypeOfLocal<E>
  : { [K in keyof L]-?: TypeOfLocal<NonNullable<L[K]>> };

/** The type that a local value has by itself. For a class, such as Date, the scalar that stores it is unknown. */
type TypeOfLocal<L> = Type<L, WireOfLocal<L>>;

type WireOfLocal<L> = [L] extends [string]
  ? "S"
  : [L] extends [number | bigint]
    ? "N"
    : [L] extends [boolean]
      ? "BOOL"
      : [L] extends [Uint8Array]
        ? "B"
        : [L] extends [readonly unknown[]]
          ? "L"
          : [L] extends [ReadonlySet<infer E>]
            ? SetOf<E>
            : [L] extends [Date]
              ? "S" | "N"
              : "M";

type SetOf<E> = [E] extends [string] ? "SS" : [E] extends [Uint8Array] ? "BS" : "NS";

declare const ordered: unique symbol;

/**
 * A key of several columns: all of the hash key, and those of the range key from left to right. They are attributes of an
 * index, or the parts of composed keys.
 */
export interface Ordered<Hash, Range> {
  /** Types only: absent at run time. The forms of its conditions, not yet computed for an index that nobody queries. */
  readonly [ordered]: OrderedForms<Hash, Range>;
}

/** The hash key with eq, and no more than one condition on the range key. Of a key of several columns, them in order. */
export type KeyCondition<M extends string, H extends string, R extends string> = Condition<M, string, KeyForm<H, R>>;

/** The forms of a key's conditions. */
export type KeyForm<H extends string, R extends string> = H extends { readonly [ordered]: infer Forms extends string }
  ? Forms
  : `${H}.eq` | `${H}.eq and ${R}.${"eq" | "range"}` | `${R}.${"eq" | "range"} and ${H}.eq`;

/** The forms of conditions on columns in order: all of the hash key with eq; of the range key, the last one with any comparison. */
type OrderedForms<Hash, Range> = Hash extends readonly []
  ? After<"", Range> | After<"always", Range>
  : After<EqualForm<Hash, "">, Without<Range, Named<Hash>>>;

/** The form of all columns with eq, in order. */
type EqualForm<Columns, Before extends string> = Columns extends readonly [infer C extends string, ...infer Rest]
  ? EqualForm<Rest, Joined<Before, Equals<C>>>
  : Before;

/** A form, alone or with conditions on some columns after it. */
type After<Form extends string, Columns> =
  | (Form extends "" ? never : Form)
  | (Columns extends readonly [infer C extends string, ...infer Rest]
      ? Joined<Form, Ranged<C>> | After<Joined<Form, Equals<C>>, Rest>
      : never);

type Joined<Before extends string, Next extends string> = Before extends "" ? Next : Both<Before, Next>;

type Named<Columns> = Columns extends readonly (infer C)[] ? C : never;

/** The columns that were not compared already. */
type Without<Columns, Done> = Columns extends readonly [infer C, ...infer Rest]
  ? C extends Done
    ? Without<Rest, Done>
    : [C, ...Without<Rest, Done>]
  : [];
