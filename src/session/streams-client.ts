/** The SDK's client for streams: found when it is first needed, and made as the client for items was. */

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

/** What can be taken over as it is. All else is of the one service, or made by the client itself. */
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

/** What the SDK's client for items says of how it was made. Older versions and stand-ins have less of it, or nothing. */
interface Configured {
  readonly endpoint?: (() => Promise<Endpoint>) | undefined;
  readonly isCustomEndpoint?: boolean | undefined;
  readonly ignoreConfiguredEndpointUrls?: boolean | undefined;
  /** That of the environment or of a configuration file. */
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
 * A client for streams with all that the client for items was given: credentials, request handler, retries and so on. An
 * endpoint for items that is no host of AWS's is an emulator or a proxy, and that of streams too, unless the environment
 * names another one for them.
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

/** What an endpoint for items says of the one for streams, or undefined if it says nothing. */
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

/** AWS's own domains, in all of its partitions. */
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

/** An endpoint of AWS's for items serves no streams: theirs follows from the region, and is of the same kind. */
function variantsOf(hostname: string): StreamsConfig {
  return {
    ...(/(?:^|[.-])dynamodb-fips\./.test(hostname) && { useFipsEndpoint: true }),
    ...(/\.api\.(?:aws|amazonwebservices|cloud-aws)/.test(hostname) && { useDualstackEndpoint: true }),
  };
}
