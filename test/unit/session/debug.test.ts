/** NODE_DEBUG=bloop-dynamodb prints each request, and no value. */

import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("../../../", import.meta.url));

const program = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Engine, model, string } from "${root}dist/index.js";
let sent = 0;
async function handle() {
  sent += 1;
  const [statusCode, body] = sent === 1 ? [500, {}] : [200, { Attributes: { id: { S: "key-secret" }, name: { S: "secret" } } }];
  return { response: { statusCode, headers: { "x-amzn-requestid": "R" + sent }, body: Buffer.from(JSON.stringify(body)) } };
}
const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
const dynamodb = new DynamoDBClient({ region: "eu-west-1", credentials, requestHandler: { handle } });
const Account = model("Account", { id: string().hashKey(), name: string() });
await new Engine({ dynamodb }).update(Account, { id: "key-secret" }, { name: "secret" }, { condition: Account.name.ne("secret") });
`;

function printed(NODE_DEBUG: string): string {
  const env = { ...process.env, NODE_DEBUG, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" };
  const args = ["--input-type=module", "--eval", program];
  const { stderr, status } = spawnSync(process.execPath, args, { cwd: root, env, encoding: "utf8" });
  expect([status, status === 0 ? "" : stderr]).toEqual([0, ""]);
  return stderr;
}

test("each attempt is a line, with its expressions below, and without values", () => {
  const lines = printed("bloop-dynamodb")
    .replaceAll(/^BLOOP-DYNAMODB \d+: /gm, "")
    .replaceAll(/[\d.]+ ms/g, "1 ms")
    .trimEnd()
    .split("\n");
  const expressions = ["  UpdateExpression: SET name = :0", "  ConditionExpression: name <> :0"];
  expect(lines).toEqual([
    expect.stringMatching(/^UpdateItem Account: 500 \w+ in 1 ms, request R1$/),
    ...expressions,
    "UpdateItem Account: 200 in 1 ms, attempt 2, request R2",
    ...expressions,
  ]);
  expect(lines.join("")).not.toContain("secret");
});

test("without the variable, or with another one, nothing is printed", () => {
  expect(printed("")).toBe("");
  expect(printed("http2-no")).toBe("");
});
