/**
 * The body of an answer before it is parsed: complete, or an error that a client's retry strategy tries again. An
 * answer that lost its body on the way would look like "nothing found", or like a success.
 */

import * as zlib from "node:zlib";
import { bufferOf } from "../wire/binary.js";
import type { ClientConfig, HttpResponse } from "./client-config.js";
import type { SdkCommandClass } from "./commands.js";
import { BrokenAnswer } from "./failure.js";

/** Node has crc32 since 20.15 and 22.2. A runtime without it goes on without the check, as other clients do. */
const { crc32 }: { crc32?: (bytes: Uint8Array) => number } = zlib;

/** Reads a complete body. Handlers give streams; that of the engine's own client gives bytes. */
export async function readBody(config: Pick<ClientConfig, "streamCollector">, response: HttpResponse): Promise<Buffer> {
  const { body } = response;
  const bytes = Buffer.isBuffer(body) ? body : await bytesOfBody(config, body);
  assertWhole(bytes, response);
  return bytes;
}

async function bytesOfBody(config: Pick<ClientConfig, "streamCollector">, body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0);
  if (typeof body === "string") return Buffer.from(body);
  return bufferOf(body instanceof Uint8Array ? body : await config.streamCollector(body));
}

/** The same configuration with a request handler that gives complete bodies, as bytes. */
function withWholeBodies<Config extends BodySource>(config: Config): Config {
  const { requestHandler } = config;
  const handle: BodySource["requestHandler"]["handle"] = async (request, options) => {
    const answered = await requestHandler.handle(request, options);
    const { response } = answered;
    const body = await readBody(config, response);
    return { ...answered, response: Object.assign(Object.create(Object.getPrototypeOf(response)), response, { body }) };
  };
  return { ...config, requestHandler: { metadata: Reflect.get(requestHandler, "metadata"), handle } };
}

type BodySource = Pick<ClientConfig, "streamCollector" | "requestHandler">;

/** DynamoDB's shortest answer is `{}`, and it sends a checksum with each. Errors may come from elsewhere. */
function assertWhole(bytes: Buffer, response: HttpResponse): void {
  const { statusCode, headers } = response;
  if (statusCode < 300 && bytes.length === 0) throw broken("it is empty", response);
  if (statusCode < 300 && bytes[0] !== openBrace && isOtherJson(bytes)) throw broken("it is no object", response);
  const checksum = headers["x-amz-crc32"];
  if (checksum === undefined || crc32 === undefined || headers["content-encoding"] !== undefined) return;
  if (crc32(bytes) !== Number(checksum)) throw broken("its checksum is not that of its content", response);
}

const openBrace = "{".charCodeAt(0);

/** The parser refuses a body that is not JSON, perhaps of a proxy in between. */
function isOtherJson(bytes: Buffer): boolean {
  try {
    const value: unknown = JSON.parse(bytes.toString());
    return typeof value !== "object" || value === null || Array.isArray(value);
  } catch {
    return false;
  }
}

/** Marked as the SDK marks errors that are worth another attempt. */
function broken(problem: string, response: HttpResponse): BrokenAnswer {
  const { statusCode, headers } = response;
  const $metadata = { httpStatusCode: statusCode, requestId: headers["x-amzn-requestid"] };
  const error = Object.assign(new BrokenAnswer(problem), { $retryable: { throttling: false }, $metadata });
  return Object.defineProperty(error, "$response", { value: response, enumerable: false });
}

/**
 * The checked form of a command. It wraps the request handler: middleware would change the client, or be prepared anew
 * for each command. It has the SDK's name, for code that traces commands by their classes.
 */
export function checked<Command extends SdkCommandClass>(command: Command): Command {
  const parent: SdkCommandClass = command;
  const Checked = class extends parent {
    override resolveMiddleware(stack: never, configuration: never, options: undefined): unknown {
      return super.resolveMiddleware(stack, withWholeBodies(configuration), options);
    }
  };
  return Object.defineProperty(Checked, "name", { value: command.name }) as Command;
}
