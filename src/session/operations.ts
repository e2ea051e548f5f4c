/** The operations on items, by either road. answers.ts reads their answers. */

import { type Exchanges, type Operation, readAnswer } from "./answers.js";
import { failureOf } from "./failure.js";
import type { Call, Session } from "./session.js";

/**
 * Sends a request and resolves with the unchecked answer. Throws the error that failureOf() returns, or the signal's
 * reason.
 */
export type Send = <Name extends Operation>(
  operation: Name,
  request: Exchanges[Name]["request"],
  call: Call,
) => Promise<unknown>;

type ItemOperations =
  | "getItem"
  | "updateItem"
  | "putItem"
  | "deleteItem"
  | "batchGetItem"
  | "batchWriteItem"
  | "transactWriteItems"
  | "transactGetItems"
  | "query"
  | "scan";

export function itemOperations(send: Send): Pick<Session, ItemOperations> {
  const perform = <Name extends Operation>(operation: Name) => {
    return async (request: Exchanges[Name]["request"], call: Call): Promise<Exchanges[Name]["result"]> => {
      const answer = await send(operation, request, call);
      try {
        return readAnswer(operation, answer, request);
      } catch (error) {
        throw failureOf(error, operation, call);
      }
    };
  };
  return {
    getItem: perform("GetItem"),
    updateItem: perform("UpdateItem"),
    putItem: perform("PutItem"),
    deleteItem: perform("DeleteItem"),
    batchGetItem: perform("BatchGetItem"),
    batchWriteItem: perform("BatchWriteItem"),
    transactWriteItems: perform("TransactWriteItems"),
    transactGetItems: perform("TransactGetItems"),
    query: perform("Query"),
    scan: perform("Scan"),
  };
}
