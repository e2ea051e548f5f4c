/** Signature Version 4. Keeps the key of the day. Knows nothing of DynamoDB or of the SDK. */

import { createHmac, hash } from "node:crypto";

/** The credentials and the scope of a signature. */
interface Scope {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly region: string;
  readonly service: string;
}

interface Signable {
  readonly method: string;
  /** As it is sent; without characters that need escaping. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** The names of the headers to sign, in lower case and sorted. */
  readonly signed: readonly string[];
  /** The SHA-256 of the body, in hexadecimal digits. */
  readonly bodyHash: string;
}

/** Makes the value of the header "authorization". `moment` is as in the header "x-amz-date". */
export type Signer = (request: Signable, scope: Scope, moment: string) => string;

/** A signer remembers the key of the last credentials, day and region: deriving one takes four hashes of two blocks. */
export function makeSigner(): Signer {
  let last: { readonly secret: string; readonly scope: string; readonly sign: Hmac } | undefined;
  return (request, { accessKeyId, secretAccessKey, region, service }, moment) => {
    const scope = `${moment.slice(0, 8)}/${region}/${service}/aws4_request`;
    if (last === undefined || last.secret !== secretAccessKey || last.scope !== scope)
      last = { secret: secretAccessKey, scope, sign: keyedHash(signingKey(secretAccessKey, scope)) };
    const signature = last.sign(`AWS4-HMAC-SHA256\n${moment}\n${scope}\n${sha256(canonicalRequest(request))}`);
    const names = request.signed.join(";");
    return `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`;
  };
}

export function sha256(text: string | Uint8Array): string {
  return hash("sha256", text, "hex");
}

/** The moment in the form of the header "x-amz-date": 20130524T000000Z. */
export function signingMoment(milliseconds: number): string {
  const iso = new Date(milliseconds).toISOString();
  return `${iso.slice(0, 4)}${iso.slice(5, 7)}${iso.slice(8, 13)}${iso.slice(14, 16)}${iso.slice(17, 19)}Z`;
}

/** `scope` is "day/region/service/aws4_request". */
export function signingKey(secretAccessKey: string, scope: string): Buffer {
  let key = Buffer.from(`AWS4${secretAccessKey}`);
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return key;
}

function canonicalRequest({ method, path, headers, signed, bodyHash }: Signable): string {
  let lines = "";
  for (const name of signed) lines += `${name}:${headers[name]}\n`;
  return `${method}\n${path}\n\n${lines}\n${signed.join(";")}\n${bodyHash}`;
}

type Hmac = (text: string) => string;

const blockLength = 64;
const hashLength = 32;

/** HMAC by its definition, from two hashes: half the time of createHmac, which sets up a key for each message. */
function keyedHash(key: Uint8Array): Hmac {
  const outer = Buffer.alloc(blockLength + hashLength);
  let inner = Buffer.alloc(4 * blockLength);
  for (let index = 0; index < blockLength; index++) {
    inner[index] = (key[index] ?? 0) ^ 0x36;
    outer[index] = (key[index] ?? 0) ^ 0x5c;
  }
  return (text) => {
    const length = blockLength + Buffer.byteLength(text);
    if (length > inner.length) inner = Buffer.concat([inner, Buffer.alloc(length)]);
    inner.write(text, blockLength);
    outer.write(hash("sha256", inner.subarray(0, length), "hex"), blockLength, "hex");
    return hash("sha256", outer, "hex");
  };
}
