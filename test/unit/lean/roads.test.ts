/** The lean road sends and throws what the standard one does, and gives way to it where it has to. */

import {
  ConditionalCheckFailedException,
  DynamoDBClient,
  type DynamoDBClientConfig,
  DynamoDBServiceException,
} from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { makeSession } from "../../../src/engine/session.js";
import { chooseRoad } from "../../../src/lean/choice.js";
import type { Road } from "../../../src/session/client.js";
import { type Answer, call, causeOf, type StubRequest, sessionOf, stubClient } from "../../support/stub-client.js";

const roads = ["lean", "sdk"] as const satisfies Road[];
const get = { TableName: "things", Key: { id: { S: "ü" } } };

function textOf(body: string | Uint8Array): string {
  return typeof body === "string" ? body : Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString();
}

/** What is in all requests the same, and which headers were signed. */
function comparable({ protocol, hostname, port, path, headers, body }: StubRequest) {
  const { authorization = "", ...rest } = headers;
  const [, region, signed] = /Credential=\w+\/\d+\/([^/]+)\/.*SignedHeaders=([^,]+)/.exec(authorization) ?? [];
  const changing = ["amz-sdk-invocation-id", "x-amz-date"];
  const fixed = Object.entries(rest).filter(([name]) => !changing.includes(name));
  const names = Object.keys(headers).sort();
  return {
    protocol,
    hostname,
    port,
    path,
    region,
    signed,
    names,
    headers: Object.fromEntries(fixed),
    body: textOf(body),
  };
}

const temporary = {
  accessKeyId: "ASIA",
  secretAccessKey: "secret",
  sessionToken: "token+/=",
  expiration: new Date(Date.now() + 3_600_000),
};
const withAccount = { accessKeyId: "AKID", secretAccessKey: "secret", accountId: "123456789012" };

const configurations: { readonly [name: string]: DynamoDBClientConfig } = {
  "nothing special": {},
  "another region": { region: "cn-north-1" },
  "the region as a function": { region: async () => "ap-south-1" },
  "session tokens": { credentials: temporary },
  "a provider of credentials": { credentials: async () => temporary },
  "an account's own endpoint": { credentials: withAccount },
  "an account's endpoint switched off": { credentials: withAccount, accountIdEndpointMode: "disabled" },
  "an account's endpoint required": { credentials: async () => withAccount, accountIdEndpointMode: "required" },
  FIPS: { useFipsEndpoint: true, region: "us-east-1" },
  "dual stack": { useDualstackEndpoint: true },
  "both, and an account": {
    useDualstackEndpoint: true,
    useFipsEndpoint: true,
    credentials: withAccount,
    region: "us-west-2",
  },
  "an endpoint of one's own": { endpoint: "http://localhost:8000" },
  "an endpoint with a path": { endpoint: "https://example.org/prefix" },
  "an endpoint and an account": { endpoint: "https://example.org:8443", credentials: withAccount },
  "an endpoint as a function": { endpoint: async () => ({ protocol: "https:", hostname: "example.org", path: "/" }) },
  "a user agent": { customUserAgent: [["mine", "1.0"]], userAgentAppId: "app" },
  "more attempts": { maxAttempts: 7, retryMode: "adaptive" },
  "prepared middleware": { cacheMiddleware: true },
};

