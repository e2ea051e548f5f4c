/** A client between engines and a server, which holds requests and answers until a test lets them go. */

import { AsyncLocalStorage } from "node:async_hooks";
import type { DynamoDBClientLike } from "bloop-dynamodb";

/** A request that is on its way to the server, or an answer that is on its way back. */
export interface Held {
  readonly kind: "request" | "answer";
  /** Such as "UpdateItem". */
  readonly operation: string;
  /** Lets it go; resolves when it has arrived at the server, or at the engine. */
  release(): Promise<void>;
}

type Options = { readonly abortSignal?: AbortSignal } | undefined;

/** Where the requests of a call are held. */
const holding = new AsyncLocalStorage<Held[]>();

/** Makes time for everything that is ready to run. */
export async function quiet(): Promise<void> {
  for (let turn = 0; turn < 8; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** Holds the requests of calls that are made by slowed(), and lets all others through. */
export function holdingClient(server: DynamoDBClientLike): DynamoDBClientLike {
  const client = {
    async send(command: object, options: Options) {
      const held = holding.getStore();
      const operation = command.constructor.name.replace(/Command$/, "");
      if (held !== undefined) await hold(held, { kind: "request", operation }, options);
      const [outcome] = await Promise.allSettled([server.send(command as never, options as never)]);
      if (held !== undefined) await hold(held, { kind: "answer", operation }, options);
      if (outcome.status === "rejected") throw outcome.reason;
      return Object(outcome.value);
    },
  };
  return client as DynamoDBClientLike;
}

function hold(held: Held[], about: Omit<Held, "release">, options: Options): Promise<void> {
  return new Promise((resolve, reject) => {
    const own: Held = {
      ...about,
      async release() {
        held.splice(held.indexOf(own), 1);
        resolve();
        await quiet();
      },
    };
    held.push(own);
    options?.abortSignal?.addEventListener("abort", () => {
      if (!held.includes(own)) return;
      held.splice(held.indexOf(own), 1);
      reject(options.abortSignal?.reason);
    });
  });
}

/** An engine, or a transaction of it, whose requests are held. */
export function slowed<Target extends object>(target: Target, held: Held[]): Target {
  const slow: Target = new Proxy(target, {
    get(_, name) {
      const found: unknown = Reflect.get(target, name, target);
      if (typeof found !== "function") return found;
      return (...inputs: unknown[]) => {
        const result: unknown = holding.run(held, () => Reflect.apply(found, target, inputs));
        if (result === target) return slow;
        return typeof result === "object" && result !== null && !(result instanceof Promise)
          ? slowed(result, held)
          : result;
      };
    },
  });
  return slow;
}
