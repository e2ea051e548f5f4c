/** Signatures against AWS's published vectors, and against the SDK's own signer. */

import { createHash, createHmac, type Hmac } from "node:crypto";
import { SignatureV4 } from "@smithy/signature-v4";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { makeSigner, sha256, signingKey, signingMoment } from "../../../src/lean/signer.js";

/** The SDK's interface of a hash, on node:crypto. */
class Sha256 {
  readonly #hash: Hmac | ReturnType<typeof createHash>;
  constructor(key?: string | ArrayBuffer | ArrayBufferView) {
    this.#hash = key === undefined ? createHash("sha256") : createHmac("sha256", key as string);
  }
  update(data: Uint8Array): void {
    this.#hash.update(data);
  }
  async digest(): Promise<Uint8Array> {
    return this.#hash.digest();
  }
  reset(): void {}
}

const suite = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  region: "us-east-1",
  service: "service",
};

describe("AWS's published vectors", () => {
  test("the key of the documentation's example", () => {
    expect(signingKey(suite.secretAccessKey, "20150830/us-east-1/iam/aws4_request").toString("hex")).toBe(
      "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9",
    );
  });

  test("get-vanilla", () => {
    const headers = { host: "example.amazonaws.com", "x-amz-date": "20150830T123600Z" };
    const request = { method: "GET", path: "/", headers, signed: ["host", "x-amz-date"], bodyHash: sha256("") };
    expect(makeSigner()(request, suite, "20150830T123600Z")).toBe(
      "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, " +
        "SignedHeaders=host;x-amz-date, Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31",
    );
  });
});

const text = fc.string({ minLength: 1, unit: fc.constantFrom(..."abcXYZ019-_/+=") });

const arbitrary = fc.record({
  accessKeyId: text,
  secretAccessKey: text,
  sessionToken: fc.option(text, { nil: undefined }),
  region: fc.constantFrom("us-east-1", "eu-central-1", "cn-north-1", `of-somebody-${"s".repeat(300)}`),
  body: fc.string({ unit: "binary" }),
  path: fc.constantFrom("/", "/prefix/"),
  target: fc.constantFrom("GetItem", "TransactWriteItems"),
  padding: fc.string({ maxLength: 400, unit: fc.constantFrom("a", "b") }),
  moment: fc.date({ min: new Date("2000-01-01"), max: new Date("2100-01-01"), noInvalidDate: true }),
});

describe("against the SDK's signer", () => {
  test("the same for any request; one signer for all of them", async () => {
    const sign = makeSigner();
    await fc.assert(
      fc.asyncProperty(arbitrary, async ({ body, path, moment, target, padding, region, sessionToken, ...keys }) => {
        const credentials = sessionToken === undefined ? keys : { ...keys, sessionToken };
        const sdk = new SignatureV4({ credentials, region, service: "dynamodb", sha256: Sha256 });
        const signed = await sdk.sign(
          {
            method: "POST",
            protocol: "https:",
            hostname: "host",
            path,
            query: {},
            headers: { host: "host", "x-amz-target": `DynamoDB_20120810.${target}`, "x-amz-user-agent": `a${padding}` },
            body,
          },
          { signingDate: moment },
        );
        const names = Object.keys(signed.headers).filter((name) => name !== "authorization");
        const request = { method: "POST", path, headers: signed.headers, signed: names.sort(), bodyHash: sha256(body) };
        const date = signingMoment(moment.getTime());
        expect(signed.headers["x-amz-date"]).toBe(date);
        expect(sign(request, { ...credentials, region, service: "dynamodb" }, date)).toBe(
          signed.headers["authorization"],
        );
      }),
      { numRuns: 300 },
    );
  });
});
