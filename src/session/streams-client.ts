/** The SDK's client for streams: loaded when it is first needed, and configured like the client for items. */

import type * as Sdk from "@aws-sdk/client-dynamodb-streams";
import { InvalidStream } from "../errors.js";
import { exportsOf } from "../util/object.js";

type StreamsConfig = Sdk.DynamoDBStreamsClientConfig;

/** Throws InvalidStream if the package is not installed. */
export async function loadStreamsSdk(): Promise<typeof Sdk> {
  try {
    return exportsOf(await import("@aws-sdk/client-dynamodb-streams"), "DynamoDBStreamsClient");
  } catch (cause) {
    throw new InvalidStream(
      "Streams need the package @aws-sdk/client-dynamodb-streams: install it beside bloop-dynamodb with npm install @aws-sdk/client-dynamodb-streams.",
      { cause },
    );
  }
}

/** Settings that are copied as they are. All others are specific to one service, or the client makes them. */
const taken: readonly string[] = [
  "authSchemePreference",
  "cacheMiddleware",
  "credentials",
  "customUserAgent",
  "defaultsMode",
  "disableClockSkewCorrection",
  "disableHostPrefix",
  "ignoreConfiguredEndpointUrls",
  "logger",
  "maxAttempts",
  "profile",
  "region",
  "requestHandler",
  "retryMode",
  "systemClockOffset",
  "tls",
  "useDualstackEndpoint",
  "useFipsEndpoint",
  "userAgentAppId",
];

/** The configuration of the SDK's client for items. Older versions and stubs have less of it, or nothing. */
interface Configured {
  readonly endpoint?: (() => Promise<Endpoint>) | undefined;
  readonly isCustomEndpoint?: boolean | undefined;
  readonly ignoreConfiguredEndpointUrls?: boolean | undefined;
  /** The endpoint of the environment or of a configuration file. */
  readonly serviceConfiguredEndpoint?: (() => Promise<string | undefined>) | undefined;
  readonly retryStrategy?: (() => Promise<NonNullable<StreamsConfig["retryStrategy"]>>) | undefined;
}

interface Endpoint {
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number | undefined;
  readonly path: string;
}

/**
 * A client for streams with the settings of the client for items: credentials, request handler, retries and so on. If
 * the endpoint for items is not a host of AWS's, it is an emulator or a proxy. Then it is also the endpoint for
 * streams, unless the environment names another one for them.
 */
export async function makeStreamsClient(sdk: typeof Sdk, items: object): Promise<Sdk.DynamoDBStreamsClient> {
  const config: Configured = Reflect.get(items, "config") ?? {};
  const common: StreamsConfig = Object.fromEntries(
    Object.entries(config).filter(([name, value]) => taken.includes(name) && value !== undefined),
  );
  if (typeof config.retryStrategy === "function") common.retryStrategy = await config.retryStrategy();
  const client = new sdk.DynamoDBStreamsClient(common);
  const endpoint = await endpointFor(client, config);
  return endpoint === undefined ? client : new sdk.DynamoDBStreamsClient({ ...common, ...endpoint });
}

/** The endpoint for streams that follows from that for items, or undefined if none does. */
async function endpointFor(client: Sdk.DynamoDBStreamsClient, items: Configured): Promise<StreamsConfig | undefined> {
  const given = items.isCustomEndpoint === true ? await items.endpoint?.() : undefined;
  const isAsked = given === undefined && items.ignoreConfiguredEndpointUrls !== true;
  const configured = isAsked ? await items.serviceConfiguredEndpoint?.() : undefined;
  const url = given === undefined ? configured : urlOf(given);
  if (url === undefined) return undefined;
  const { hostname } = new URL(url);
  if (isOfAws(hostname)) return variantsOf(hostname);
  const own: Configured = { ...client.config };
  const isNamed = given === undefined && (await own.serviceConfiguredEndpoint?.()) !== undefined;
  return isNamed ? undefined : { endpoint: url };
}

function urlOf({ protocol, hostname, port, path }: Endpoint): string {
  return `${protocol}//${hostname}${port === undefined ? "" : `:${port}`}${path}`;
}

/** AWS's own domains, in all its partitions. */
const awsDomains = [
  "amazonaws.com",
  "amazonaws.com.cn",
  "amazonaws.eu",
  "api.aws",
  "api.amazonwebservices.com.cn",
  "api.amazonwebservices.eu",
  "c2s.ic.gov",
  "api.aws.ic.gov",
  "sc2s.sgov.gov",
  "api.aws.scloud",
  "cloud.adc-e.uk",
  "api.cloud-aws.adc-e.uk",
  "csp.hci.ic.gov",
  "api.aws.hci.ic.gov",
];

function isOfAws(hostname: string): boolean {
  return awsDomains.some((domain) => hostname.endsWith(`.${domain}`));
}

/**
 * AWS's endpoints for items serve no streams: the endpoint for streams follows from the region, in the same variant.
 */
function variantsOf(hostname: string): StreamsConfig {
  return {
    ...(/(?:^|[.-])dynamodb-fips\./.test(hostname) && { useFipsEndpoint: true }),
    ...(/\.api\.(?:aws|amazonwebservices|cloud-aws)/.test(hostname) && { useDualstackEndpoint: true }),
  };
}
