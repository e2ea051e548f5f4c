/** Versions of Node and of the AWS SDK, and pnpm: what docs/support.md says of each. On the packed package. */

import { cpSync, existsSync, mkdirSync, readdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "../support/packed.js";
import { binary, makeBareFolder, makeProject, printed, right, run, startServer, tools } from "./projects.js";

let server: Awaited<ReturnType<typeof startServer>>;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server.close());

/** Those that are installed for this platform; elsewhere the one that runs the tests. */
const installed = ["20", "22", "24", "26"].flatMap((version) => {
  const path = `${tools}/node_modules/node-${version}/bin/node`;
  return existsSync(path) ? [{ version, path }] : [];
});
const nodes = installed.length > 0 ? installed : [{ version: process.versions.node, path: process.execPath }];

const required = `const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { stubHandler } = require("./answers.js");
const { scenario } = require("./scenario.js");
const credentials = { accessKeyId: "id", secretAccessKey: "secret" };
const dynamodb = new DynamoDBClient({ region: "eu-west-1", credentials, requestHandler: stubHandler() });
scenario({ dynamodb }).then((found) => console.log(JSON.stringify(found)));
`;

describe.each(nodes)("Node $version", ({ version, path }) => {
  test("is the Node that its name says", async () => {
    expect((await run(path, ["--version"], tools)).stdout).toMatch(new RegExp(`^v${version}\\b`));
  });

  test("imports it", async () => {
    expect(printed(await run(path, ["given.js"], makeProject(`node ${version} import`)))).toEqual(right);
  });

  test("requires it", async () => {
    const project = makeProject(`node ${version} require`);
    writeFileSync(`${project}/app.cjs`, required);
    expect(printed(await run(path, ["app.cjs"], project))).toEqual(right);
  });

  test("sends by the engine's own client", async () => {
    expect(printed(await run(path, ["own.js"], makeProject(`node ${version} own`), server.env))).toEqual(right);
  });
});

describe("The AWS SDK, the oldest one that is allowed", () => {
  /** A project with that SDK and a copy of bloop that finds it. */
  function makeOldProject(name: string): string {
    const project = makeProject(name);
    mkdirSync(`${project}/node_modules/@aws-sdk`, { recursive: true });
    cpSync(`${tools}/node_modules/bloop-dynamodb`, `${project}/node_modules/bloop-dynamodb`, { recursive: true });
    const clients = { "client-dynamodb": "sdk-oldest", "client-dynamodb-streams": "sdk-streams-oldest" };
    for (const [client, alias] of Object.entries(clients)) {
      symlinkSync(realpathSync(`${tools}/node_modules/${alias}`), `${project}/node_modules/@aws-sdk/${client}`, "dir");
    }
    return project;
  }

  test("with a client of the application's", async () => {
    expect(printed(await run(process.execPath, ["given.js"], makeOldProject("sdk oldest given")))).toEqual(right);
  });

  test("with the engine's own client", async () => {
    // It does not tell which endpoint the environment names, so that streams need theirs.
    const env = { ...server.env, AWS_ENDPOINT_URL_DYNAMODB_STREAMS: server.env["AWS_ENDPOINT_URL_DYNAMODB"] ?? "" };
    expect(printed(await run(process.execPath, ["own.js"], makeOldProject("sdk oldest own"), env))).toEqual(right);
  });
});

test("pnpm, whose node_modules has only what a package declares", async () => {
  const folder = makeBareFolder("pnpm");
  cpSync(`${tools}/../../test/environments/fixtures`, folder, { recursive: true });
  const packed = readdirSync(`${root}.build/environments-packed`).find((file) => file.endsWith(".tgz"));
  const { version } = JSON.parse(
    (await run("node", ["-p", "JSON.stringify(require('@aws-sdk/client-dynamodb/package.json'))"], tools)).stdout,
  );
  const dependencies = {
    "@aws-sdk/client-dynamodb": version,
    "@aws-sdk/client-dynamodb-streams": "^3.1141.0",
    "bloop-dynamodb": `file:${root}.build/environments-packed/${packed}`,
  };
  writeFileSync(`${folder}/package.json`, JSON.stringify({ private: true, type: "module", dependencies }));
  const pnpm = [binary("pnpm/bin/pnpm.cjs"), "install", "--ignore-scripts", "--strict-peer-dependencies"];
  await run(process.execPath, pnpm, folder, { XDG_DATA_HOME: `${folder}/.store`, CI: "true" });
  expect(printed(await run(process.execPath, ["given.js"], folder))).toEqual(right);
  expect(printed(await run(process.execPath, ["own.js"], folder, server.env))).toEqual(right);
});
