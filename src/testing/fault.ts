/** The faults of requests: the effect of each, and how an SDK client sees it. */

import { setTimeout as sleep } from "node:timers/promises";
import { crc32 } from "node:zlib";

export const faultKinds = [
  /** The request is not sent; the connection is cut. */
  "cut",
  /** The work is done; the connection is cut before the answer. */
  "lost",
  /** Not sent: 500 InternalServerError. */
  "errorBefore",
  /** The work is done, and the answer is 500 InternalServerError. */
  "errorAfter",
  /** Not sent: 400 ProvisionedThroughputExceededException. */
  "throttledBefore",
  /** The work is done, and the answer is 400 ProvisionedThroughputExceededException. */
  "throttledAfter",
  /** The answer comes later. */
  "delayed",
  /** The work is done, and the answer is 200 with an empty body. */
  "emptied",
  /** The work is done, and the answer is `{}`, which does not match its checksum. */
  "garbled",
  /**
   * A part of a BatchGetItem or BatchWriteItem is done, perhaps nothing; the rest is unprocessed. Other operations: no
   * fault.
   */
  "unprocessed",
  /**
   * Another transaction is at work on the item. For writes of one item and for transactions. Other operations: no
   * fault.
   */
  "conflict",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface HttpRequest {
  readonly hostname: string;
  readonly headers: { readonly [name: string]: string };
  readonly body?: unknown;
}

interface HttpResponse {
  readonly statusCode: number;
  readonly headers: { readonly [name: string]: string | undefined };
  readonly body?: unknown;
}

export interface HandlerOptions {
  readonly abortSignal?: AbortSignal;
}

/** The function of an SDK's request handler that sends a request. */
export type Handle = (request: HttpRequest, options?: HandlerOptions) => Promise<{ readonly response: HttpResponse }>;

/** One request and its fault. */
interface Meeting {
  readonly request: HttpRequest;
  readonly options: HandlerOptions | undefined;
  /** Sends the request to the real handler. */
  readonly handle: Handle;
  /** From 0 to 1: the share of a delay or of a batch. */
  readonly share: number;
  /** The longest delay, in milliseconds. */
  readonly delay: number;
}

/** Such as "UpdateItem"; empty for requests of services other than DynamoDB. */
export function operationOf({ headers }: HttpRequest): string {
  return headers["x-amz-target"]?.split(".")[1] ?? headers["X-Amz-Target"]?.split(".")[1] ?? "";
}

export async function meet(kind: FaultKind, meeting: Meeting): Promise<{ readonly response: HttpResponse }> {
  const { request, options, handle } = meeting;
  const forward = (sent: HttpRequest = request) => handle(sent, options);
  switch (kind) {
    case "cut":
      throw connectionCut();
    case "lost":
      await bytesOf((await forward()).response.body);
      throw connectionCut();
    case "errorBefore":
      return failure(500, "InternalServerError");
    case "errorAfter":
      await bytesOf((await forward()).response.body);
      return failure(500, "InternalServerError");
    case "throttledBefore":
      return failure(400, "ProvisionedThroughputExceededException");
    case "throttledAfter":
      await bytesOf((await forward()).response.body);
      return failure(400, "ProvisionedThroughputExceededException");
    case "delayed": {
      const answered = await forward();
      await sleep(meeting.share * meeting.delay, undefined, { signal: options?.abortSignal });
      return answered;
    }
    case "emptied":
      return withBody(await forward(), Buffer.alloc(0), { status: 200 });
    case "garbled":
      return garbled(await forward());
    case "unprocessed":
      return partly(meeting, forward);
    case "conflict":
      return conflict(request) ?? forward();
  }
}

/** As Node.js reports it, so that retries recognise it. */
function connectionCut(): Error {
  return Object.assign(new Error("injected: the connection was cut"), { code: "ECONNRESET" });
}

/** Reads the rest of an answer, so that its connection is free again. */
async function bytesOf(body: unknown): Promise<Buffer> {
  if (typeof body === "string" || body instanceof Uint8Array) return Buffer.from(body);
  const chunks: Uint8Array[] = [];
  if (typeof body === "object" && body !== null && Symbol.asyncIterator in body) {
    for await (const chunk of body as AsyncIterable<Uint8Array>) chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

type Answered = Awaited<ReturnType<Handle>>;

/** The same answer with another body. Its checksum is that of the original, unless another one is given. */
async function withBody(
  { response }: Answered,
  body: Buffer,
  { status = response.statusCode, checksum }: { readonly status?: number; readonly checksum?: number },
): Promise<Answered> {
  await bytesOf(response.body);
  const headers = { ...response.headers, "content-length": String(body.length) };
  const checked = checksum === undefined ? headers : { ...headers, "x-amz-crc32": String(checksum) };
  return { response: { statusCode: status, headers: checked, body } };
}

/** An answer that looks like a real one: nothing found, nothing left to do. */
function garbled(answered: Answered): Promise<Answered> {
  const body = Buffer.from("{}");
  return withBody(answered, body, { checksum: (crc32(body) ^ 1) >>> 0 });
}

function json(statusCode: number, content: object): { readonly response: HttpResponse } {
  const headers = { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": "injected" };
  return { response: { statusCode, headers, body: Buffer.from(JSON.stringify(content)) } };
}

function failure(statusCode: number, type: string, more: object = {}) {
  return json(statusCode, {
    __type: `com.amazonaws.dynamodb.v20120810#${type}`,
    message: `injected: ${type}`,
    ...more,
  });
}

/** The error of a conflict, for operations that have one. */
function conflict(request: HttpRequest) {
  switch (operationOf(request)) {
    case "PutItem":
    case "UpdateItem":
    case "DeleteItem":
      return failure(400, "TransactionConflictException");
    case "TransactWriteItems":
    case "TransactGetItems": {
      const { TransactItems: items }: { TransactItems: readonly unknown[] } = contentOf(request);
      const CancellationReasons = items.map((_, index) =>
        index === 0 ? { Code: "TransactionConflict", Message: "injected: TransactionConflict" } : { Code: "None" },
      );
      return failure(400, "TransactionCanceledException", { CancellationReasons });
    }
    default:
      return undefined;
  }
}

function contentOf({ body }: HttpRequest) {
  return JSON.parse(body instanceof Uint8Array ? Buffer.from(body).toString() : String(body));
}

/** The part of a batch that is done, and the rest, by table. */
interface Parts {
  readonly done: { [table: string]: unknown };
  readonly left: { [table: string]: unknown };
}

/**
 * A batch of which only the first part is done. The request for that part carries the signature of the whole body,
 * which a local DynamoDB ignores. AWS would refuse it, so nothing is sent there, and everything is unprocessed.
 */
async function partly({ request, share }: Meeting, forward: (request?: HttpRequest) => ReturnType<Handle>) {
  const operation = operationOf(request);
  if (operation !== "BatchWriteItem" && operation !== "BatchGetItem") return forward();
  const field = operation === "BatchWriteItem" ? "UnprocessedItems" : "UnprocessedKeys";
  const content = contentOf(request);
  const { done, left } = divide(content.RequestItems, /\.amazonaws\./.test(request.hostname) ? 0 : share);
  if (Object.keys(done).length === 0) return json(200, { Responses: {}, [field]: left });
  const body = JSON.stringify({ ...content, RequestItems: done });
  const headers = { ...request.headers, "content-length": String(Buffer.byteLength(body)) };
  const answered = await forward(
    Object.assign(Object.create(Object.getPrototypeOf(request)), request, { body, headers }),
  );
  if (answered.response.statusCode !== 200) return answered;
  const answer = JSON.parse((await bytesOf(answered.response.body)).toString());
  return json(200, { ...answer, [field]: { ...answer[field], ...left } });
}

/** Takes the first ones of each table: writes are a list, keys are inside one. */
function divide(
  tables: { readonly [table: string]: readonly unknown[] | { readonly Keys: readonly unknown[] } },
  share: number,
): Parts {
  const parts: Parts = { done: {}, left: {} };
  for (const [table, wanted] of Object.entries(tables)) {
    const all = "Keys" in wanted ? wanted.Keys : wanted;
    const wrap = (some: readonly unknown[]) => ("Keys" in wanted ? { ...wanted, Keys: some } : some);
    const cut = Math.floor(share * all.length);
    if (cut > 0) parts.done[table] = wrap(all.slice(0, cut));
    if (cut < all.length) parts.left[table] = wrap(all.slice(cut));
  }
  return parts;
}
