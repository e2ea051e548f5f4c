/** Reports each call of an engine on the channel "bloop-dynamodb:operation". Does nothing if there is no listener. */

import { tracingChannel } from "node:diagnostics_channel";
import type { Meta } from "../model/meta.js";
import { metaOfObject } from "../model/registry.js";
import { isHeard, traced } from "../util/tracing.js";
import type { Context } from "./context.js";

/** The context of "bloop-dynamodb:operation": one call; of a search, the reading of one page. */
export interface OperationContext {
  /** The name of the method: "save". */
  readonly operation: string;
  /** The name of the model; of several objects, that of the first one's. */
  readonly model: string | undefined;
  readonly table: string | undefined;
  readonly index: string | undefined;
  readonly consistent: boolean | undefined;
  /** How many objects, keys or actions, of a call that takes several. */
  readonly batchSize: number | undefined;
}

const operations = /* @__PURE__ */ tracingChannel<unknown, OperationContext>("bloop-dynamodb:operation");

/** Whether anybody listens. Asked before anything is made to tell. */
export function isOperationHeard(): boolean {
  return isHeard(operations);
}

/** Does the work and reports it. The work begins at the call, as it would without listeners. */
export function tell<Parameters extends readonly unknown[], Result>(
  context: OperationContext,
  work: (...parameters: Parameters) => Promise<Result>,
  parameters: Parameters,
): Promise<Result> {
  return traced(
    operations,
    context,
    () => work(...parameters),
    (thrown) => thrown,
  );
}

const blank = { model: undefined, table: undefined, index: undefined, consistent: undefined, batchSize: undefined };

/** Of an operation that is about no model, or about several. */
export function contextOf(operation: string, known: Partial<OperationContext> = {}): OperationContext {
  return { ...blank, ...known, operation };
}

/** Of an operation on a model. */
export function modelContext(
  context: Context,
  operation: string,
  meta: Meta,
  known: Partial<OperationContext> = {},
): OperationContext {
  return contextOf(operation, { model: meta.name, table: context.homeOf(meta).tableName, ...known });
}

/**
 * The context of an operation on an object, or on an array of them. The operation itself refuses a value that is not an
 * object.
 */
export function objectsContext(
  context: Context,
  operation: string,
  objects: unknown,
  known: Partial<OperationContext> = {},
): OperationContext {
  const [first] = Array.isArray(objects) ? objects : [objects];
  const several = Array.isArray(objects) ? { ...known, batchSize: objects.length } : known;
  if (first === undefined) return contextOf(operation, several);
  return modelContext(context, operation, metaOfObject(first), several);
}
