/**
 * Markers of unique values: items that hold a value for its owner, and are written in one transaction with it. Loaded by
 * the first write that concerns a unique column.
 *
 * A marker says who owns a value, and the owner's item whether it still has it. So a value is free if it has no marker,
 * or if the owner of its marker is gone or has another value: then the marker is taken over, under a condition on the
 * owner.
 */

import { InvalidTransaction } from "../../errors.js";
import { type ConditionNode, isEqual, isMissing } from "../../expression/condition.js";
import { makeSlots, renderCondition } from "../../expression/render.js";
import { isOfKind, ownItem } from "../../model/kinds/asked.js";
import { markerKind } from "../../model/kinds/key/unique.js";
import { kindNode } from "../../model/kinds/kind.js";
import type { Meta, UniqueColumns } from "../../model/meta.js";
import type { Home } from "../../model/object/home.js";
import { type Context, readItem } from "../../operation/context.js";
import type { Call, TransactedWrite } from "../../session/session.js";
import { attributeOf, type Item, newAttributes } from "../../wire/attribute.js";
import { maxTransactionItems } from "../../wire/limits.js";
import { type RenderedWrite, renderWrite } from "../write.js";
import { type Claim, claimsOf, idIn, storedMarkerKey } from "./claims.js";
import { concerned } from "./concerned.js";
import { ValueTaken } from "./taken.js";

/** The attribute of a marker that has its owner's key. */
const ownerName = "bloop_owner";

/** An owner of a marker that does not have the value any more. */
interface Former {
  readonly key: Item;
  /** Undefined: it is gone. */
  readonly item: Item | undefined;
}

/** The results of earlier requests, by the markers' ids. */
interface Known {
  /** Markers of values that are given up, and that another item owns: they are left alone. */
  readonly foreign: ReadonlySet<string>;
  readonly former: ReadonlyMap<string, Former>;
}

/** One part of a transaction for the sake of a marker. */
interface Step {
  readonly does: "claim" | "release" | "check";
  readonly claims: readonly Claim[];
  readonly request: TransactedWrite;
}

export interface Markers {
  /** The additional writes of a transaction. */
  readonly items: readonly TransactedWrite[];
  /**
   * The writes and markers to send next, after a failure. `reasons` are those of the items, and `moved` says that the
   * writes were planned again. Undefined: nothing that would help. Rejects with ValueTaken if another item has a value.
   */
  after(parts: readonly RenderedWrite[], reasons: readonly Reason[], moved: boolean): Promise<Marked | undefined>;
}

interface Reason {
  readonly code: string;
  readonly item: Item | undefined;
}

/** Writes, and the markers that belong to them. */
export interface Marked {
  readonly parts: readonly RenderedWrite[];
  readonly markers: Markers;
}

/** Holds writes to the values that they take for granted, which are read if they are not known, and adds the markers. */
export async function mark(context: Context, parts: readonly RenderedWrite[], call: Call): Promise<Marked> {
  const held = await Promise.all(parts.map((part) => heldPart(context, part, call)));
  return planMarkers({ context, call }, held, { foreign: new Set(), former: new Map() });
}

async function heldPart(context: Context, part: RenderedWrite, { signal }: Call): Promise<RenderedWrite> {
  const { write } = part;
  const { meta, home, key, isBlind } = write;
  const unique = concerned(write);
  if (unique.length === 0) return part;
  const stored = isBlind ? await readItem(context, home, key, { consistent: true, signal }) : part.base;
  // Of another kind's item, the write's own condition tells.
  const base = stored !== undefined && !isOfKind(meta, stored) && isBlind ? part.base : (stored ?? newAttributes());
  return renderWrite({ ...write, held: [...(write.held ?? []), ...namesOf(unique)] }, base, "transacted");
}

function namesOf(unique: readonly UniqueColumns[]): string[] {
  return [...new Set(unique.flatMap(({ columns }) => columns.map(({ storedName }) => storedName)))];
}

interface Sender {
  readonly context: Context;
  readonly call: Call;
}

