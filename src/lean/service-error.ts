/** An error answer as the error that the SDK throws. The SDK makes it, but not the items in it. */

import type { ClientConfig, HttpResponse } from "../session/client-config.js";
import { withBytes } from "../wire/binary.js";
import type { ThrownError } from "./retry.js";

interface Items {
  readonly Item?: object;
  readonly CancellationReasons?: readonly { readonly Item?: object }[];
}

/**
 * The SDK receives the error without its items, which we have already read. It can't read an item if a map has a key
 * "__proto__".
 */
export async function serviceError(
  config: ClientConfig,
  response: HttpResponse,
  content: object,
): Promise<ThrownError> {
  const { Item, CancellationReasons }: Items = withBytes(content);
  const bare = {
    ...content,
    ...(Item === undefined ? {} : { Item: undefined }),
    ...(CancellationReasons === undefined
      ? {}
      : { CancellationReasons: CancellationReasons.map((reason) => ({ ...reason, Item: undefined })) }),
  };
  const error = await thrownFor(config, { ...response, body: Buffer.from(JSON.stringify(bare)) });
  if (Item !== undefined) Object.assign(error, { Item });
  if (CancellationReasons !== undefined) Object.assign(error, { CancellationReasons });
  Object.defineProperty(error, "$response", { value: response, enumerable: false });
  return error;
}

/** The operation does not matter to its errors. */
const operation = { namespace: "com.amazonaws.dynamodb", name: "GetItem", traits: 0, input: "unit", output: "unit" };

async function thrownFor(config: ClientConfig, response: HttpResponse): Promise<object> {
  try {
    await config.protocol.deserializeResponse(operation, config, response);
  } catch (error) {
    if (typeof error === "object" && error !== null) return error;
  }
  return new Error(`the SDK took an answer with the status ${response.statusCode} for no error`);
}
