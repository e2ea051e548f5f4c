/** Random programs of several writers, and whether what came of one is what some serial order of its operations gives. */

import { ConstraintViolation, TransactionCanceled } from "bloop-dynamodb";
import fc from "fast-check";
import {
  Doc,
  type KeyChange,
  keyChanges,
  type Meaning,
  type ObjectChange,
  Other,
  objectChanges,
  otherChanges,
} from "./changes.js";
import type { Writer } from "./schedule.js";
import { drop, elementsAt, get, put, putElements, type State, textOf, type Value } from "./state.js";

/** One operation of a writer. */
export type Step =
  | { readonly kind: "save"; readonly changes: readonly ObjectChange[]; readonly once: boolean }
  | {
      readonly kind: "update";
      readonly changes: readonly KeyChange[];
      readonly once: boolean;
      /** Only if n is so. */
      readonly when: number | undefined;
    }
  | { readonly kind: "other"; readonly change: KeyChange }
  | { readonly kind: "modify" }
  | { readonly kind: "transaction"; readonly saved: readonly ObjectChange[]; readonly updated: readonly KeyChange[] };

export interface Program {
  readonly start: readonly State[];
  readonly writers: readonly (readonly Step[])[];
  readonly turns: readonly number[];
}

/** What a writer was told: of an update and a modify, also the item that it was shown. */
export type Outcome = "done" | "refused" | { readonly shown: string };

/** Items of a program: the writers meet on the first; a transaction also writes to the second. */
type Items = readonly State[];

const state: fc.Arbitrary<State> = fc
  .record(
    {
      n: fc.constantFrom(0, 5),
      s: elements(),
      l: fc.constantFrom([], [1]),
      m: fc.record(
        { x: fc.constantFrom(5), s: elements(), inner: fc.constantFrom({}, { y: 1 }), unknown: fc.constant("u") },
        { requiredKeys: [] },
      ),
      home: fc.constantFrom({ city: "start" }, { city: "start", zip: "1" }),
      shape: fc.constantFrom<State>(
        { kind: "circle", size: 1, unknown: "u" },
        { kind: "circle", size: 1, note: "old" },
        { kind: "label", size: "one", unknown: "u" },
      ),
      u: fc.constant("mine"),
    },
    { requiredKeys: [] },
  )
  .map((found) => found as State);

function elements() {
  return fc.subarray(["a", "b", "c"], { minLength: 1 }).map((set) => ({ set: [...set].sort() }));
}

/** Of changes that overlap, the first. */
function apart<Change extends { readonly place: string }>(changes: readonly Change[]): readonly Change[] {
  const overlap = (left: string, right: string) =>
    `${left}.`.startsWith(`${right}.`) || `${right}.`.startsWith(`${left}.`);
  return changes.filter(({ place }, index) => !changes.slice(0, index).some((other) => overlap(place, other.place)));
}

function some<Change extends { readonly name: string; readonly place: string }>(
  from: readonly Change[],
  maxLength: number,
) {
  const named = from.map((one) => Object.assign(one, { [fc.toStringMethod]: () => one.name }));
  return fc.array(fc.constantFrom(...named), { minLength: 1, maxLength }).map(apart<Change>);
}

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({ kind: fc.constant("save" as const), changes: some(objectChanges, 4), once: rarely() }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("update" as const),
      changes: some(keyChanges, 3),
      once: rarely(),
      when: sometimes(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("other" as const), change: fc.constantFrom(...otherChanges) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("modify" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("transaction" as const),
      saved: some(objectChanges, 2),
      updated: some(keyChanges, 2),
    }),
  },
);

function sometimes() {
  return fc.constantFrom(undefined, undefined, undefined, 0, 5);
}

function rarely() {
  return fc.integer({ min: 0, max: 5 }).map((number) => number === 5);
}

export const program: fc.Arbitrary<Program> = fc.record({
  start: fc.tuple(state, state),
  writers: fc.array(fc.array(step, { minLength: 1, maxLength: 2 }), { minLength: 2, maxLength: 3 }),
  turns: fc.array(fc.nat(5), { minLength: 24, maxLength: 24 }),
});

/** Runs one writer's steps on objects that it loads first, and stops where one is refused. */
export async function runSteps(
  { engine }: Writer,
  steps: readonly Step[],
  ids: readonly [string, string],
  doc: Doc | undefined,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  if (doc === undefined) throw new Error("nothing is loaded");
  const object: Doc = doc;
  for (const one of steps) {
    try {
      const shown = await runStep(one);
      // With once, the item is read after the write, and may be another by then.
      outcomes.push(shown instanceof Doc && !("once" in one && one.once) ? { shown: textOf(stateOf(shown)) } : "done");
    } catch (error) {
      if (!(error instanceof ConstraintViolation || error instanceof TransactionCanceled)) throw error;
      outcomes.push("refused");
      break;
    }
  }
  return outcomes;

  async function runStep(one: Step): Promise<unknown> {
    const [id, other] = ids;
    switch (one.kind) {
      case "save":
        for (const change of one.changes) change.make(object);
        return engine.save(object, { once: one.once });
      case "update":
        return engine.update(Doc, { id }, changesOf(one.changes), {
          once: one.once,
          ...(one.when !== undefined && { condition: Doc.n.eq(one.when) }),
        });
      case "other":
        return engine.update(Other, { id }, one.change.changes);
      case "modify":
        return engine.modify(Doc, { id }, (found) => {
          found.n = (found.n ?? 0) + 1;
          found.s = new Set([...(found.s ?? []), "modified"]);
        });
      case "transaction":
        for (const change of one.saved) change.make(object);
        return engine.transaction((transaction) =>
          transaction.save(object).update(Doc, { id: other }, changesOf(one.updated)),
        );
    }
  }
}

