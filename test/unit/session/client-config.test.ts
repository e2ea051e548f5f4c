/** Why the lean road can't do with a client's configuration. */

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, test } from "vitest";
import { hasMethod, missingIn } from "../../../src/session/client-config.js";

const { config } = new DynamoDBClient({ region: "eu-west-1", credentials: { accessKeyId: "a", secretAccessKey: "b" } });

test("of the SDK's own client, nothing", () => {
  expect(missingIn(config)).toBeUndefined();
});

test.each<[object, string]>([
  [{ credentials: undefined }, 'its configuration has no provider "credentials"'],
  [{ retryStrategy: {} }, 'its configuration has no provider "retryStrategy"'],
  [{ requestHandler: {} }, "its request handler is of an unknown kind"],
  [{ protocol: undefined }, "it has no protocol that could read errors"],
  [{ systemClockOffset: "0" }, "its clock's offset is not known"],
  [{ endpoint: "https://example.org" }, "its endpoint is of an unknown kind"],
])("with %o, it is said", (changed, reason) => {
  expect(missingIn({ ...config, ...changed })).toBe(reason);
});

test.each([
  [{ handle() {} }, true],
  [{ handle: 1 }, false],
  [null, false],
  ["text", false],
])("%o has a method: %s", (value, has) => {
  expect(hasMethod(value, "handle")).toBe(has);
});