describe("requests are the same on both roads", () => {
  test.each(Object.entries(configurations))("%s", async (_, config) => {
    const sent = await Promise.all(
      roads.map(async (road) => {
        const { session, client, requests } = sessionOf(() => ({}), road, config);
        if (road === "lean") expect((await chooseRoad(client)).lean).toBeDefined();
        await session.getItem(get, call);
        await session.query({ TableName: "things" }, call);
        await session.batchGetItem({ RequestItems: { things: { Keys: [get.Key] } } }, call);
        return requests.map(comparable);
      }),
    );
    expect(sent[0]).toHaveLength(3);
    expect(sent[0]).toEqual(sent[1]);
  });

  test("a table named by the ARN of another account", async () => {
    const TableName = "arn:aws:dynamodb:eu-west-1:222222222222:table/things";
    const hosts = roads.map(async (road) => {
      const { session, requests } = sessionOf(() => ({}), road, { credentials: withAccount });
      await session.getItem({ ...get, TableName }, call);
      await session.batchGetItem({ RequestItems: { [TableName]: { Keys: [get.Key] } } }, call);
      await session.transactGetItems({ TransactItems: [{ Get: { ...get, TableName } }] }, call);
      return requests.map(({ hostname }) => hostname);
    });
    const [lean, sdk] = await Promise.all(hosts);
    expect(lean).toEqual(sdk);
    expect(lean?.[0]).toContain("222222222222");
  });

  test("settings given as functions are asked again", async () => {
    let region = "eu-west-1";
    const { session, requests } = sessionOf(() => ({}), "lean", { region: async () => region });
    await session.getItem(get, call);
    region = "us-west-2";
    await session.getItem(get, call);
    expect(requests.map(({ hostname }) => hostname)).toEqual([
      "dynamodb.eu-west-1.amazonaws.com",
      "dynamodb.us-west-2.amazonaws.com",
    ]);
  });
});

describe("credentials", () => {
  test("that expire are asked for anew, and their token and account change with them", async () => {
    let count = 0;
    const credentials = async () => {
      count++;
      const sessionToken = count > 1 ? `token${count}` : "";
      return {
        accessKeyId: `AKID${count}`,
        secretAccessKey: `s${count}`,
        sessionToken,
        accountId: `00000000000${count}`,
        expiration: new Date(Date.now() + 1_000),
      };
    };
    const { session, requests } = sessionOf(() => ({}), "lean", { credentials });
    for (let index = 0; index < 3; index++) await session.getItem(get, call);
    const ids = requests.map(({ headers }) => Number(/Credential=AKID(\d+)/.exec(headers["authorization"] ?? "")?.[1]));
    expect(new Set(ids).size).toBe(3);
    expect(requests.map(({ headers }) => headers["x-amz-security-token"])).toEqual(ids.map((id) => `token${id}`));
  });

  test("that can't be had are an error, and are asked for again at the next request", async () => {
    let isThere = false;
    const credentials = async () => {
      if (!isThere) throw Object.assign(new Error("none"), { name: "CredentialsProviderError" });
      return withAccount;
    };
    const { session, requests } = sessionOf(() => ({}), "lean", { credentials });
    await expect(session.getItem(get, call)).rejects.toMatchObject({ code: "CredentialsProviderError" });
    isThere = true;
    await session.getItem(get, call);
    expect(requests).toHaveLength(1);
  });
});

const exception = (name: string, more: object = {}) =>
  JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message: `because ${name}`, ...more });
const farDate = () => new Date(Date.now() + 3_600_000).toUTCString();

const troubles: { readonly [name: string]: Answer } = {
  validation: () => ({ status: 400, body: exception("ValidationException") }),
  "a condition that fails": () => ({
    status: 400,
    body: exception("ConditionalCheckFailedException", { Item: { id: { B: "AAE=" }, m: { M: { a: { N: "1" } } } } }),
  }),
  "a canceled transaction": () => ({
    status: 400,
    body: exception("TransactionCanceledException", {
      CancellationReasons: [
        { Code: "None" },
        { Code: "ConditionalCheckFailed", Message: "m", Item: { id: { BS: ["AAE="] } } },
      ],
    }),
  }),
  "a table that is not there": () => ({ status: 400, body: exception("ResourceNotFoundException") }),
  "throttles, then an answer": (_, count) =>
    count < 3 ? { status: 400, body: exception("ProvisionedThroughputExceededException") } : {},
  "throttles for ever": () => ({ status: 400, body: exception("ThrottlingException") }),
  "500 for ever": () => ({ status: 500, body: exception("InternalServerError") }),
  "503 without a body": () => ({ status: 503, body: "" }),
  "503 with HTML": () => ({ status: 503, body: "<html>" }),
  "501": () => ({ status: 501, body: exception("Strange") }),
  "an answer that is no JSON": () => ({ body: "{" }),
  "an error nobody knows": () => ({ status: 400, body: JSON.stringify({ __type: "Novel", Message: "new" }) }),
  "an error named in a header": () => ({
    status: 400,
    headers: { "x-amzn-errortype": "ResourceNotFoundException:http://x" },
    body: '{"message":"m"}',
  }),
  "expired credentials": () => ({ status: 400, body: exception("ExpiredTokenException") }),
  "a skewed clock": (_, count) =>
    count === 1
      ? { status: 400, headers: { date: farDate() }, body: exception("InvalidSignatureException") }
      : { headers: { date: farDate() } },
  "a connection that is cut once": (_, count) => {
    if (count === 1) throw Object.assign(new Error("socket hang up"), { code: "ECONNRESET" });
    return {};
  },
  "an unknown host": () => {
    throw Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  },
  "a mistake in the handler": () => {
    throw new TypeError("a mistake");
  },
  "an answer that asks to wait": (_, count) =>
    count === 1 ? { status: 503, headers: { "retry-after": "0.1" }, body: exception("ServiceUnavailable") } : {},
};

