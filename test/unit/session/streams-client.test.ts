/** The client for streams takes over what the client for items was given: seen by what its requests are, and where they go. */

import { DynamoDBClient, type DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";
import { afterEach, describe, expect, test, vi } from "vitest";
import { loadStreamsSdk, makeStreamsClient } from "../../../src/session/streams-client.js";

const credentials = { accessKeyId: "given", secretAccessKey: "secret" };

interface Asked {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly headers: Readonly<Record<string, string>>;
}

afterEach(() => vi.unstubAllEnvs());

/** The requests that a client for streams sends, made of a client for items with these options. */
async function requestsOf(options: DynamoDBClientConfig, failures = 0): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const handle = async (request: Asked) => {
    asked.push(request);
    if (asked.length <= failures) throw Object.assign(new Error("reset"), { name: "TimeoutError", code: "ECONNRESET" });
    return { response: { statusCode: 200, headers: {}, body: Buffer.from("{}") } };
  };
  const requestHandler = { handle } as unknown as NonNullable<DynamoDBClientConfig["requestHandler"]>;
  const items = new DynamoDBClient({ region: "eu-west-1", credentials, requestHandler, ...options });
  const sdk = await loadStreamsSdk();
  const client = await makeStreamsClient(sdk, items);
  await client.send(new sdk.ListStreamsCommand({})).catch(() => undefined);
  return asked;
}

async function urlOf(options: DynamoDBClientConfig): Promise<string> {
  const [request] = await requestsOf(options);
  return `${request?.protocol}//${request?.hostname}${request?.port === undefined ? "" : `:${request.port}`}`;
}

const emulator = "http://localhost:8000";

describe("where it sends to", () => {
  test.each<[string, DynamoDBClientConfig, string]>([
    ["its region", {}, "https://streams.dynamodb.eu-west-1.amazonaws.com"],
    ["FIPS", { useFipsEndpoint: true }, "https://streams.dynamodb-fips.eu-west-1.amazonaws.com"],
    ["dual-stack", { useDualstackEndpoint: true }, "https://streams-dynamodb.eu-west-1.api.aws"],
    ["an emulator", { endpoint: emulator }, emulator],
    [
      "a proxy that is a function",
      { endpoint: async () => ({ protocol: "https:", hostname: "proxy.example", path: "/" }) },
      "https://proxy.example",
    ],
    [
      "LocalStack, whose name is like AWS's",
      { endpoint: "http://localhost.localstack.cloud:4566" },
      "http://localhost.localstack.cloud:4566",
    ],
    ["a host that only ends like AWS's", { endpoint: "http://notamazonaws.com" }, "http://notamazonaws.com"],
    [
      "AWS's own endpoint for items",
      { endpoint: "https://dynamodb.eu-west-1.amazonaws.com" },
      "https://streams.dynamodb.eu-west-1.amazonaws.com",
    ],
    [
      "that of FIPS",
      { endpoint: "https://dynamodb-fips.eu-west-1.amazonaws.com" },
      "https://streams.dynamodb-fips.eu-west-1.amazonaws.com",
    ],
    [
      "that of dual-stack",
      { endpoint: "https://dynamodb.eu-west-1.api.aws" },
      "https://streams-dynamodb.eu-west-1.api.aws",
    ],
    [
      "that of an account",
      { endpoint: "https://123456789012.ddb.eu-west-1.amazonaws.com" },
      "https://streams.dynamodb.eu-west-1.amazonaws.com",
    ],
    [
      "that of a private link",
      { endpoint: "https://vpce-1-2.dynamodb.eu-west-1.vpce.amazonaws.com" },
      "https://streams.dynamodb.eu-west-1.amazonaws.com",
    ],
    [
      "China",
      { region: "cn-north-1", endpoint: "https://dynamodb.cn-north-1.amazonaws.com.cn" },
      "https://streams.dynamodb.cn-north-1.amazonaws.com.cn",
    ],
  ])("%s", async (_, options, expected) => {
    expect(await urlOf(options)).toBe(expected);
  });

  test("the environment's endpoint for items, if that is an emulator", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", emulator);
    expect(await urlOf({})).toBe(emulator);
    expect(await urlOf({ ignoreConfiguredEndpointUrls: true } as DynamoDBClientConfig)).toMatch(/amazonaws\.com$/);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", "https://dynamodb.eu-west-1.amazonaws.com");
    expect(await urlOf({})).toBe("https://streams.dynamodb.eu-west-1.amazonaws.com");
  });

  test("the environment's endpoint for streams before that for items, and one given in code before both", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB", emulator);
    vi.stubEnv("AWS_ENDPOINT_URL_DYNAMODB_STREAMS", "http://localhost:9000");
    expect(await urlOf({})).toBe("http://localhost:9000");
    expect(await urlOf({ endpoint: "http://localhost:7000" })).toBe("http://localhost:7000");
  });

  test("the environment's endpoint for all services", async () => {
    vi.stubEnv("AWS_ENDPOINT_URL", emulator);
    expect(await urlOf({})).toBe(emulator);
  });
});

describe("what it sends", () => {
  test("is signed with the given credentials, and names who sends it", async () => {
    const [request] = await requestsOf({ customUserAgent: "shop/1.2", userAgentAppId: "orders" });
    expect(request?.headers["authorization"]).toMatch(/Credential=given\/\d+\/eu-west-1\/dynamodb\//);
    expect(request?.headers["user-agent"]).toMatch(/shop\/1\.2.*app\/orders|app\/orders.*shop\/1\.2/);
  });

  test.each([1, 3])("is sent at most %i times", async (maxAttempts) => {
    expect(await requestsOf({ maxAttempts }, 10)).toHaveLength(maxAttempts);
  });

  test("is sent again as the given retry strategy says", async () => {
    const error = new Error("no more");
    const token = { getRetryCount: () => 0, getRetryDelay: () => 0 };
    const retryStrategy = {
      mode: "own",
      acquireInitialRetryToken: vi.fn(async () => token),
      refreshRetryTokenForRetry: vi.fn(async () => {
        throw error;
      }),
      recordSuccess: vi.fn(),
    };
    expect(await requestsOf({ retryStrategy } as DynamoDBClientConfig, 10)).toHaveLength(1);
    expect(retryStrategy.refreshRetryTokenForRetry).toHaveBeenCalledOnce();
  });
});

test("a client that says nothing of how it was made gives one of the SDK's defaults", async () => {
  vi.stubEnv("AWS_REGION", "eu-north-1");
  const client = await makeStreamsClient(await loadStreamsSdk(), { send() {} });
  expect(await client.config.region()).toBe("eu-north-1");
});
