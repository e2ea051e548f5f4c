/** The commands of the lean road, for the `send` of a client: code that wraps it sees commands like the SDK's. */

import type { Operation } from "../session/answers.js";
import { withBytes } from "../wire/binary.js";
import { contentOf } from "./request.js";
import type { LeanRoad } from "./road.js";
import { exchange } from "./road.js";
import type { Template } from "./template.js";

interface LeanCommand {
  readonly input: object;
  resolveMiddleware(): (command: LeanCommand) => Promise<{ readonly output: object }>;
  run(): Promise<{ readonly output: object }>;
}

/** The command carries the signal itself: with options for `send`, the SDK would forget its prepared middleware. */
interface Sending {
  readonly road: LeanRoad;
  readonly template: Template;
  readonly signal: AbortSignal | undefined;
}

export type LeanCommandClass = new (input: object, sending: Sending) => LeanCommand;

/** Prepared once, since a client may keep it for a class of commands: all state of one request is in the command. */
const handler = (command: LeanCommand) => command.run();

export function leanCommand(operation: Operation): LeanCommandClass {
  const commandName = `${operation}Command`;
  const Command = class implements LeanCommand {
    readonly input: object;
    readonly #sending: Sending;

    constructor(input: object, sending: Sending) {
      this.input = input;
      this.#sending = sending;
    }

    resolveMiddleware() {
      return handler;
    }

    async run() {
      const { input } = this;
      const { road, template, signal } = this.#sending;
      const logger = road.logger();
      try {
        const { answer, metadata } = await exchange(road, template, contentOf(operation, input), signal);
        logger?.info?.({ clientName, commandName, input, output: { ...withBytes(answer) }, metadata });
        return { output: Object.assign(answer, { $metadata: metadata }) };
      } catch (error) {
        const metadata = error instanceof Error ? Reflect.get(error, "$metadata") : undefined;
        logger?.error?.({ clientName, commandName, input, error, metadata });
        throw error;
      }
    }
  };
  // Tracing code identifies commands by the names of their classes.
  Object.defineProperty(Command, "name", { value: commandName });
  return Command;
}

const clientName = "DynamoDBClient";
