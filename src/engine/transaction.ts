/** A write transaction: collected, prepared as one request, committed as often as it takes. */

import { InvalidOption, InvalidTransaction } from "../errors.js";
import type { Condition } from "../expression/condition.js";
import { applyEdits } from "../model/edit.js";
import type { Home } from "../model/home.js";
import { writtenAtMost } from "../model/hydrate.js";
import type { AnyModel, Changes, Key, ModelName } from "../model/infer.js";
import { printKey } from "../model/invalid.js";
import { keyOfObject, keyOfValues } from "../model/key.js";
import { metaOf, metaOfObject } from "../model/meta.js";
import { seenIn } from "../model/seen.js";
import { versionOf } from "../model/version.js";
import type { ModelNameOf, ModelObject } from "../util/model-object.js";
import { type Item, newAttributes } from "../wire/attribute.js";
import { maxTransactionBytes, maxTransactionItems } from "../wire/limits.js";
import { sizeOfAttributes } from "../wire/size.js";
import { assertFlags, assertOptions } from "./check.js";
import { callersCondition, comparedNames, conditionsOf } from "./condition.js";
import type { Context, Place } from "./context.js";
import { planDelete } from "./delete.js";
import { PreparedTransaction } from "./prepared.js";
import { planSave } from "./save.js";
import { wantedItem } from "./target.js";
import { planUpdateOf } from "./update.js";
import type { Write } from "./write.js";

/** `M` is the name of the object's model. */
export interface TransactedOptions<M extends string = string> {
  condition?: Condition<M>;
  /** Only if nothing changed since the object was last loaded or saved; a new object must not exist yet. */
  atomic?: boolean;
}

/** What a transaction does to one item, planned when it is prepared. */
interface Action {
  /** Decided when the action is added. */
  readonly home: Home;
  key(): Item;
  plan(): Write | undefined;
}

/**
 * Writes of up to 100 items, of any models and tables: all of them are done, or none. What is written is decided by
 * prepare(), so that objects may change until then.
 *
 * @example
 * const transaction = engine.transaction();
 * transaction.save(order).update(Stock, { product }, { left: add(-1) }, { condition: Stock.left.gt(0) });
 * await transaction.commit();
 */
export class WriteTransaction {
  readonly #context: Context;
  readonly #actions: Action[] = [];

  /** @internal */
  constructor(context: Context) {
    this.#context = context;
  }

  /** Saves what changed of an object. An object without a change is left out, unless there is a condition. */
  save<T extends ModelObject<string>>(object: T, options: TransactedOptions<ModelNameOf<T>> = {}): this {
    assertTransacted(options, "save()");
    const wanted = options.condition !== undefined || options.atomic === true;
    return this.#add(object, (place) => planSave(place, object, options, wanted));
  }

  delete<T extends ModelObject<string>>(object: T, options: TransactedOptions<ModelNameOf<T>> = {}): this {
    assertTransacted(options, "delete()");
    return this.#add(object, (place) => planDelete(place, object, options));
  }

  /** Values and atomic actions for the item under a key. Its version is raised, and not checked. */
  update<T extends AnyModel>(
    model: T,
    key: Key<T>,
    changes: Changes<T>,
    options: { condition?: Condition<ModelName<T>> } = {},
  ): this {
    assertOptions(options, ["condition"], "update() of a transaction");
    const meta = metaOf(model);
    const home = this.#context.homeOf(meta);
    const plan = () => planUpdateOf(home, { model, key, changes }, options);
    this.#actions.push({ home, key: () => keyOfValues(meta, key), plan });
    return this;
  }

  /**
   * Writes nothing to the object's item, but demands something of it: a condition, or "unchanged", that everything the
   * object knows is still as it was.
   */
  check<T extends ModelObject<string>>(object: T, condition: Condition<ModelNameOf<T>> | "unchanged"): this {
    return this.#add(object, ({ home }) => planCheck(home, object, condition));
  }

  /**
   * Decides what is written, and makes the id by which DynamoDB recognises a repeated commit.
   * Throws InvalidTransaction for what can't be one, InvalidValue and MissingKey as a save does.
   */
  prepare(): PreparedTransaction {
    const planned = this.#actions.map(({ home, key, plan }): Planned => {
      const write = plan();
      return { home, key: write?.key ?? key(), write };
    });
    assertDistinct(planned);
    const writes = planned.flatMap(({ write }) => write ?? []);
    assertTransaction(writes);
    return new PreparedTransaction(this.#context, writes);
  }

  /** Prepares and commits. To commit again after an unclear outcome, keep what prepare() returns. */
  async commit(options: { signal?: AbortSignal } = {}): Promise<void> {
    await this.prepare().commit(options);
  }

  #add(object: object, plan: (place: Place) => Write | undefined): this {
    const meta = metaOfObject(object);
    const place = { context: this.#context, home: this.#context.homeOf(meta) };
    this.#actions.push({ home: place.home, key: () => keyOfObject(meta, object), plan: () => plan(place) });
    return this;
  }
}

function assertTransacted(options: TransactedOptions, operation: string): void {
  assertOptions(options, ["condition", "atomic"], `${operation} of a transaction`);
  assertFlags(options, "atomic");
}

function planCheck(home: Home, object: object, condition: Condition | "unchanged"): Write {
  const { meta } = home;
  const unchanged = condition === "unchanged";
  const seen = seenIn(home, object);
  const { snapshot } = seen;
  if (unchanged && snapshot === undefined) {
    throw new InvalidTransaction(
      `${meta.name}: a check for "unchanged" takes an object that was loaded or saved; this one was not${seen.origin === undefined ? "" : ` in the table "${home.tableName}"`}.`,
    );
  }
  if (condition === undefined)
    throw new InvalidOption(`check() takes a condition or "unchanged"; ${meta.name} got neither.`);
  const version = unchanged ? versionOf(seen, object) : undefined;
  const comparing = { atomic: unchanged && version === undefined };
  return {
    kind: "check",
    meta,
    home,
    key: keyOfObject(meta, object),
    given: object,
    prototype: Object.getPrototypeOf(object),
    edits: [],
    base: snapshot?.item ?? newAttributes(),
    conditions: unchanged ? conditionsOf(meta, snapshot, comparing, version) : callersCondition(meta, condition),
    version,
    lacking: [],
    compared: comparedNames(meta, snapshot, comparing),
    done() {},
  };
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

interface Planned {
  readonly home: Home;
  readonly key: Item;
  /** Undefined where the object has not changed. */
  readonly write: Write | undefined;
}

/** Refuses two actions on one item, as DynamoDB does. */
function assertDistinct(planned: readonly Planned[]): void {
  const seen = new Set<string>();
  for (const { home, key } of planned) {
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
