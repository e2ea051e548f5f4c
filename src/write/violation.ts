/** A write whose conditions did not hold: its message, and the item at that moment. */

import { BloopError, ConstraintViolation, UniqueViolation, type VersionMismatch } from "../errors.js";
import { holdsWithoutItem } from "../expression/absent.js";
import type { ConditionNode } from "../expression/condition.js";
import { applyEdits } from "../model/change/edit.js";
import { type Obstacle, obstacleOf } from "../model/change/obstacle.js";
import { versionHolds } from "../model/change/version.js";
import type { Column } from "../model/column.js";
import { localPath, printColumns, printKey } from "../model/invalid.js";
import { isOfKind, ownItem } from "../model/kinds/asked.js";
import type { Meta } from "../model/meta.js";
import { snapshotOf } from "../model/object/snapshot.js";
import { isModelObject } from "../model/registry.js";
import { type Context, hydrate, readingOf } from "../operation/context.js";
import { ConditionFailed } from "../session/failure.js";
import { printPath } from "../types/codec/context.js";
import { assertNever } from "../util/assert.js";
import { asModelObject, type ModelObject } from "../util/model-object.js";
import { printList } from "../util/print.js";
import { type Attribute, attributeOf, type Item, newAttributes } from "../wire/attribute.js";
import { sameAttribute } from "../wire/same.js";
import { type SendSettings, sendWrite } from "./send.js";
import { ValueTaken } from "./unique/taken.js";
import { unmetPresence, unmetVersion } from "./unmet.js";
import type { Write } from "./write.js";

interface Violation {
  /** A sentence without its subject and full stop. */
  readonly message: string;
  readonly current: ModelObject<string> | undefined;
  readonly version: VersionMismatch | undefined;
}

/** Values of the current item that do not fit are left off: the caller has to get the violation. */
export function violationOf(context: Context, write: Write, item: Item | undefined): Violation {
  const { home, prototype } = write;
  const reading = readingOf(context, home, undefined, "omit");
  const own = ownItem(write.meta, item);
  const current = own && asModelObject(hydrate(context, prototype, own, reading));
  const version = versionMismatch(write, item);
  return { message: explain(write, item, version), current, version };
}

/** The columns whose value another item has, and its key as the caller would give it. */
export function explainTaken(
  { meta }: Write,
  { unique, owner }: ValueTaken,
): { readonly message: string; readonly columns: readonly string[]; readonly owner: object | undefined } {
  const columns = unique.columns.map(({ property }) => property);
  const values = `${printColumns(columns)} ${columns.length === 1 ? "is" : "are"} unique`;
  if (owner === undefined)
    return { message: `${values}, and an item of another kind has the key of the value's marker`, columns, owner };
  const told = meta.shared?.does.identify(meta.shared.tableKeys, owner, undefined).item ?? owner;
  const message = `${values}, and another item has the value: ${meta.name}${printKey(meta, told)}`;
  return { message, columns, owner: keyObject(meta, told) };
}

function keyObject({ identity }: Meta, item: Item): object {
  return Object.fromEntries(
    identity.flatMap(({ property, storedName, load }) => {
      const attribute = attributeOf(item, storedName);
      return attribute === undefined ? [] : [[property, load(attribute)]];
    }),
  );
}

/** Of the object's version, or of one that the caller's condition demands. */
function versionMismatch({ meta, version, conditions }: Write, item: Item | undefined): VersionMismatch | undefined {
  if (version === undefined || versionHolds(version, item)) {
    const unmet = unmetVersion(meta, conditions, item);
    return unmet && { expected: unmet.expected, stored: numberOf(unmet.stored) };
  }
  return { expected: version.expected, stored: numberOf(item && attributeOf(item, version.column.storedName)) };
}

function numberOf(stored: Attribute | undefined): number | undefined {
  return stored !== undefined && "N" in stored ? Number(stored.N) : undefined;
}

