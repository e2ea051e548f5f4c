/** The part of a client that the lean road reads. The SDK promises none of it, so each property is checked to exist. */

export interface Credentials {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId?: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly protocol: string;
  readonly hostname: string;
  readonly port?: number;
  readonly path: string;
  readonly query?: object;
  readonly headers: Record<string, string>;
  readonly body?: unknown;
}

export interface HttpResponse {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body?: unknown;
}

export interface RequestHandler {
  handle(request: object, options?: { abortSignal?: AbortSignal }): Promise<{ readonly response: HttpResponse }>;
}

export interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
  readonly $retryLog?: { readonly acquisitionDelay?: number };
}

export type RetryErrorType = "THROTTLING" | "TRANSIENT" | "SERVER_ERROR" | "CLIENT_ERROR";

export interface RetryStrategy {
  acquireInitialRetryToken(scope: string): Promise<RetryToken>;
  refreshRetryTokenForRetry(
    token: RetryToken,
    info: { error: unknown; errorType: RetryErrorType; retryAfterHint?: Date },
  ): Promise<RetryToken>;
  recordSuccess(token: RetryToken): void;
}

interface Logger {
  debug?(...content: unknown[]): void;
  info?(...content: unknown[]): void;
  error?(...content: unknown[]): void;
}

/** The resolved configuration of a client. */
export interface ClientConfig {
  readonly requestHandler: RequestHandler;
  readonly protocol: { deserializeResponse(operation: object, context: object, response: HttpResponse): unknown };
  readonly credentials: () => Promise<Credentials>;
  readonly region: () => Promise<string>;
  readonly retryStrategy: () => Promise<RetryStrategy>;
  readonly maxAttempts: () => Promise<number>;
  readonly useFipsEndpoint: () => Promise<boolean>;
  readonly useDualstackEndpoint: () => Promise<boolean>;
  readonly accountIdEndpointMode: () => Promise<string>;
  readonly endpoint?: () => Promise<object>;
  readonly streamCollector: (stream: unknown) => Promise<Uint8Array>;
  readonly disableClockSkewCorrection?: () => Promise<boolean>;
  /** Milliseconds by which DynamoDB's clock is ahead of ours. The SDK and the lean road both correct it. */
  systemClockOffset: number;
  readonly logger?: Logger;
}

const providers = [
  "credentials",
  "region",
  "retryStrategy",
  "maxAttempts",
  "useFipsEndpoint",
  "useDualstackEndpoint",
  "accountIdEndpointMode",
  "streamCollector",
] as const;

/** The reason why a configuration rules out the lean road, as a clause; undefined if it does not. */
export function missingIn(config: object): string | undefined {
  const found: { readonly [name in keyof ClientConfig]?: unknown } = config;
  const missing = providers.find((name) => typeof found[name] !== "function");
  if (missing !== undefined) return `its configuration has no provider "${missing}"`;
  if (!hasMethod(found.requestHandler, "handle")) return "its request handler is of an unknown kind";
  if (!hasMethod(found.protocol, "deserializeResponse")) return "it has no protocol that could read errors";
  if (typeof found.systemClockOffset !== "number") return "its clock's offset is not known";
  if (found.endpoint !== undefined && typeof found.endpoint !== "function") return "its endpoint is of an unknown kind";
  return undefined;
}

export function hasMethod(value: unknown, name: string): boolean {
  return typeof value === "object" && value !== null && typeof Reflect.get(value, name) === "function";
}
