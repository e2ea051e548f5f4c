/** One write of one item as data, and its request. Decides nothing by DynamoDB's answers. */

import { randomUUID } from "node:crypto";
import { allOf, type ConditionNode, isMissing } from "../expression/condition.js";
import {
  fittingCondition,
  makeSlots,
  renderCondition,
  renderUpdate,
  type Slots,
  updateOperators,
} from "../expression/render.js";
import type { Change, Guard } from "../expression/update.js";
import { applyEdits, type Edit } from "../model/change/edit.js";
import { joinGuards, planUpdate, type UpdatePlan } from "../model/change/plan.js";
import type { VersionCheck } from "../model/change/version.js";
import type { Column } from "../model/column.js";
import { refusal } from "../model/invalid.js";
import { answeredByKey, demandsOf } from "../model/kinds/asked.js";
import type { Meta, UniqueColumns } from "../model/meta.js";
import type { Home } from "../model/object/home.js";
import type { Snapshot } from "../model/object/snapshot.js";
import type { Taken } from "../model/object/taken.js";
import { guardConditions } from "../operation/condition.js";
import type { PutItemRequest, TransactedWrite, WriteRequest } from "../session/session.js";
import { invariant } from "../util/assert.js";
import { attributeOf, type Item, newAttributes } from "../wire/attribute.js";
import { maxExpressionBytes, maxOperators } from "../wire/limits.js";

export interface Write {
  /** A put is of a new object with more columns than one update takes: only if there is no item. */
  readonly kind: "update" | "put" | "delete" | "check";
  readonly meta: Meta;
  /** The table of the item. */
  readonly home: Home;
  readonly key: Item;
  /** The user's argument: an object, or a key. */
  readonly given: object;
  /** The prototype of the stored item's object, if the user gets it. */
  readonly prototype: object;
  readonly edits: readonly Edit[];
  /** The item that the edits assume. */
  readonly base: Item;
  /** The caller's conditions, and those of atomic and of the version. */
  readonly conditions: readonly ConditionNode[];
  readonly version: VersionCheck | undefined;
  /** Required columns that a new item would lack: without an existing item, the write is refused. */
  readonly lacking: readonly Column[];
  /**
   * The attributes, by stored name, that the conditions compare completely with the base: they need no guard. Undefined:
   * none.
   */
  readonly compared: ReadonlySet<string> | undefined;
  /** Whether nothing is known of the stored item: an operation by key. */
  readonly isBlind: boolean;
  /** The attributes, by stored name, that have to be as in the base. */
  readonly held?: readonly string[] | undefined;
  /** Unique columns that keep their values, and whose markers are written all the same. */
  readonly renewed?: readonly UniqueColumns[] | undefined;
  /** Updates the object after the write. */
  done(): void;
}

/** The item of a write: of an object, or under a key. */
interface WriteTarget extends Pick<Taken, "home" | "key" | "object"> {
  /** Of an object, its own. */
  readonly prototype?: object;
  /** The item as last seen, which a write assumes unless it says otherwise. */
  readonly snapshot?: Snapshot | undefined;
}

/** The decisions of a write. Those that are left out are empty. */
type WriteParts = Pick<Write, "kind"> &
  Partial<Pick<Write, "edits" | "conditions" | "version" | "lacking" | "compared" | "isBlind" | "done">> & {
    readonly base?: Item | undefined;
  };

const none: readonly never[] = [];

export function makeWrite(target: WriteTarget, parts: WriteParts): Write {
  const { home, key, object: given, prototype = Object.getPrototypeOf(given), snapshot } = target;
  const { kind, edits = none, base = snapshot?.item ?? newAttributes(), conditions = none } = parts;
  const { version, lacking = none, compared, isBlind = false, done = () => {} } = parts;
  const { meta } = home;
  return {
    kind,
    meta,
    home,
    key,
    given,
    prototype,
    edits,
    base,
    conditions,
    version,
    lacking,
    compared,
    isBlind,
    done,
  };
}

/** A write as a request, planned onto an assumed item. */
export interface RenderedWrite {
  readonly write: Write;
  /** The item that it is planned onto. */
  readonly base: Item;
  readonly request: WriteRequest & { readonly UpdateExpression?: string };
  /** The guards under which it is right, besides the write's own conditions. */
  readonly guards: readonly Guard[];
}

/** A separate request, or a part of a transaction, which takes no update without an expression. */
type RequestForm = "alone" | "transacted";

export function renderWrite(write: Write, base: Item, form: RequestForm): RenderedWrite {
  const { kind, home, key } = write;
  const fitting = kind === "update" ? fittingUpdate(write, base, form) : noUpdate(write, base);
  const { guards, text, slots } = fitting;
  const condition = fitting.condition ?? renderCondition(conditionOf(write, guards), slots);
  const { names, values } = slots.placeholders();
  const request: Mutable<RenderedWrite["request"]> = { TableName: home.tableName, Key: key };
  if (text !== undefined) request.UpdateExpression = text;
  if (condition !== undefined) {
    request.ConditionExpression = condition;
    request.ReturnValuesOnConditionCheckFailure = "ALL_OLD";
  }
  if (names !== undefined) request.ExpressionAttributeNames = names;
  if (values !== undefined) request.ExpressionAttributeValues = values;
  return { write, base, request, guards };
}