describe("trouble is the same on both roads", () => {
  test.each(Object.entries(troubles))("%s", async (_, answer) => {
    const outcomes = await Promise.all(
      roads.map(async (road) => {
        const { session, requests, client } = sessionOf(answer, road, { maxAttempts: 3 });
        if (road === "lean") expect((await chooseRoad(client)).lean).toBeDefined();
        const outcome = await causeOf(session.updateItem({ ...get, UpdateExpression: "x" }, call)).catch(
          (error: Error) => error,
        );
        const { name, message, $fault, $metadata, Item, CancellationReasons, code } = outcome as Error &
          Record<string, unknown>;
        const { totalRetryDelay: _delay, ...metadata } = ($metadata ?? {}) as Record<string, unknown>;
        const isOfService = outcome instanceof DynamoDBServiceException;
        const attempts = requests.map(({ headers }) => headers["amz-sdk-request"]);
        const invocations = new Set(requests.map(({ headers }) => headers["amz-sdk-invocation-id"])).size;
        const offset = Math.round((Number(client.config.systemClockOffset) || 0) / 60_000);
        return {
          name,
          message,
          $fault,
          metadata,
          Item,
          CancellationReasons,
          code,
          isOfService,
          attempts,
          invocations,
          offset,
        };
      }),
    );
    expect(outcomes[0]).toEqual(outcomes[1]);
  });

  test("a skewed clock is corrected for the requests to come", async () => {
    const { session, requests } = sessionOf(troubles["a skewed clock"] ?? (() => ({})), "lean");
    await session.getItem(get, call);
    expect(requests).toHaveLength(2);
    const ahead = (request: StubRequest | undefined) => Number(request?.headers["x-amz-date"]?.slice(9, 11));
    expect(ahead(requests[1])).toBe((ahead(requests[0]) + 1) % 24);
  });

  const resource = "arn:aws:dynamodb:eu-west-1:111111111111:table/things";
  const hotKey = { reason: "TableWriteKeyRangeThroughputExceeded", resource };
  const quota = { reason: "IndexReadAccountLimitExceeded", resource: `${resource}/index/byName` };
  test.each([
    ["ProvisionedThroughputExceededException", { ThrottlingReasons: [hotKey] }, [hotKey]],
    ["RequestLimitExceeded", { ThrottlingReasons: [quota, hotKey] }, [quota, hotKey]],
    ["ThrottlingException", { throttlingReasons: [quota] }, [quota]],
    ["ThrottlingException", {}, []],
    ["ThrottlingException", { throttlingReasons: [{}] }, [{ reason: "", resource: "" }]],
    ["ValidationException", {}, []],
  ])("the reasons of %s %o are on the error (T26)", async (name, more, throttlingReasons) => {
    for (const road of roads) {
      const { session } = sessionOf(() => ({ status: 400, body: exception(name, more) }), road, { maxAttempts: 1 });
      const error: unknown = await session.getItem(get, call).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ name: "RequestFailed", code: name, throttlingReasons });
      for (const { reason } of throttlingReasons) expect(String(error)).toContain(reason);
    }
  });

  test("a failed condition's item may have a key __proto__ in a map", async () => {
    const body =
      '{"__type":"x#ConditionalCheckFailedException","message":"m","Item":{"m":{"M":{"__proto__":{"S":"own"}}}}}';
    const { session } = sessionOf(() => ({ status: 400, body }), "lean");
    const error = await causeOf(session.updateItem(get, call));
    expect(error).toBeInstanceOf(ConditionalCheckFailedException);
    expect(JSON.stringify(error["Item"])).toBe('{"m":{"M":{"__proto__":{"S":"own"}}}}');
  });
});