function planMarkers(sender: Sender, parts: readonly RenderedWrite[], known: Known): Marked {
  const claims = [...claimsOf(parts).values()];
  const steps = claims.flatMap((claim): Step[] => {
    if (claim.taker !== undefined) return [claimStep(claim, claim.taker, known.former.get(claim.id))];
    return known.foreign.has(claim.id) ? [] : [releaseStep(claim)];
  });
  const taken = claims.flatMap((claim) => {
    const former = claim.taker && known.former.get(claim.id);
    return former === undefined ? [] : [{ claim, former }];
  });
  const held = taken.reduce(holdFormer, parts);
  const outside = taken.filter(({ claim, former }) => partOf(parts, claim.home, former.key) === -1);
  const all = [...steps, ...checkSteps(outside)];
  assertFits(parts, all);
  return { parts: held, markers: markersOf(sender, all, known) };
}

function assertFits(parts: readonly RenderedWrite[], steps: readonly Step[]): void {
  const count = parts.length + steps.length;
  if (count <= maxTransactionItems) return;
  throw new InvalidTransaction(
    `The transaction has ${parts.length} items, and ${steps.length} for unique columns; DynamoDB takes ${maxTransactionItems}. Split it, if it need not be one.`,
  );
}

function markersOf(sender: Sender, steps: readonly Step[], known: Known): Markers {
  return {
    items: steps.map(({ request }) => request),
    async after(parts, reasons, moved) {
      const failed = steps.flatMap((step, index): Failed[] => {
        const { code, item } = reasons[index] ?? {};
        return code === "ConditionalCheckFailed" ? [{ step, item }] : [];
      });
      if (failed.length === 0 && !moved) return undefined;
      return planMarkers(sender, parts, await learn(sender, failed, known, moved));
    },
  };
}

/** A step whose condition did not hold, with the item that it met. */
interface Failed {
  readonly step: Step;
  readonly item: Item | undefined;
}

/** What is known after some steps have failed. Rejects with ValueTaken if another item has a value. */
async function learn(sender: Sender, failed: readonly Failed[], known: Known, moved: boolean): Promise<Known> {
  const foreign = new Set(known.foreign);
  const former = new Map(known.former);
  for (const { step, item } of failed) {
    // If a write was planned again, it may give up a value, or claim one, that another had at first.
    if (step.does === "release" && !moved) for (const { id } of step.claims) foreign.add(id);
    if (step.does === "check") for (const { id } of step.claims) former.delete(id);
    const [claim] = step.does === "claim" && !moved ? step.claims : [];
    const found = claim && (await formerOwner(sender, claim, item));
    if (claim !== undefined && found !== undefined) former.set(claim.id, found);
  }
  return { foreign, former };
}

/** The owner of a marker that stands in the way, if it does not have the value any more. Rejects with ValueTaken if it has. */
async function formerOwner(
  { context, call: { signal } }: Sender,
  claim: Claim,
  returned: Item | undefined,
): Promise<Former | undefined> {
  const { home, unique, index = 0 } = claim;
  const read = (key: Item) => readItem(context, home, key, { consistent: true, signal });
  const marker = returned ?? (await read(claim.key));
  if (marker === undefined) return undefined;
  const owner = ownerOf(marker);
  if (owner === undefined) throw new ValueTaken(index, unique, undefined);
  const item = await read(owner);
  if (hasValue(claim, item)) throw new ValueTaken(index, unique, owner);
  return { key: owner, item };
}

/** The key of the item that a marker names; undefined for an item that is no marker. */
export function ownerOf(marker: Item): Item | undefined {
  const owner = attributeOf(marker, ownerName);
  return owner !== undefined && "M" in owner ? owner.M : undefined;
}

function hasValue({ id, home, unique }: Claim, item: Item | undefined): boolean {
  const own = ownItem(home.meta, item);
  const key = own && storedMarkerKey(home.meta, unique, own);
  return key !== undefined && idIn(home, key) === id;
}

