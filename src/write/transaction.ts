/** A write transaction: collected, prepared as one request, committed as often as necessary. */

import { InvalidOption, InvalidTransaction } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import { applyEdits } from "../model/change/edit.js";
import { writtenAtMost } from "../model/change/limits.js";
import { takenVersion } from "../model/change/version.js";
import type { AnyModel, Changes, Key, ModelName } from "../model/infer.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject, keyOfValues, untoldIdentity } from "../model/key.js";
import type { Home } from "../model/object/home.js";
import { isIdle } from "../model/object/queue.js";
import { type Earlier, type Taken, takeObject } from "../model/object/taken.js";
import { metaOf, metaOfObject } from "../model/registry.js";
import { assertFunction, checkOptions } from "../operation/check.js";
import { callersCondition, comparedNames, conditionsOf } from "../operation/condition.js";
import type { Context } from "../operation/context.js";
import {
  commitRules,
  transactedDeleteRules,
  transactedRules,
  transactedUpdateRules,
} from "../operation/option-rules.js";
import type { CommitOptions, Given, TransactedOptions, TransactedUpdateOptions } from "../operation/options.js";
import { endTurn, joinLine, type Turn } from "../operation/turn.js";
import { wantedItem } from "../operation/wanted.js";
import type { ModelNameOf, OneOrMore } from "../util/model-object.js";
import type { Item } from "../wire/attribute.js";
import { maxTransactionBytes, maxTransactionItems } from "../wire/limits.js";
import { sizeOfAttributes } from "../wire/size.js";
import { planDelete } from "./delete.js";
import { type Keyed, planByKey } from "./delete-by-key.js";
import { planSave } from "./plan-save.js";
import { type Decided, PreparedTransaction } from "./prepared.js";
import { planUpdateOf, type UpdateTarget } from "./update.js";
import { makeWrite, type Write } from "./write.js";

/** One item's part of a transaction, planned when it is prepared. */
interface Collected {
  /** Decided when it is added. */
  readonly home: Home;
  /** Undefined for an update by key. */
  readonly object: object | undefined;
  /** The part of its object that it takes if the object is busy. */
  readonly takes: "values" | "key";
  key(): Item;
  plan(earlier?: Earlier): Write | undefined;
}

/**
 * Writes of up to 100 items, of any models and tables: all of them are done, or none. prepare() decides the writes, so
 * that objects may change until then.
 *
 * @example
 * const transaction = engine.transaction();
 * transaction.save(order).update(Stock, { product }, { left: add(-1) }, { condition: Stock.left.gt(0) });
 * await transaction.commit();
 */