function explain(write: Write, item: Item | undefined, mismatch: VersionMismatch | undefined): string {
  const { kind, meta, edits, lacking } = write;
  if (item !== undefined && !isOfKind(meta, item))
    return "there is an item of another kind under this key, and it is not overwritten";
  if (mismatch !== undefined) {
    const stored =
      item === undefined ? `the item is not there${asTold}` : `the stored item has ${printVersion(mismatch.stored)}`;
    return `its version does not match: ${expectation(write, item, mismatch)}, and ${stored}`;
  }
  if (item === undefined && lacking.length > 0) {
    const names = printList(lacking.map(({ property }) => property));
    if (isObjectOf(write)) {
      return `there is no such item${asTold}: it was deleted since the object was loaded or saved. Of the changes alone, the write would make one without ${names}; to store it again, save a new object with all values`;
    }
    return `there is no such item${asTold}, and the write would make one without ${names}, which ${lacking.length === 1 ? "is" : "are"} required; give a value with setIfMissing(), or save a new object`;
  }
  if (kind === "put" && item !== undefined) {
    return `the object is new and has ${edits.length} columns, more than one update takes, so that it is stored only where there is no item, and there is one. Load the item, and save what differs in parts; or replace it by putAll()`;
  }
  const obstacle = obstacleOf(meta, write.edits, item ?? newAttributes());
  if (obstacle !== undefined) return explainObstacle(meta, obstacle);
  if (item !== undefined && write.conditions.some((node) => demandsNone(meta, node)))
    return "the item is there already";
  const letters = item === undefined ? [] : inOtherLetters(write, item);
  if (letters.length > 0)
    return `the item under this key has ${printColumns(letters)} in other letters, which the table's key does not tell, so that there is one item for both`;
  const others = item === undefined ? [] : disagreeing(write, item);
  if (others.length > 0) {
    const names = printColumns(others);
    return `the item's key was made of other values than it has in ${names}, and the key says which item it is; save a new object with the values of the key, which stores them in ${names}`;
  }
  const changed = item === undefined ? [] : changedColumns(write, item);
  if (changed.length > 0) {
    const columns = printColumns(changed);
    const [is, was] = changed.length === 1 ? ["is", "was"] : ["are", "were"];
    return write.isBlind
      ? `${columns} ${is} not as "given" says`
      : `${columns} ${was} changed since the object was loaded or saved`;
  }
  if (item !== undefined)
    return ["the condition did not hold", unmetPresence(write.conditions, item) ?? []].flat().join(": ");
  return isThereAllTheSame(write)
    ? "the item is there already, and the server does not return it"
    : `the condition did not hold: there is no such item${asTold}`;
}

function expectation({ version }: Write, item: Item | undefined, { expected }: VersionMismatch): string {
  if (version === undefined || versionHolds(version, item)) return `the condition demands ${printVersion(expected)}`;
  return version.isNew ? "the object is new" : `the object has ${printVersion(expected)}`;
}

/** Whether a write is of an object, and not by a key. */
function isObjectOf({ given }: Write): boolean {
  return isModelObject(given) && snapshotOf(given) !== undefined;
}

/** DynamoDB returns the item with a failed condition. Some emulators do not, and then it is not known. */
const asTold = ", as far as the server tells";

/** The conditions would have held without an item, and did not. */
function isThereAllTheSame({ conditions, version }: Write): boolean {
  const isOnlyNew = version === undefined || version.isNew;
  return isOnlyNew && conditions.every((node) => holdsWithoutItem(node) === true);
}

function explainObstacle(meta: Meta, { path, reason, keys = [] }: Obstacle): string {
  const place = printPath(localPath(meta, path));
  switch (reason) {
    case "kind":
      return `what is stored at ${place} is not of the kind that the change is for, and is not overwritten`;
    case "union":
      return `the union at ${place} is not of the kind any more that the change was made for; load the object again`;
    case "lacking":
      return `there is no map at ${place}, and the write would make one without ${printList(keys)}, which ${keys.length === 1 ? "is" : "are"} required; give the whole map`;
    case "emptied":
      return `the set at ${place} is required, and would lose its last element: DynamoDB has no empty sets`;
    case "sum":
      return `the number at ${place} would come to one that its column can't load; declare it with bigint(), or with decimal() of bloop-dynamodb/ext/decimal`;
    default:
      return assertNever(reason);
  }
}

