/** Every example of a docstring compiles. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { compile } from "./compiler.js";

const source = fileURLToPath(new URL("../../src", import.meta.url));
const index = readFileSync(`${source}/index.ts`, "utf8");
/** Every public name, as an import of it. */
const names = [...index.matchAll(/^export (type )?\{([^}]*)\}/gm)].flatMap(([, type = "", list = ""]) =>
  list.split(",").flatMap((name) => {
    const exported = name.trim().replace(/^(type )?\w+ as /, "$1");
    return exported === "" ? [] : [exported.startsWith("type ") ? exported : type + exported];
  }),
);

/** What examples may take for granted. */
const preamble = `import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Ajv2020 } from "ajv/dist/2020.js";
import * as v from "valibot";
import { ${names.join(", ")} } from "bloop-dynamodb";
import { fromJson, jsonSchemaOf, toJson } from "bloop-dynamodb/json";
import { startDynamoDBLocal, startLocal } from "bloop-dynamodb/local";
import { type DynamoDBStreamsClient, GetRecordsCommand } from "@aws-sdk/client-dynamodb-streams";
import { consume, GroupRow } from "bloop-dynamodb/group";
import { instrument } from "bloop-dynamodb/otel";
import { checkKeys, rewriteKeys } from "bloop-dynamodb/rewrite";
import { type LambdaEvent, objectOf, recordsOf, streamHandler } from "bloop-dynamodb/lambda";
import { type EventRecord, eventRecord, eventRecordsOf, injectFaults, runEventSource } from "bloop-dynamodb/testing";
declare const engine: Engine;
const Account = model("Account", { id: uuid().hashKey(), email: string() }, { indexes: { byEmail: { hashKey: "email", projection: "keys" } }, stream: { include: ["new", "old"] } });
declare const account: Item<typeof Account>;
const Receipt = model("Receipt", { store: string().hashKey(), total: number(), kind: string("sale", "refund"), tags: set(string()) }, { indexes: { byKind: { hashKey: "kind", rangeKey: "total", projection: "keys" } } });
const Page = model("Page", { id: string().hashKey(), views: integer(), tags: set(string()), open: boolean() });
const Person = model("Person", { id: string().hashKey(), address: map({ city: string(), geo: map({ lat: number() }) }) });
const Stock = model("Stock", { product: string().hashKey(), left: integer().required() });
const Shop = table("shop", { hashKey: "pk", rangeKey: "sk", kind: "_type", indexes: { gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" } } });
const Order = Shop.model("Order", { customerId: uuid(), placedAt: datetime(), id: string(), status: string("open", "paid"), priority: integer() }, { key: { pk: key\`CUSTOMER#\${"customerId"}\`, sk: key\`ORDER#\${"placedAt"}#\${"id"}\` }, indexes: { byStatus: { on: "gsi1", gsi1pk: key\`ORDERS\`, gsi1sk: key\`\${"status"}#\${"priority"}\` } } });
const Tally = model("Tally", { id: uuid().hashKey(), changes: integer() });
declare const stream: Stream<RecordOf<typeof Account>>;
declare function index(batch: readonly unknown[]): Promise<void>;
const customerId = "1";
const placedAt = new Date();
const order = account;
const page = new Page({ id: "1" });
const id = "1";
declare const body: unknown;
declare const event: LambdaEvent;
const product = "milk";
`;

interface Example {
  readonly file: string;
  readonly code: string;
}

const examples: Example[] = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !file.startsWith("ext/"))
  .flatMap((file) =>
    [...readFileSync(`${source}/${file}`, "utf8").matchAll(/\* @example\n([\s\S]*?)\*\//g)].map(([, body = ""]) => ({
      file,
      code: body.replaceAll(/^ *\* ?/gm, ""),
    })),
  );

test("there are examples", () => {
  expect(examples.length).toBeGreaterThan(10);
});

test("all of them compile", async () => {
  // A block of its own for each, since each declares what it likes.
  const blocks = examples.map(({ file, code }) => `// ${file}\nexport async function _() {\n${code}\n}\n`);
  const text = preamble + blocks.map((block, index) => block.replace("_()", `example${index}()`)).join("");
  const { messages } = await compile("docstrings", text);
  const lines = text.split("\n");
  expect(messages.map((message) => `${lines[message.line - 1]}: ${message.text}`)).toEqual([]);
});
