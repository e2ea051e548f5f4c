/**
 * The common parts of an operation's requests. They come from a request that the client's own middleware built. We sign
 * that request again: if our signature differs from the SDK's, there is no template.
 */

import type { ClientConfig, Credentials, HttpRequest } from "../session/client-config.js";
import { bufferOf } from "../wire/binary.js";
import { makeSigner, sha256 } from "./signer.js";

export interface Template {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  readonly path: string;
  /** Headers that are the same in every request: the usual ones, and those that a user's endpoint may need. */
  readonly headers: FixedHeaders;
  readonly moreHeaders: readonly (readonly [name: string, value: string])[];
  /** The names of the headers to sign, without and with a session's token. */
  readonly signed: readonly string[];
  readonly signedWithToken: readonly string[];
  readonly region: string;
  readonly service: string;
  /** The SDK's class of requests: a request handler may rely on it. */
  readonly HttpRequest: new (
    content: object,
  ) => object;
}

interface FixedHeaders {
  readonly host: string;
  readonly "content-type": string;
  readonly "user-agent": string;
  readonly "x-amz-target": string;
  readonly "x-amz-user-agent": string;
}

const tokenHeader = "x-amz-security-token";
/** These headers belong to one request, and are made for each. */
const changing = [
  "amz-sdk-invocation-id",
  "amz-sdk-request",
  "authorization",
  "content-length",
  "x-amz-content-sha256",
  "x-amz-date",
  tokenHeader,
];
const tracing = ["x-amzn-trace-id", "traceparent", "tracestate", "baggage"];

/** Undefined if the lean road would have built another request than the client did. */
export function templateOf(request: HttpRequest, body: string, credentials: Credentials): Template | undefined {
  const { authorization = "" } = request.headers;
  const match = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+),/;
  const [, region, service, list] = match.exec(authorization) ?? [];
  if (region === undefined || service === undefined || list === undefined) return undefined;
  if (textOf(request.body) !== body) return undefined;
  const names = list.split(";");
  const signable = { method: "POST", path: request.path, headers: request.headers, signed: names };
  const scope = { ...credentials, region, service };
  const moment = request.headers["x-amz-date"] ?? "";
  if (makeSigner()({ ...signable, bodyHash: sha256(body) }, scope, moment) !== authorization) return undefined;
  const signed = names.filter((name) => name !== tokenHeader && !tracing.includes(name));
  const headers = fixedHeaders(request.headers);
  if (headers === undefined) return undefined;
  const given = [...changing, ...tracing, ...Object.keys(headers)];
  const moreHeaders = Object.entries(request.headers).filter(([name]) => !given.includes(name.toLowerCase()));
  return {
    protocol: request.protocol,
    hostname: request.hostname,
    port: request.port,
    path: request.path,
    headers,
    moreHeaders,
    signed,
    signedWithToken: [...signed, tokenHeader].sort(),
    region,
    service,
    HttpRequest: request.constructor as Template["HttpRequest"],
  };
}

function fixedHeaders(headers: HttpRequest["headers"]): FixedHeaders | undefined {
  const { host, "content-type": type, "user-agent": agent, "x-amz-target": target } = headers;
  const { "x-amz-user-agent": sdkAgent } = headers;
  if (host === undefined || type === undefined || agent === undefined || target === undefined) return undefined;
  if (sdkAgent === undefined) return undefined;
  return { host, "content-type": type, "user-agent": agent, "x-amz-target": target, "x-amz-user-agent": sdkAgent };
}

/** Bytes, or a text from older versions of the SDK. */
function textOf(body: unknown): string {
  return String(body instanceof Uint8Array ? bufferOf(body) : body);
}

/**
 * Everything that a template depends on, as one text. The SDK reads its configuration for each request, since a user
 * may have given functions.
 */
export async function circumstances(config: ClientConfig, { accountId = "" }: Credentials): Promise<string> {
  const region = await config.region();
  const isFips = await config.useFipsEndpoint();
  const isDualStack = await config.useDualstackEndpoint();
  const mode = await config.accountIdEndpointMode();
  const endpoint = config.endpoint === undefined ? "" : printEndpoint(await config.endpoint());
  return `${region} ${isFips} ${isDualStack} ${mode} ${accountId} ${endpoint}`;
}

function printEndpoint(endpoint: object & { protocol?: unknown; hostname?: unknown; port?: unknown; path?: unknown }) {
  return `${endpoint.protocol}//${endpoint.hostname}:${endpoint.port}${endpoint.path}`;
}