/** What an object shows of its item. */
function stateOf(value: unknown): State {
  const plain = (inner: unknown): Value => {
    if (inner instanceof Set) return { set: [...inner].sort() };
    if (Array.isArray(inner)) return inner.map(plain);
    return typeof inner === "object" && inner !== null ? stateOf(inner) : (inner as Value);
  };
  const entries = Object.entries(Object(value)).filter(([name]) => name !== "id");
  return Object.fromEntries(entries.map(([name, inner]) => [name, plain(inner)]));
}

/** What Doc declares of an item. */
function declaredOf(item: State): State {
  return [["u"], ["m", "unknown"], ["shape", "unknown"]].reduce(drop, item);
}

/** Merges of one map are one merge. */
function changesOf(changes: readonly KeyChange[]): object {
  const roots = new Set(changes.map(({ place }) => place.split(".")[0]));
  if (roots.size === changes.length) return Object.assign({}, ...changes.map((one) => one.changes));
  return changes[0]?.changes ?? {};
}

/** Of changes by key, those that changesOf() takes. */
function taken(changes: readonly KeyChange[]): readonly KeyChange[] {
  const roots = new Set(changes.map(({ place }) => place.split(".")[0]));
  return roots.size === changes.length ? changes : changes.slice(0, 1);
}

function applied(meanings: readonly Meaning[], item: State): State | undefined {
  return meanings.reduce((now: State | undefined, meaning) => now && meaning(now), item);
}

const modified: Meaning = (item) => {
  const n = (get(item, ["n"]) as number | undefined) ?? 0;
  return putElements(put(item, ["n"], n + 1), ["s"], [...elementsAt(item, ["s"]), "modified"]);
};

interface Moment {
  readonly items: Items;
  /** What each writer's object was last loaded or saved with. */
  readonly seen: readonly State[];
}

/** The moment after a step, or undefined if it has to be refused. */
function perform(one: Step, writer: number, { items, seen }: Moment): Moment | undefined {
  const [item = {}, other = {}] = items;
  const own = seen[writer] ?? {};
  const saving = (changes: readonly ObjectChange[]): Moment | undefined => {
    const meanings = changes.flatMap((change) => change.mean(own));
    const [after, view] = [applied(meanings, item), applied(meanings, own)];
    if (after === undefined || view === undefined) return undefined;
    return { items: [after, other], seen: seen.with(writer, view) };
  };
  switch (one.kind) {
    case "save":
      return saving(one.changes);
    case "transaction": {
      const saved = saving(one.saved);
      const updated = applied(
        taken(one.updated).map(({ mean }) => mean),
        other,
      );
      if (saved === undefined || updated === undefined) return undefined;
      return { ...saved, items: [saved.items[0] ?? {}, updated] };
    }
    default: {
      const after = applied(meaningsOf(one), item);
      return after && { items: [after, other], seen };
    }
  }
}

function meaningsOf(one: Step): readonly Meaning[] {
  if (one.kind === "update") {
    const { when } = one;
    const holds: Meaning = (item) => (when === undefined || get(item, ["n"]) === when ? item : undefined);
    return [holds, ...taken(one.changes).map(({ mean }) => mean)];
  }
  if (one.kind === "other") return [one.change.mean];
  return [modified];
}

/** Whether some order of all operations, each writer's in its own order, gives these items and outcomes. */
export function isSerial({ start, writers }: Program, outcomes: readonly (readonly Outcome[])[], end: Items): boolean {
  const goal = end.map(textOf).join();
  const first: Moment = { items: start, seen: writers.map(() => start[0] ?? {}) };
  return search(
    first,
    writers.map(() => 0),
  );

  function search(moment: Moment, next: readonly number[]): boolean {
    let isOver = true;
    for (const [writer, position] of next.entries()) {
      const [one, outcome] = [writers[writer]?.[position], outcomes[writer]?.[position]];
      if (one === undefined || outcome === undefined) continue;
      isOver = false;
      const after = perform(one, writer, moment);
      if ((after === undefined) !== (outcome === "refused")) continue;
      if (typeof outcome === "object" && textOf(declaredOf(after?.items[0] ?? {})) !== outcome.shown) continue;
      if (search(after ?? moment, next.with(writer, position + 1))) return true;
    }
    return isOver && moment.items.map(textOf).join() === goal;
  }
}

export function show({ start, writers, turns }: Program): string {
  const text = (one: Step) =>
    one.kind === "modify"
      ? "modify"
      : one.kind === "other"
        ? one.change.name
        : one.kind === "transaction"
          ? `transaction [${one.saved.map(({ name }) => name)}] [${taken(one.updated).map(({ name }) => name)}]`
          : `${one.kind}${one.once ? " once" : ""} [${one.changes.map(({ name }) => name)}]`;
  return JSON.stringify(
    { start, writers: writers.map((steps) => steps.map(text)), turns: turns.join("") },
    undefined,
    1,
  );
}
