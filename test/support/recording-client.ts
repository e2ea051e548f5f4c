/** A client that sends nothing: it records each command, and answers from a function. */

import type { DynamoDBClientLike } from "bloop-dynamodb";
import { emptyAnswer } from "./empty-answers.js";

export interface Sent {
  /** Such as "UpdateItem". */
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
}

export interface RecordingClient extends DynamoDBClientLike {
  readonly sent: Sent[];
  send(command: never, options: never): Promise<object>;
}

/** `answer` gives the output of a command, or throws; what it leaves out is as where there is nothing to tell. */
export function recordingClient(answer: (command: Sent) => object | undefined = () => undefined): RecordingClient {
  const sent: Sent[] = [];
  return {
    sent,
    async send(command: { readonly constructor: { readonly name: string }; readonly input: Sent["input"] }) {
      const recorded = { name: command.constructor.name.replace(/Command$/, ""), input: command.input };
      sent.push(recorded);
      return { ...emptyAnswer(recorded.name, recorded.input), ...answer(recorded) };
    },
  };
}

/** An error as the SDK throws it. */
export function sdkError(name: string, message = "", more: object = {}): Error {
  return Object.assign(new Error(message), { name, $metadata: { requestId: "r-1" } }, more);
}