export class WriteTransaction {
  readonly #context: Context;
  readonly #collected: Collected[] = [];

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /**
   * Saves the changes of an object, or of each object of an array. An unchanged object is left out, unless there is a
   * condition.
   */
  save<T extends OneOrMore>(objects: T, options: TransactedOptions<ModelNameOf<T>> = {}): this {
    checkOptions(options, transactedRules, "save() of a transaction");
    const wanted = options.condition !== undefined || options.atomic === true;
    const plan = (taken: Taken) => planSave(this.#context, taken, options, wanted);
    return this.#addEach(objects, plan, "values");
  }

  /** Deletes the item of an object, or of each object of an array; or the item with a key. */
  delete<T extends AnyModel>(
    model: T,
    key: Key<T>,
    options?: { condition?: Condition<ModelName<T>> | undefined },
  ): this;
  delete<T extends OneOrMore>(objects: T, options?: TransactedOptions<ModelNameOf<T>>): this;
  delete(target: object, ...rest: readonly object[]): this {
    const [first = {}, second = {}] = rest;
    if (typeof target === "function") {
      checkOptions(second, transactedDeleteRules, "delete() of a transaction");
      return this.#addByKey("delete", { model: target, key: first }, second);
    }
    const options: TransactedOptions = first;
    checkOptions(options, transactedRules, "delete() of a transaction");
    return this.#addEach(target, (taken) => planDelete(this.#context, taken, options));
  }

  /** Values and atomic actions for the item with a key. Its version is raised, and not checked. */
  update<T extends AnyModel>(
    model: T,
    key: Key<T>,
    changes: Changes<T>,
    options: TransactedUpdateOptions<ModelName<T>, Given<T>> = {},
  ): this {
    checkOptions(options, transactedUpdateRules, "update() of a transaction");
    const meta = metaOf(model);
    const home = this.#context.homeOf(meta);
    const plan = () => planUpdateOf(home, { model, key, changes }, options);
    this.#collected.push({ home, object: undefined, takes: "values", key: () => keyOfValues(meta, key), plan });
    return this;
  }

  /** The same as update(), with checked arguments; calls a function when the transaction is committed. @internal */
  updateThen(target: UpdateTarget, options: TransactedUpdateOptions, done: () => void): void {
    const meta = metaOf(target.model);
    const home = this.#context.homeOf(meta);
    const plan = () => ({ ...planUpdateOf(home, target, options), done });
    this.#collected.push({ home, object: undefined, takes: "values", key: () => keyOfValues(meta, target.key), plan });
  }

  /** Requires a condition to hold for the item with a key, and writes nothing to it. */
  check<T extends AnyModel>(model: T, key: Key<T>, condition: Condition<ModelName<T>>): this;
  /**
   * Writes nothing to the item of an object, or of each object of an array, but requires a condition to hold.
   * "unchanged" requires that everything that the object knows is still the same.
   */
  check<T extends OneOrMore>(objects: T, condition: Condition<ModelNameOf<T>> | "unchanged"): this;
  check(target: object, ...rest: readonly unknown[]): this {
    const [first, condition] = rest;
    if (typeof target !== "function")
      return this.#addEach(target, (taken) => planCheck(taken, first as Condition | "unchanged"));
    return this.#addByKey("check", { model: target, key: first }, { condition: condition as Condition | undefined });
  }

  /**
   * Decides the writes, and makes the id by which DynamoDB recognises a repeated commit. If another operation is under
   * way on an object, takes the object's values now, and decides when that operation has ended. Throws
   * InvalidTransaction for an invalid transaction, InvalidValue and MissingKey as a save does.
   */
  prepare(): PreparedTransaction {
    const planned: Planned[] = [];
    try {
      for (const one of this.#collected) planned.push(planCollected(one));
      assertDistinct(planned);
      return new PreparedTransaction(this.#context, {
        objects: planned.flatMap(({ object, turn, write }) => ((turn ?? write) ? (object ?? []) : [])),
        decided: planned.some(({ turn }) => turn !== undefined) ? planLater(planned) : decidedOf(planned),
      });
    } catch (error) {
      for (const { turn } of planned) if (turn !== undefined) endTurn(turn.object, turn);
      throw error;
    }
  }

  /** Prepares and commits. To commit again after an unclear outcome, keep the result of prepare(). */
  async commit(options: CommitOptions = {}): Promise<void> {
    checkOptions(options, commitRules, "commit()");
    await this.prepare().commit(options);
  }

  #addByKey(kind: "delete" | "check", keyed: Keyed, { condition }: { condition?: Condition | undefined }): this {
    const meta = metaOf(keyed.model);
    const home = this.#context.homeOf(meta);
    if (kind === "check" && condition === undefined)
      throw new InvalidOption(`check() takes a condition; ${meta.name} got none.`);
    const plan = () => planByKey(kind, home, keyed, condition);
    this.#collected.push({ home, object: undefined, takes: "key", key: () => keyOfValues(meta, keyed.key), plan });
    return this;
  }

  /** If one of several objects is invalid, none is added. */
  #addEach(objects: object, plan: (taken: Taken) => Write | undefined, takes: Collected["takes"] = "key"): this {
    const all: readonly object[] = Array.isArray(objects) ? objects : [objects];
    const collected = all.map((object): Collected => {
      const meta = metaOfObject(object);
      const home = this.#context.homeOf(meta);
      const key = () => keyOfObject(meta, object);
      return { home, object, takes, key, plan: (earlier) => plan(takeObject(home, object, earlier)) };
    });
    this.#collected.push(...collected);
    return this;
  }
}

/** A part whose write is decided; or whose object is busy, and its values taken. */
interface Planned extends Collected {
  readonly itemKey: Item;
  readonly turn: Turn | undefined;
  /** Undefined if the object has not changed, or waits for its turn. */
  readonly write: Write | undefined;
}

