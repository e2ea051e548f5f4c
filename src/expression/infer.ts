/** Type level only: which operations a place offers for its attribute type, and which conditions a key takes. */

import type { LocalOf } from "../types/infer.js";
import type { AnyType, inner, wired } from "../types/type.js";
import type { Tag } from "../wire/attribute.js";
import type { And, Condition } from "./condition.js";

declare const rejected: unique symbol;
declare const referenced: unique symbol;

/** What the compiler shows where something is refused: the reason, as a sentence. */
export interface Rejected<Reason extends string> {
  readonly [rejected]: Reason;
}

/** The form of a comparison with =. */
export interface Equal<C extends string> {
  equal: C;
}

/** The form of a comparison that a range key takes. */
export interface Range<C extends string> {
  range: C;
}

/** Any place of a model, as the other side of a comparison. */
export interface Reference<M extends string> {
  /** Type level only: never there at run time. */
  readonly [referenced]: M;
}

export interface EqualityOperations<M extends string, C extends string, L> {
  eq(value: L | Reference<M>): Condition<M, C, Equal<C>>;
  ne(value: L | Reference<M>): Condition<M, C, "ne">;
  /** One of up to 100 values. */
  in(values: readonly (L | Reference<M>)[]): Condition<M, C, "in">;
}

export interface AnyOperations<M extends string, C extends string, L>
  extends Reference<M>,
    EqualityOperations<M, C, L> {
  exists(): Condition<M, C, "exists">;
  notExists(): Condition<M, C, "notExists">;
  /** The stored attribute has this DynamoDB type. */
  hasType(type: Tag): Condition<M, C, "hasType">;
}

export interface OrderOperations<M extends string, C extends string, L> {
  lt(value: L | Reference<M>): Condition<M, C, Range<C>>;
  le(value: L | Reference<M>): Condition<M, C, Range<C>>;
  gt(value: L | Reference<M>): Condition<M, C, Range<C>>;
  ge(value: L | Reference<M>): Condition<M, C, Range<C>>;
  /** From low to high, both included. */
  between(low: L | Reference<M>, high: L | Reference<M>): Condition<M, C, Range<C>>;
}

export interface SizePlace<M extends string, C extends string>
  extends Reference<M>,
    EqualityOperations<M, C, number>,
    OrderOperations<M, C, number> {}

interface Sized<M extends string, C extends string> {
  /** The attribute's size: characters of a text, bytes, or number of elements. */
  readonly size: SizePlace<M, C>;
}

export interface NumberPlace<M extends string, C extends string, L>
  extends AnyOperations<M, C, L>,
    OrderOperations<M, C, L> {}

export interface TextPlace<M extends string, C extends string, L> extends NumberPlace<M, C, L>, Sized<M, C> {
  beginsWith(prefix: L): Condition<M, C, Range<C>>;
  contains(part: L): Condition<M, C, "contains">;
}

export interface SetPlace<M extends string, C extends string, X extends AnyType>
  extends AnyOperations<M, C, LocalOf<X>>,
    Sized<M, C> {
  contains(element: InnerLocal<X>): Condition<M, C, "contains">;
}

export interface ListPlace<M extends string, C extends string, X extends AnyType> extends SetPlace<M, C, X> {
  /** The element at an index, from 0. */
  at(index: number): Place<M, C, X[typeof inner]>;
}

export interface MapPlace<M extends string, C extends string, X extends AnyType>
  extends AnyOperations<M, C, LocalOf<X>>,
    Sized<M, C> {
  /** The value of a key. */
  at<K extends keyof X[typeof inner] & string>(key: K): Place<M, C, X[typeof inner][K]>;
}

interface Places<M extends string, C extends string, X extends AnyType> {
  S: TextPlace<M, C, LocalOf<X>>;
  B: TextPlace<M, C, LocalOf<X>>;
  N: NumberPlace<M, C, LocalOf<X>>;
  BOOL: AnyOperations<M, C, LocalOf<X>>;
  SS: SetPlace<M, C, X>;
  NS: SetPlace<M, C, X>;
  BS: SetPlace<M, C, X>;
  L: ListPlace<M, C, X>;
  M: MapPlace<M, C, X>;
}

/** A column, or a place inside one, to build conditions on. Only what its attribute type supports is there. */
export type Place<M extends string, C extends string, X extends AnyType> = Places<M, C, X>[X[typeof wired]];

/** The local value of a set's or list's element. */
type InnerLocal<X extends AnyType> = X[typeof inner] extends AnyType ? LocalOf<X[typeof inner]> : never;

/** The hash key with eq, and no more than one condition on the range key. */
export type KeyCondition<M extends string, H extends string, R extends string> =
  | Condition<M, H, Equal<H>>
  | Condition<M, H | R, And<Equal<H>, Equal<R> | Range<R>>>
  | Condition<M, H | R, And<Equal<R> | Range<R>, Equal<H>>>;