describe("aborts", () => {
  test.each(roads)("on the %s road reject with the signal's reason, in the middle of a pause too", async (road) => {
    const controller = new AbortController();
    const answer: Answer = () => {
      setTimeout(() => controller.abort(new Error("enough")), 5);
      return { status: 400, headers: { "retry-after": "3" }, body: exception("ThrottlingException") };
    };
    const { session } = sessionOf(answer, road);
    await expect(session.getItem(get, { ...call, signal: controller.signal })).rejects.toThrow("enough");
    await expect(session.getItem(get, { ...call, signal: controller.signal })).rejects.toThrow("enough");
  });

  test("reach the request handler", async () => {
    const seen: unknown[] = [];
    const { client } = stubClient(() => ({}));
    const { handle } = client.config.requestHandler;
    client.config.requestHandler.handle = (request, options) => {
      seen.push(Reflect.get(options ?? {}, "abortSignal"));
      return handle(request, options);
    };
    const { signal } = new AbortController();
    await makeSession(client, "lean").getItem(get, { ...call, signal });
    expect(seen).toEqual([signal]);
  });
});

const tracing =
  (seen: string[]) => (next: (args: never) => Promise<never>, context: { commandName?: string }) => (args: never) => {
    seen.push(context.commandName ?? "");
    return next(args);
  };