/** Whether the condition is that there is no item. */
function demandsNone({ hashKey }: Meta, node: ConditionNode): boolean {
  return node.kind === "notExists" && node.path.stored.length === 1 && node.path.stored[0] === hashKey.storedName;
}

/** The parts of the key that the key does not tell exactly, and that are stored in another way than the write has them. */
function inOtherLetters({ meta: { shared }, base, edits }: Write, item: Item): string[] {
  const untold = [...(shared?.parts ?? [])].filter((part) => shared?.told.has(part) === false);
  if (untold.length === 0) return [];
  const wanted = applyEdits(base, edits);
  const isOther = ({ storedName }: Column) => {
    const [value, stored] = [attributeOf(wanted, storedName), attributeOf(item, storedName)];
    return value !== undefined && stored !== undefined && !sameAttribute(value, stored);
  };
  return untold.filter(isOther).map(({ property }) => property);
}

/** The columns of the key that an update by key found with other values than the key has. */
function disagreeing({ meta, edits }: Write, item: Item): string[] {
  const isOther = ({ storedName }: Column) =>
    edits.some((edit) => {
      if (edit.kind !== "setIfMissing" || edit.path[0] !== storedName) return false;
      const stored = attributeOf(item, storedName);
      return stored !== undefined && !sameAttribute(stored, edit.value);
    });
  return [...(meta.shared?.told ?? [])].filter(isOther).map(({ property }) => property);
}

/** The columns compared by atomic that have changed. */
function changedColumns({ meta, compared, base }: Write, item: Item): string[] {
  const isSame = (name: string) => sameAttribute(attributeOf(base, name), attributeOf(item, name));
  return meta.columns
    .filter(({ storedName }) => compared?.has(storedName) && !isSame(storedName))
    .map(({ property }) => property);
}

function printVersion(version: number | undefined): string {
  return version === undefined ? "none" : `version ${version}`;
}

/** The error of a write for its caller. */
export function writeErrorOf(context: Context, write: Write, error: unknown): unknown {
  if (error instanceof ValueTaken) {
    const { message, ...taken } = explainTaken(write, error);
    return new UniqueViolation(
      `${write.meta.name}${printKey(write.meta, write.key)}: ${message}. Nothing was written.`,
      {
        ...taken,
        object: write.given,
        cause: error.cause,
      },
    );
  }
  if (!(error instanceof ConditionFailed)) return error;
  const { message, current, version } = violationOf(context, write, error.item);
  const state = current === undefined ? "" : " The stored item is the error's `current`.";
  return new ConstraintViolation(
    `${write.meta.name}${printKey(write.meta, write.key)}: ${message}. Nothing was written.${state}`,
    { object: write.given, current, version, cause: error.cause },
  );
}

/**
 * Sends a write, and lands its effect: `land` gets the returned item. The error of a step after the write says that the
 * write is done nevertheless.
 */
export async function writeAndLand<Result>(
  context: Context,
  write: Write,
  settings: SendSettings,
  land: (returned: Item | undefined) => Result | Promise<Result>,
): Promise<Result> {
  let isWritten = false;
  try {
    const returned = await sendWrite(context, write, settings);
    isWritten = true;
    return await land(returned);
  } catch (error) {
    throw isWritten ? afterWrite(error) : writeErrorOf(context, write, error);
  }
}

function afterWrite(error: unknown): unknown {
  if (!(error instanceof BloopError)) return error;
  error.message += " The write before it is done.";
  return Object.defineProperty(error, "isWritten", { value: true });
}
