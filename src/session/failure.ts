/** Converts the errors of the SDK to those of bloop. The SDK's error stays as the cause. */

import { hide } from "../errors/base.js";
import { BloopError, RequestFailed, type ThrottlingReason } from "../errors.js";
import type { Item } from "../wire/attribute.js";
import { conflicts, throttlings, unknownOperations } from "./error-names.js";
import type { Call } from "./session.js";

/** A write whose condition did not hold, with the item at that moment. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
  /** Undefined if there was no item. */
  declare readonly item: Item | undefined;

  constructor(item: Item | undefined, cause: unknown) {
    super("the condition did not hold", { cause });
    hide(this, { item });
  }
}

/**
 * DynamoDB's reason for canceling a transaction, for one of its items. The code is "None" for an item that was not the
 * reason.
 */
interface CancellationReason {
  readonly code: string;
  readonly message: string;
  /** The item at that moment, if it was requested and exists. */
  readonly item: Item | undefined;
}

/** A transaction that was canceled: none of its writes was done. */
export class TransactionFailed extends Error {
  override readonly name = "TransactionFailed";
  /** In the order of the transaction's items. */
  declare readonly reasons: readonly CancellationReason[];

  constructor(reasons: readonly CancellationReason[], cause: unknown) {
    super("the transaction was canceled", { cause });
    hide(this, { reasons });
  }
}

/**
 * An answer that can't be DynamoDB's: empty, changed on the way, or without required content. The operation may have
 * been done nevertheless.
 */
export class BrokenAnswer extends Error {
  override readonly name = "BrokenAnswer";
}

interface SdkError {
  readonly name: string;
  readonly message: string;
  readonly Item?: Item;
  readonly CancellationReasons?: readonly {
    readonly Code?: string;
    readonly Message?: string;
    readonly Item?: Item;
  }[];
  readonly ThrottlingReasons?: unknown;
  readonly throttlingReasons?: unknown;
  readonly $metadata?: { readonly requestId?: string };
}

/** The error to throw for an error of an operation. After an abort, the caller throws the signal's own reason. */
export function failureOf(thrown: unknown, operation: string, call: Call): Error {
  if (thrown instanceof BloopError) return thrown;
  const error: SdkError = thrown instanceof Error ? thrown : { name: "Error", message: String(thrown) };
  hideItems(error);
  if (error.name === "ConditionalCheckFailedException") return new ConditionFailed(error.Item, thrown);
  const reasons = error.CancellationReasons?.map(({ Code = "None", Message = "", Item }) => ({
    code: Code,
    message: Message,
    item: Item,
  }));
  if (error.name === "TransactionCanceledException" && reasons !== undefined)
    return new TransactionFailed(reasons, thrown);
  const text = error.message === "" ? error.name : `${error.name}: ${error.message}`;
  const sentence = /[.!?]$/.test(text) ? text : `${text}.`;
  const hint = hints[error.name] ?? hints[codeOf(thrown)] ?? hints[error.message] ?? "";
  const throttlingReasons = throttlingReasonsOf(error);
  const reasonsText = throttlingReasons.map(({ reason, resource }) => ` The limit: ${reason} of ${resource}.`).join("");
  return new RequestFailed(`${call.subject()}: ${operation} failed. ${sentence}${reasonsText}${hint}`, {
    operation,
    code: error.name,
    requestId: error.$metadata?.requestId,
    throttlingReasons,
    cause: thrown,
  });
}

/** AWS's throttling errors have them under either name. */
export function throttlingReasonsOf(error: SdkError): readonly ThrottlingReason[] {
  const { ThrottlingReasons, throttlingReasons = ThrottlingReasons } = error;
  if (!Array.isArray(throttlingReasons)) return [];
  return throttlingReasons.map((one: { reason?: unknown; resource?: unknown } | null): ThrottlingReason => {
    return { reason: String(one?.reason ?? ""), resource: String(one?.resource ?? "") };
  });
}

/** The SDK's error is the cause of ours. Like ours, it shows no items in a log. */
function hideItems(error: SdkError): void {
  for (const name of ["Item", "CancellationReasons"]) {
    if (Object.hasOwn(error, name)) Object.defineProperty(error, name, { enumerable: false });
  }
}

/** By the error's name, its code, or its message. */
const hints: { readonly [code: string]: string } = {
  ResourceNotFoundException: " Is the table there? engine.bind() creates it.",
  CredentialsProviderError:
    " The AWS SDK found no credentials: set them up, or give the engine a client that has some.",
  UnrecognizedClientException: " DynamoDB does not know the credentials.",
  AccessDeniedException: " The credentials lack the permission for it.",
  ECONNREFUSED: " Nothing answers at the endpoint: is it running, and is the address right?",
  BrokenAnswer:
    " A write may be done all the same. Is it DynamoDB that answers at the endpoint, and does something in between change what it says?",
  "Region is missing":
    " Set AWS_REGION, or give the engine a client that has a region. startLocal() of bloop-dynamodb/local starts a DynamoDB on your own machine.",
  ENOTFOUND: " The endpoint's host is not known: is the region right?",
};

function codeOf(thrown: unknown): string {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
}

/** The error of one write, from the reason for which its transaction was canceled. */
export function failureOfReason({ code, message, item }: CancellationReason, call: Call, cause: unknown): Error {
  if (code === "ConditionalCheckFailed") return new ConditionFailed(item, cause);
  // In a transaction, DynamoDB gives one item's ValidationException this code.
  const name = code === "ValidationError" ? "ValidationException" : code;
  return failureOf(Object.assign(new Error(message, { cause }), { name }), "TransactWriteItems", call);
}

/**
 * Whether a write or a transaction did nothing, because another one was at work on an item, or for lack of capacity.
 */
export function isConflict(error: unknown): boolean {
  if (error instanceof RequestFailed) return conflicts.includes(error.code);
  if (!(error instanceof TransactionFailed)) return false;
  const codes = error.reasons.map(({ code }) => code).filter((code) => code !== "None");
  return codes.length > 0 && codes.every((code) => conflicts.includes(code));
}

/** DynamoDB's name for the reason of a failure: "TransactionConflictException", or a reason's code: "TransactionConflict". */
export function reasonOf(error: unknown): string {
  if (error instanceof ConditionFailed) return "ConditionalCheckFailedException";
  if (error instanceof RequestFailed) return error.code;
  if (error instanceof TransactionFailed) return error.reasons.find(({ code }) => code !== "None")?.code ?? error.name;
  return error instanceof Error ? error.name : "Error";
}

/** Whether a request was refused as a whole for lack of capacity. */
export function isThrottled(error: unknown): boolean {
  return error instanceof RequestFailed && throttlings.includes(error.code);
}

/**
 * Whether an update failed because the item has changed since it was last seen: a path leads through a map that is
 * gone, or a set has another type now.
 */
export function isStaleUpdate(error: unknown): boolean {
  return (
    error instanceof RequestFailed &&
    error.code === "ValidationException" &&
    /document path|incorrect data type/i.test(error.message)
  );
}

/** Whether another process is making the same change to the table at the moment. */
export function isResourceInUse(error: unknown): boolean {
  return error instanceof RequestFailed && error.code === "ResourceInUseException";
}

/** Whether DynamoDB is still getting a new table ready for continuous backups. */
export function isBackupsUnavailable(error: unknown): boolean {
  return error instanceof RequestFailed && error.code === "ContinuousBackupsUnavailableException";
}

/** Whether a server does not know an operation: emulators know only some of them. */
export function isUnknownOperation(error: unknown): boolean {
  return error instanceof RequestFailed && unknownOperations.includes(error.code);
}
