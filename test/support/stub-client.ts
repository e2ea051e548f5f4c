/** A client whose requests are answered by a function instead of a network. */

import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { makeSession } from "../../src/engine/session.js";
import type { Road } from "../../src/session/client.js";
import type { Call } from "../../src/session/session.js";
import { emptyAnswer } from "./empty-answers.js";

export interface StubRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

export interface StubAnswer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

export type Answer = (request: StubRequest, count: number) => StubAnswer | Promise<StubAnswer>;

export function stubClient(answer: Answer, config: DynamoDBClientConfig = {}) {
  const requests: StubRequest[] = [];
  const handle = async (request: StubRequest) => {
    requests.push(request);
    const { status = 200, headers = {}, body = emptyBody(request) } = await answer(request, requests.length);
    return {
      response: { statusCode: status, headers: { "x-amzn-requestid": "R1", ...headers }, body: Buffer.from(body) },
    };
  };
  const client = new DynamoDBClient({
    region: "eu-west-1",
    credentials: { accessKeyId: "AKID", secretAccessKey: "secret" },
    requestHandler: { handle } as NonNullable<DynamoDBClientConfig["requestHandler"]>,
    ...config,
  });
  return { client, requests };
}

function emptyBody({ headers, body }: StubRequest): string {
  const operation = headers["x-amz-target"]?.split(".")[1] ?? "";
  return JSON.stringify(emptyAnswer(operation, JSON.parse(Buffer.from(body).toString())));
}

export const call: Call = { signal: undefined, subject: () => "Thing" };

export function sessionOf(answer: Answer, road: Road, config: DynamoDBClientConfig = {}) {
  const { client, requests } = stubClient(answer, config);
  return { session: makeSession(client, road), client, requests };
}

/** The SDK's error behind one of ours. */
export async function causeOf(promise: Promise<unknown>): Promise<Error & Record<string, unknown>> {
  const error = await promise.then(
    () => new Error("nothing was thrown"),
    (thrown: Error) => thrown,
  );
  if (!(error.cause instanceof Error)) throw error;
  return error.cause as Error & Record<string, unknown>;
}
