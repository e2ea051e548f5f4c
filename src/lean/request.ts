/** One attempt of a request: built on a template, signed, sent. */

import { randomUUID } from "node:crypto";
import type { Credentials } from "../session/client-config.js";
import { withBase64 } from "../wire/binary.js";
import { type Signer, sha256 } from "./signer.js";
import type { Template } from "./template.js";
import { traceHeaders } from "./trace.js";

/** The parts that are the same in all attempts of a request. */
export interface Content {
  readonly operation: string;
  readonly input: object;
  readonly body: string;
  readonly length: string;
  readonly bodyHash: string;
  readonly invocation: string;
}

export function contentOf(operation: string, input: object): Content {
  const body = JSON.stringify(withBase64(input));
  return {
    operation,
    input,
    body,
    length: String(Buffer.byteLength(body)),
    bodyHash: sha256(body),
    invocation: randomUUID(),
  };
}

interface Attempt {
  readonly count: number;
  readonly most: number;
  /** In the form of the header "x-amz-date". */
  readonly moment: string;
  readonly credentials: Credentials;
}

/** The request that the SDK would have sent. */
export function requestOf(template: Template, content: Content, attempt: Attempt, sign: Signer): object {
  const { credentials, moment } = attempt;
  const { sessionToken } = credentials;
  const { headers: fixed } = template;
  // Written out: with this many names, a spread is slower than the signature.
  const headers: Record<string, string> = {
    host: fixed.host,
    "content-type": fixed["content-type"],
    "content-length": content.length,
    "user-agent": fixed["user-agent"],
    "x-amz-target": fixed["x-amz-target"],
    "x-amz-user-agent": fixed["x-amz-user-agent"],
    "amz-sdk-invocation-id": content.invocation,
    "amz-sdk-request": `attempt=${attempt.count}; max=${attempt.most}`,
    "x-amz-date": moment,
    "x-amz-content-sha256": content.bodyHash,
    authorization: "",
  };
  for (const [name, value] of template.moreHeaders) headers[name] = value;
  if (sessionToken) headers["x-amz-security-token"] = sessionToken;
  const { path, region, service } = template;
  const { accessKeyId, secretAccessKey } = credentials;
  const signed = sessionToken ? template.signedWithToken : template.signed;
  headers["authorization"] = sign(
    { method: "POST", path, headers, signed, bodyHash: content.bodyHash },
    { accessKeyId, secretAccessKey, region, service },
    moment,
  );
  traceHeaders(headers);
  const { protocol, hostname, port, HttpRequest } = template;
  return new HttpRequest({ method: "POST", protocol, hostname, port, path, headers, body: content.body });
}
