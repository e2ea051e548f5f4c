/** Capacity that requests consumed: asked for, and read from the answers. */

import { type CapacityDetail, consumedOf, type TellCapacity } from "../wire/capacity.js";
import type { Exchanges, Operation } from "./answers.js";
import type { Send } from "./operations.js";
import type { Call } from "./session.js";

/** Sends as before, but requests the consumed capacity, and reports it. */
export function measuring(send: Send, capacity: CapacityDetail, tell: TellCapacity): Send {
  const ReturnConsumedCapacity = capacity === "total" ? "TOTAL" : "INDEXES";
  return async <Name extends Operation>(operation: Name, request: Exchanges[Name]["request"], call: Call) => {
    const answer = await send(operation, { ...request, ReturnConsumedCapacity }, call);
    const { ConsumedCapacity }: { readonly ConsumedCapacity?: unknown } = Object(answer);
    const consumed = consumedOf(ConsumedCapacity);
    if (consumed.length > 0) tell(operation, consumed);
    return answer;
  };
}