/** The number of the write of an item, or -1. */
function partOf(parts: readonly RenderedWrite[], home: Home, key: Item): number {
  const id = idIn(home, key);
  return parts.findIndex(({ write }) => idIn(write.home, write.key) === id);
}

interface Taking {
  readonly claim: Claim;
  readonly former: Former;
}

/** If a former owner is written in the same transaction, that write is held to the owner's present value. */
function holdFormer(parts: readonly RenderedWrite[], { claim, former }: Taking): readonly RenderedWrite[] {
  const at = partOf(parts, claim.home, former.key);
  const part = parts[at];
  if (part === undefined || concerned(part.write).includes(claim.unique)) return parts;
  const { held = [] } = part.write;
  const names = namesOf([claim.unique]);
  const isHeld = names.every((name) => held.includes(name));
  // It was planned again onto an item that has the value.
  if (isHeld && hasValue(claim, part.base)) throw new ValueTaken(claim.index ?? 0, claim.unique, former.key);
  if (isHeld) return parts;
  const write = { ...part.write, held: [...held, ...names] };
  return parts.with(at, renderWrite(write, former.item ?? newAttributes(), "transacted"));
}

function claimStep(claim: Claim, taker: Item, former: Former | undefined): Step {
  const { home, key, givers } = claim;
  const kinds = (home.meta.shared?.kind?.attributes ?? []).map(({ column }) => [column.storedName, markerKind]);
  const Item = { ...key, ...Object.fromEntries(kinds), [ownerName]: { M: taker } };
  const owners = [taker, ...givers, ...(former === undefined ? [] : [former.key])];
  return {
    does: "claim",
    claims: [claim],
    request: { Put: { Item, ...conditional(home, ownedBy(home.meta, owners)) } },
  };
}

function releaseStep(claim: Claim): Step {
  const { home, key: Key, givers } = claim;
  return {
    does: "release",
    claims: [claim],
    request: { Delete: { Key, ...conditional(home, ownedBy(home.meta, givers)) } },
  };
}

/** Nobody owns the marker, or one of these. */
function ownedBy(meta: Meta, owners: readonly Item[]): ConditionNode {
  const path = { owner: meta, stored: [ownerName], local: [ownerName] };
  return { kind: "or", parts: [isMissing(meta.hashKey.path), ...owners.map((M) => isEqual(path, { M }))] };
}

/** One for each former owner: it does not have the values. */
function checkSteps(taken: readonly Taking[]): Step[] {
  const byOwner = new Map<string, Taking[]>();
  for (const one of taken) {
    const id = idIn(one.claim.home, one.former.key);
    byOwner.set(id, [...(byOwner.get(id) ?? []), one]);
  }
  return [...byOwner.values()].flatMap((all): Step[] => {
    const [first] = all;
    if (first === undefined) return [];
    const { home } = first.claim;
    const parts = all.map(({ claim }): ConditionNode => ({ kind: "not", inner: hasNode(claim) }));
    const condition = conditional(home, { kind: "and", parts });
    return [
      {
        does: "check",
        claims: all.map(({ claim }) => claim),
        request: { ConditionCheck: { Key: first.former.key, ...condition } },
      },
    ];
  });
}

/** The condition that an item of the kind has the value. */
function hasNode({ home: { meta }, unique, values }: Claim): ConditionNode {
  const kind = meta.shared?.kind;
  const equal = unique.columns.flatMap(({ path, storedName }) => {
    const value = attributeOf(values, storedName);
    return value === undefined ? [] : [isEqual(path, value)];
  });
  return { kind: "and", parts: [...(kind === undefined ? [] : [kindNode(kind)]), ...equal] };
}

/** The parts of a request that its table and condition make. */
function conditional({ tableName: TableName }: Home, node: ConditionNode) {
  const slots = makeSlots();
  const ConditionExpression = renderCondition(node, slots);
  const { names, values } = slots.placeholders();
  return {
    TableName,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
    ...(ConditionExpression !== undefined && { ConditionExpression }),
    ...(names && { ExpressionAttributeNames: names }),
    ...(values && { ExpressionAttributeValues: values }),
  };
}