function conditionOf({ kind, meta, key, conditions, base, edits }: Write, guards: readonly Guard[]): ConditionNode {
  if (kind === "put") return allOf([...conditions, isMissing(meta.hashKey.path)]);
  const demands = demandsOf(meta, { written: () => applyEdits(base, edits), edits });
  return allOf([...answeredByKey(meta, key, conditions), ...demands, ...guardConditions(meta, guards)]);
}

type Mutable<Request> = { -readonly [Name in keyof Request]: Request[Name] };

function noUpdate(write: Write, base: Item): FittingUpdate {
  return { guards: heldGuards(write, base), text: undefined, condition: undefined, slots: makeSlots() };
}

function heldGuards({ held = none }: Write, base: Item): readonly Guard[] {
  return held.map((name) => ({ path: [name], value: attributeOf(base, name) }));
}

interface FittingUpdate {
  readonly guards: readonly Guard[];
  readonly text: string | undefined;
  /** Undefined if there are no guards. */
  readonly condition: string | undefined;
  readonly slots: Slots;
}

/**
 * Changes nothing, and creates a missing item, as an update without an expression does. The attribute's name is made
 * for this request: no item has it.
 */
function nothing(): readonly Change[] {
  return [{ kind: "remove", path: [`nothing ${randomUUID()}`] }];
}

/** Beyond the limits of one expression, the columns with the most changes are sent as one value each. */
function fittingUpdate(write: Write, base: Item, form: RequestForm): FittingUpdate {
  const { meta, key, edits, compared } = write;
  let whole: ReadonlySet<string> | undefined;
  // Twice as many each time, so that the work grows linearly with the number of columns, except for a logarithm.
  for (let count = 1; ; count *= 2) {
    const update = planUpdate(edits, base, whole);
    const slots = makeSlots();
    const isEmpty = update.changes.length === 0 && form === "transacted";
    const text = renderUpdate(isEmpty ? nothing() : update.changes, slots);
    const guards = joinGuards(update.guards, heldGuards(write, base)).filter(
      (guard) => !("value" in guard) || compared?.has(String(guard.path[0])) !== true,
    );
    const length = text?.length ?? 0;
    const fits = length <= maxExpressionBytes && updateOperators(update.changes) <= maxOperators;
    const condition = guards.length === 0 ? undefined : fittingCondition(conditionOf(write, guards), slots);
    if (fits && (guards.length === 0 || condition !== undefined)) return { guards, text, condition, slots };
    const busiest = busiestColumns(update, whole, count);
    if (busiest.length > 0) whole = new Set([...(whole ?? []), ...busiest]);
    // The condition itself is too large: rendering it throws the error.
    else if (fits) return { guards, text, condition, slots };
    else {
      throw refusal(
        meta,
        [],
        key,
        `${update.changes.length} columns changed, which make an expression of ${length} bytes; DynamoDB takes ${maxExpressionBytes}, and ${maxOperators} actions on numbers and lists. Save some of them first.`,
      );
    }
  }
}

/** The columns with the most inner changes. */
function busiestColumns({ changes }: UpdatePlan, whole: ReadonlySet<string> | undefined, count: number): string[] {
  const counts = new Map<string, number>();
  for (const { path } of changes) {
    const column = String(path[0]);
    if (path.length > 1 && whole?.has(column) !== true) counts.set(column, (counts.get(column) ?? 0) + 1);
  }
  const busiest = [...counts].sort(([, left], [, right]) => right - left).slice(0, count);
  return busiest.map(([column]) => column);
}

/** A write as a part of a transaction. */
export function transacted(rendered: RenderedWrite): TransactedWrite {
  const { write, request } = rendered;
  if (write.kind === "put") return { Put: putRequest(rendered) };
  if (write.kind === "delete") return { Delete: request };
  if (write.kind === "check") return { ConditionCheck: request };
  invariant(hasExpression(request), "an update of a transaction has an expression");
  return { Update: request };
}

type Request = RenderedWrite["request"];

function hasExpression(request: Request): request is Request & { readonly UpdateExpression: string } {
  return request.UpdateExpression !== undefined;
}

/** The request of a put: it has the whole item, made from its edits. */
export function putRequest({ write, request: { Key: _, ...request } }: RenderedWrite): PutItemRequest {
  return { ...request, Item: applyEdits(write.key, write.edits) };
}

/** Whether replacing this many values makes a longer expression than DynamoDB allows. */
export function isTooLong(edits: readonly Edit[]): boolean {
  // Each takes fewer than 20 characters.
  if (edits.length < maxExpressionBytes / 20) return false;
  const text = renderUpdate(planUpdate(edits, {}).changes, makeSlots());
  return text !== undefined && text.length > maxExpressionBytes;
}

/** Calls done() of each write, even if a listener throws at one of them. Throws the first error. */
export function allDone(writes: Iterable<{ done(): void }>): void {
  const errors: unknown[] = [];
  for (const write of writes) {
    try {
      write.done();
    } catch (error) {
      errors.push(error);
    }
  }
  if (errors.length > 0) throw errors[0];
}
