/** Puts faults between an SDK client and its request handler, where the client's retries see them, and records them. */

import { InvalidOption } from "../errors.js";
import { didYouMean, print } from "../util/print.js";
import {
  type FaultKind,
  faultKinds,
  type Handle,
  type HandlerOptions,
  type HttpRequest,
  meet,
  operationOf,
} from "./fault.js";
import { seededRandom } from "./random.js";

/** Any client of the AWS SDK for JavaScript v3. */
export interface FaultyClient {
  readonly config: { readonly requestHandler: object };
}

export interface FaultOptions {
  /** Decides, with the order of the requests, which of them have which fault. Default: random; `faults.seed` has it. */
  seed?: number;
  /** The share of requests with a fault, from 0 to 1. Default: 0.1. */
  rate?: number;
  /** The faults to choose from. Default: all. */
  kinds?: readonly FaultKind[];
  /** Such as ["UpdateItem"]: other requests have no faults. Default: all operations. */
  operations?: readonly string[];
  /** The longest delay, in milliseconds. Default: 20. */
  delay?: number;
}

export interface InjectedFault {
  readonly kind: FaultKind;
  /** Such as "UpdateItem". */
  readonly operation: string;
  /** The number of the request, from 1, among all that the client sent. Each attempt counts. */
  readonly request: number;
}

export interface Faults {
  readonly seed: number;
  /** May be changed at any time; so may `kinds` and `operations`. */
  rate: number;
  kinds: readonly FaultKind[];
  operations: readonly string[] | undefined;
  /** The number of requests, and how many of them had each fault. */
  readonly counts: Readonly<Record<FaultKind | "requests", number>>;
  /** All injected faults, in their order. */
  readonly list: readonly InjectedFault[];
  /**
   * Gives the next request, or the next one of an operation, this fault, whatever the rate. May be called several
   * times.
   */
  next(kind: FaultKind, operation?: string): void;
  /** Restores the client. May be called again. */
  stop(): void;
  [Symbol.dispose](): void;
}

/**
 * Injects faults into the requests of an SDK client: throttling, server errors, cut connections, answers lost after the
 * work was done, delays, conflicts, batches done in part. They come between the client and its request handler, so that
 * its own retries see each of them. Clients that share the request handler share the faults. An engine uses the same
 * road as without faults. Throws InvalidOption.
 *
 * @example
 * const dynamodb = new DynamoDBClient({});
 * const faults = injectFaults(dynamodb, { seed: 7, rate: 0.2 });
 * faults.next("lost", "UpdateItem");
 * await new Engine({ dynamodb }).update(Page, { id: "1" }, { views: add(1) }, { once: true });
 * console.log(faults.counts, faults.list);
 * faults.stop();
 */
export function injectFaults(client: FaultyClient, options: FaultOptions = {}): Faults {
  check(options);
  const handler = handlerOf(client);
  const before = Object.getOwnPropertyDescriptor(handler, "handle");
  const original = handler.handle;
  const book = new FaultBook(options, () => {
    if (before === undefined) Reflect.deleteProperty(handler, "handle");
    else Object.defineProperty(handler, "handle", before);
  });
  // On the handler itself: a client may have stored it with the commands that it sent before.
  handler.handle = (request, given) => book.handle(request, given, original.bind(handler));
  return book;
}

interface RequestHandler {
  handle: Handle;
}

function handlerOf(client: unknown): RequestHandler {
  const handler = (client as Partial<FaultyClient> | undefined)?.config?.requestHandler;
  if (typeof handler === "object" && handler !== null && "handle" in handler && typeof handler.handle === "function") {
    return handler as RequestHandler;
  }
  throw new InvalidOption(`injectFaults() takes a client of the AWS SDK for JavaScript v3, got ${print(client)}.`);
}