function planCollected(collected: Collected): Planned {
  const { object, takes, key, plan } = collected;
  if (object !== undefined && !isIdle(object)) {
    const turn = joinLine(object, { takes });
    return { ...collected, itemKey: turn.key, turn, write: undefined };
  }
  const write = plan();
  return { ...collected, itemKey: write?.key ?? key(), turn: undefined, write };
}

/** Decides for each object in its turn, and gives it back at once: nothing is held until the commit. */
async function planLater(planned: readonly Planned[]): Promise<Decided> {
  const decided = planned.map(async (one): Promise<Planned> => {
    const { turn } = one;
    if (turn === undefined) return one;
    await turn.begun(undefined);
    try {
      return { ...one, write: one.plan(turn) };
    } finally {
      endTurn(turn.object, turn);
    }
  });
  return decidedOf(await Promise.all(decided));
}

function decidedOf(planned: readonly Planned[]): Decided {
  const writes = planned.flatMap(({ write }) => write ?? []);
  assertTransaction(writes);
  const unchanged = planned.flatMap(({ object, write }, index) =>
    write === undefined && object !== undefined ? [[index, object] as const] : [],
  );
  return { writes, unchanged: new Map(unchanged) };
}

function planCheck(taken: Taken, condition: Condition | "unchanged"): Write {
  const { meta, home, seen, snapshot } = taken;
  const unchanged = condition === "unchanged";
  if (unchanged && snapshot === undefined) {
    throw new InvalidTransaction(
      `${meta.name}: a check for "unchanged" takes an object that was loaded or saved; this one was not${seen.origin === undefined ? "" : ` in the table "${home.tableName}"`}.`,
    );
  }
  if (condition === undefined)
    throw new InvalidOption(`check() takes a condition or "unchanged"; ${meta.name} got neither.`);
  const version = unchanged ? takenVersion(taken) : undefined;
  const comparing = { atomic: unchanged && version === undefined };
  return makeWrite(taken, {
    kind: "check",
    base: snapshot?.item ?? untoldIdentity(meta, taken.object),
    conditions: unchanged ? conditionsOf(meta, snapshot, comparing, version) : callersCondition(meta, condition),
    version,
    compared: comparedNames(meta, snapshot, comparing),
  });
}

function assertTransaction(writes: readonly Write[]): void {
  if (writes.length > maxTransactionItems) {
    throw new InvalidTransaction(
      `The transaction has ${writes.length} items; DynamoDB takes ${maxTransactionItems}. Split it, if it need not be one.`,
    );
  }
  for (const { kind, meta, key, conditions } of writes) {
    if (kind === "check" && conditions.length === 0) {
      throw new InvalidTransaction(`${meta.name}${printKey(meta, key)}: a check without a condition checks nothing.`);
    }
  }
  const most = writes.reduce((total, { key, edits }) => total + writtenAtMost(key, edits), 0);
  if (most <= maxTransactionBytes) return;
  const size = writes.reduce((total, { key, edits }) => total + sizeOfAttributes(applyEdits(key, edits)), 0);
  if (size <= maxTransactionBytes) return;
  throw new InvalidTransaction(
    `What the transaction writes has ${size} bytes; DynamoDB takes ${maxTransactionBytes} in one transaction.`,
  );
}

/** Refuses two writes of one item, as DynamoDB does. */
function assertDistinct(planned: readonly Planned[]): void {
  const seen = new Set<string>();
  for (const { home, itemKey: key } of planned) {
    const { meta } = home;
    const { id } = wantedItem(home, key);
    if (seen.has(id)) {
      throw new InvalidTransaction(
        `${meta.name}${printKey(meta, key)}: the transaction has two actions on this item; DynamoDB takes one. Join them.`,
      );
    }
    seen.add(id);
  }
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Calls a function that collects a transaction, and commits it. */
export async function buildAndCommit(
  transaction: WriteTransaction,
  build: (transaction: WriteTransaction) => unknown,
  options: CommitOptions,
): Promise<void> {
  checkOptions(options, commitRules, "transaction()");
  assertFunction(build, "What transaction() is given");
  const built = build(transaction);
  // A transaction that is built synchronously is committed at once, with the values of its objects at the call.
  if (isThenable(built)) await built;
  await transaction.commit(options);
}
