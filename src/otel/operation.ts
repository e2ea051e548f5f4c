/** One operation of an engine as a span: begun with the call, told of its requests, ended with the call. */

import {
  type Attributes,
  context as contexts,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import type { Failed, OperationContext, RequestContext } from "./contexts.js";
import { collection, type Instruments, system } from "./instruments.js";

interface Means {
  readonly tracer: Tracer;
  readonly instruments: Instruments;
  readonly captureText: boolean;
}

export class Operation {
  readonly #means: Means;
  readonly #span: Span;
  readonly #begun = performance.now();
  /** The common attributes of the span and its measurement. */
  readonly #common: Attributes;
  readonly #sums: { count?: number; scannedCount?: number } = {};
  /** Capacity units by table. */
  readonly #capacity = new Map<string, number>();
  readonly #texts = new Set<string>();
  #requestId: string | undefined;

  constructor(means: Means, started: OperationContext) {
    const { operation, table } = started;
    this.#means = means;
    this.#common = { ...system, "db.operation.name": operation, ...collection(table) };
    const name = table === undefined ? operation : `${operation} ${table}`;
    const attributes = { ...this.#common, ...detailsOf(started) };
    this.#span = means.tracer.startSpan(name, { kind: SpanKind.CLIENT, attributes }, contexts.active());
  }

  /** One attempt of one of its requests has ended. */
  note(request: RequestContext & Failed): void {
    const { operation, attempt, statusCode, requestId, serverAddress, serverPort, error } = request;
    this.#span.addEvent(operation, {
      attempt,
      ...defined({
        "http.response.status_code": statusCode,
        "aws.request_id": requestId,
        "error.type": error === undefined ? undefined : typeOf(error),
      }),
    });
    Object.assign(this.#common, defined({ "server.address": serverAddress, "server.port": serverPort }));
    this.#requestId = requestId ?? this.#requestId;
    for (const name of ["count", "scannedCount"] as const) {
      if (request[name] !== undefined) this.#sums[name] = (this.#sums[name] ?? 0) + request[name];
    }
    for (const { tableName, units } of request.consumedCapacity)
      this.#capacity.set(tableName, (this.#capacity.get(tableName) ?? 0) + units);
    if (this.#means.captureText && request.text !== "") this.#texts.add(request.text);
  }

  /** Without the error's message, which names the key of the item, or is the user's own. */
  fail(error: unknown): void {
    this.#common["error.type"] = typeOf(error);
    this.#span.setStatus({ code: SpanStatusCode.ERROR });
  }

  end(): void {
    const consumed = [...this.#capacity].map(([TableName, CapacityUnits]) =>
      JSON.stringify({ TableName, CapacityUnits }),
    );
    this.#span.setAttributes({
      ...this.#common,
      ...defined({
        "aws.request_id": this.#requestId,
        "aws.dynamodb.count": this.#sums.count,
        "aws.dynamodb.scanned_count": this.#sums.scannedCount,
        "aws.dynamodb.consumed_capacity": consumed.length > 0 ? consumed : undefined,
        "db.query.text": this.#texts.size > 0 ? [...this.#texts].join("\n") : undefined,
      }),
    });
    this.#span.end();
    this.#means.instruments.measureDuration((performance.now() - this.#begun) / 1000, this.#common);
  }
}

function typeOf(error: unknown): string {
  return error instanceof Error ? error.name : "_OTHER";
}

function detailsOf({ table, index, consistent, batchSize }: OperationContext): Attributes {
  return defined({
    "aws.dynamodb.table_names": table === undefined ? undefined : [table],
    "aws.dynamodb.index_name": index,
    "aws.dynamodb.consistent_read": consistent,
    // The conventions: a batch of one is none.
    "db.operation.batch.size": batchSize !== undefined && batchSize > 1 ? batchSize : undefined,
  });
}

function defined(attributes: { readonly [name: string]: Attributes[string] }): Attributes {
  return Object.fromEntries(Object.entries(attributes).filter(([, value]) => value !== undefined));
}