describe("the standard road is taken", () => {
  afterEach(() => void vi.restoreAllMocks());

  const lean = async (client: DynamoDBClient) => (await chooseRoad(client)).lean !== undefined;

  test("where a user has middleware, and it says so once", async () => {
    const messages: string[] = [];
    const logger = { trace() {}, debug: (text: string) => void messages.push(text), info() {}, warn() {}, error() {} };
    const { session, client, requests } = sessionOf(() => ({}), "lean", { logger });
    const seen: string[] = [];
    client.middlewareStack.add(tracing(seen) as never, { step: "initialize", name: "tracing" });
    await session.getItem(get, call);
    await session.getItem(get, call);
    expect(seen).toEqual(["GetItemCommand", "GetItemCommand"]);
    expect(requests).toHaveLength(2);
    expect(messages.filter((text) => text.startsWith("bloop"))).toEqual([
      'bloop sends by the SDK\'s own commands: the lean road does not know its middleware "tracing".',
    ]);
  });

  test("from the moment on that middleware is added", async () => {
    const { session, client } = sessionOf(() => ({}), "lean");
    const seen: string[] = [];
    await session.getItem(get, call);
    client.middlewareStack.addRelativeTo(tracing(seen) as never, {
      relation: "before",
      toMiddleware: "retryMiddleware",
    });
    await session.getItem(get, call);
    expect(seen).toEqual(["GetItemCommand"]);
  });

  test("where middleware of the SDK's is replaced under its name, or taken out", async () => {
    const replaced = stubClient(() => ({})).client;
    replaced.middlewareStack.add(tracing([]) as never, {
      step: "initialize",
      name: "loggerMiddleware",
      override: true,
    });
    expect(await lean(replaced)).toBe(false);
    const without = stubClient(() => ({})).client;
    without.middlewareStack.remove("recursionDetectionMiddleware");
    expect(await lean(without)).toBe(false);
  });

  test("where the stack is instrumented, as OpenTelemetry does it", async () => {
    const { client } = stubClient(() => ({}));
    const { resolve } = client.middlewareStack;
    client.middlewareStack.resolve = Object.assign(resolve.bind(client.middlewareStack), { __wrapped: true });
    expect(await lean(client)).toBe(false);
  });

  test("where send() is stubbed, before or after the first request", async () => {
    const { session, client, requests } = sessionOf(() => ({}), "lean");
    await session.getItem(get, call);
    const names: string[] = [];
    vi.spyOn(client, "send").mockImplementation((async (command: object) => {
      names.push(command.constructor.name);
      return {};
    }) as never);
    await session.getItem(get, call);
    expect(names).toEqual(["GetItemCommand"]);
    expect(requests).toHaveLength(1);
  });

  test("where a class of the user's has a send() of its own", async () => {
    class Own extends DynamoDBClient {}
    Object.defineProperty(Own.prototype, "send", { value: async () => ({}) });
    expect(await lean(new Own({ region: "eu-west-1", credentials: withAccount }))).toBe(false);
  });

  test.each<[string, object]>([
    ["another signer", { signer: { sign: async (request: object) => request } }],
    [
      "a scheme of authentication",
      {
        httpAuthSchemes: [
          {
            schemeId: "aws.auth#sigv4",
            identityProvider: () => async () => withAccount,
            signer: { sign: async (request: object) => request },
          },
        ],
      },
    ],
    ["a retry strategy of the old kind", { retryStrategy: { retry: async () => ({}) } }],
  ])("with %s", async (_, config) => {
    expect(await lean(stubClient(() => ({}), config as DynamoDBClientConfig).client)).toBe(false);
  });

  test("where its protocol takes an error for an answer, and it says so", async () => {
    const messages: string[] = [];
    const logger = { trace() {}, debug: (text: string) => void messages.push(text), info() {}, warn() {}, error() {} };
    const { client } = stubClient(() => ({}), { logger });
    const { protocol } = client.config;
    Object.assign(client.config, {
      protocol: Object.assign(Object.create(protocol), { deserializeResponse: async () => ({}) }),
    });
    expect(await lean(client)).toBe(false);
    expect(messages.at(-1)).toBe("bloop sends by the SDK's own commands: its protocol does not read errors.");
  });

  test("where its middleware or its settings are of an unknown kind", async () => {
    const [stackless, bare] = [stubClient(() => ({})).client, stubClient(() => ({})).client];
    Object.assign(stackless, { middlewareStack: { use() {} } });
    expect(await lean(stackless)).toBe(false);
    Object.assign(bare, { config: {} });
    expect(await lean(bare)).toBe(false);
  });

  test("with an engine's own word", async () => {
    const { session, client } = sessionOf(() => ({}), "sdk");
    const sent = vi.spyOn(client, "send");
    await session.getItem(get, call);
    expect(sent.mock.calls[0]?.[0]).toHaveProperty("middlewareStack");
  });
});

describe("what looks on", () => {
  test("a logger is told of each request on both roads", async () => {
    const told = await Promise.all(
      roads.map(async (road) => {
        const entries: object[] = [];
        const note = (entry: object) => void (typeof entry === "object" && entries.push(entry));
        const logger = { trace() {}, debug() {}, info: note, warn() {}, error: note };
        const answer: Answer = (_, count) =>
          count === 1
            ? { body: '{"Item":{"id":{"S":"ü"},"bytes":{"B":"AQID"}}}' }
            : { status: 400, body: exception("ValidationException") };
        const { session } = sessionOf(answer, road, { logger });
        await session.getItem(get, call);
        await session.getItem(get, call).catch(() => undefined);
        return entries.map((entry) => ({ ...entry, metadata: undefined }));
      }),
    );
    expect(told[0]).toHaveLength(2);
    expect(told[0]).toEqual(told[1]);
    expect(told[1]?.[0]).toMatchObject({ output: { Item: { bytes: { B: Uint8Array.of(1, 2, 3) } } } });
  });

  test("what wraps send() on the SDK's base class sees commands by their names, with their input", async () => {
    const base = Object.getPrototypeOf(DynamoDBClient.prototype);
    const { send } = base;
    const seen: unknown[] = [];
    base.send = function (command: { input: object }, ...rest: unknown[]) {
      seen.push([command.constructor.name, command.input]);
      return send.call(this, command, ...rest);
    };
    try {
      await sessionOf(() => ({}), "lean").session.getItem(get, call);
    } finally {
      base.send = send;
    }
    expect(seen).toEqual([["GetItemCommand", get]]);
  });
});