class FaultBook implements Faults {
  readonly seed: number;
  rate: number;
  kinds: readonly FaultKind[];
  operations: readonly string[] | undefined;
  readonly counts: Record<FaultKind | "requests", number>;
  readonly list: InjectedFault[] = [];
  readonly #random: () => number;
  readonly #delay: number;
  readonly #restore: () => void;
  readonly #next: { readonly kind: FaultKind; readonly operation: string | undefined }[] = [];
  #isStopped = false;

  constructor({ seed, rate = 0.1, kinds = faultKinds, operations, delay = 20 }: FaultOptions, restore: () => void) {
    this.seed = seed ?? Math.floor(Math.random() * 2 ** 32);
    this.rate = rate;
    this.kinds = kinds;
    this.operations = operations;
    const none = Object.fromEntries(["requests", ...faultKinds].map((name) => [name, 0]));
    this.counts = none as Record<FaultKind | "requests", number>;
    this.#random = seededRandom(this.seed);
    this.#delay = delay;
    this.#restore = restore;
  }

  handle(request: HttpRequest, options: HandlerOptions | undefined, handle: Handle): ReturnType<Handle> {
    const operation = operationOf(request);
    const number = ++this.counts.requests;
    // Each request draws three numbers, used or not: so one request does not change the faults of later ones.
    const [whether, which, share] = [this.#random(), this.#random(), this.#random()];
    const drawn = whether < this.rate ? this.kinds[Math.floor(which * this.kinds.length)] : undefined;
    const kind = this.#takeNext(operation) ?? (this.#concerns(operation) ? drawn : undefined);
    if (this.#isStopped || kind === undefined) return handle(request, options);
    this.counts[kind]++;
    this.list.push({ kind, operation, request: number });
    return meet(kind, { request, options, handle, share, delay: this.#delay });
  }

  #concerns(operation: string): boolean {
    return this.operations === undefined || this.operations.includes(operation);
  }

  #takeNext(operation: string): FaultKind | undefined {
    const index = this.#next.findIndex((wanted) => wanted.operation === undefined || wanted.operation === operation);
    return index === -1 ? undefined : this.#next.splice(index, 1)[0]?.kind;
  }

  next(kind: FaultKind, operation?: string): void {
    checkKinds([kind], "next()");
    this.#next.push({ kind, operation });
  }

  stop(): void {
    if (!this.#isStopped) this.#restore();
    this.#isStopped = true;
  }

  [Symbol.dispose](): void {
    this.stop();
  }
}

const names = ["seed", "rate", "kinds", "operations", "delay"];

function check(options: FaultOptions): void {
  if (typeof options !== "object" || options === null) {
    throw new InvalidOption(`The options of injectFaults() are ${print(options)}, not an object.`);
  }
  const stranger = Object.keys(options).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    throw new InvalidOption(`injectFaults() has no option "${stranger}"${didYouMean(stranger, names) || "."}`);
  }
  const { seed, rate, kinds, delay } = options;
  const isNumber = (value: unknown): value is number => typeof value === "number" && Number.isFinite(value);
  if (seed !== undefined && !isNumber(seed)) throw new InvalidOption(`seed is a number, got ${print(seed)}.`);
  if (rate !== undefined && !(isNumber(rate) && rate >= 0 && rate <= 1)) {
    throw new InvalidOption(`rate is a number from 0 to 1, got ${print(rate)}.`);
  }
  if (delay !== undefined && !(isNumber(delay) && delay >= 0)) {
    throw new InvalidOption(`delay is a number of milliseconds from 0, got ${print(delay)}.`);
  }
  if (kinds !== undefined) checkKinds(kinds, "kinds");
}

function checkKinds(kinds: readonly string[], caller: string): void {
  const stranger = kinds.find((kind) => !faultKinds.some((known) => known === kind));
  if (stranger === undefined) return;
  const known = didYouMean(String(stranger), faultKinds) || `: there are ${faultKinds.join(", ")}.`;
  throw new InvalidOption(`${caller}: there is no fault ${print(stranger)}${known}`);
}
