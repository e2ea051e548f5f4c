/** All situations with one library. Prints what came of each, as JSON. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDB, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { startLocal } from "bloop-dynamodb/local";
import { injectFaults } from "bloop-dynamodb/testing";

const [, , name, file] = process.argv;
const local = await startLocal();
const credentials = { accessKeyId: "local", secretAccessKey: "local" };
const connection = { endpoint: local.endpoint, region: "us-east-1", credentials };
/** Not the library's: it sees what is stored. */
const raw = new DynamoDB(connection);
const client = new DynamoDB(connection);
const TableName = "compare";
await raw.send(
  new CreateTableCommand({
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  }),
);
const library = (await import(`./libraries/${file}.mjs`)).open(client, TableName);

/** What each library adds to its items, to tell them apart. */
const extras = {
  electrodb: { __edb_e__: { S: "person" }, __edb_v__: { S: "1" } },
  "dynamodb-toolbox": { _et: { S: "Person" } },
  "dynamodb-onetable": { _type: { S: "Person" } },
};
async function put(id, attributes) {
  await raw.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...extras[name], ...attributes } }));
}
async function stored(id) {
  return (await raw.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item;
}

const address = { address: { M: { city: { S: "Oslo" }, street: { S: "Old" } } } };
const situations = {
  async map() {
    await put("map", address);
    const [one, other] = [await library.load("map"), await library.load("map")];
    await library.saveCity(one, "Bergen");
    await library.saveStreet(other, "New");
    const { city, street } = (await stored("map")).address.M;
    return city.S === "Bergen" && street.S === "New" ? "yes" : "no: the first is undone";
  },
  async unknown() {
    await put("unknown", { ...address, legacy: { S: "kept" } });
    await library.saveCity(await library.load("unknown"), "Bergen");
    return (await stored("unknown")).legacy?.S === "kept" ? "yes" : "no: it is deleted";
  },
  async once() {
    await put("once", { count: { N: "0" } });
    const faults = injectFaults(client, { rate: 0 });
    faults.next("lost");
    await library.increment("once");
    faults.stop();
    if (faults.list.length !== 1) throw new Error("no answer was lost");
    const count = (await stored("once")).count.N;
    return count === "1" ? "yes" : `no: it counts ${count}`;
  },
  async number() {
    await put("number", { total: { N: "12345678901234567891" } });
    const total = await library.loadTotal("number").catch((error) => error);
    if (total instanceof Error) return `no: ${total.name}`;
    return String(total) === "12345678901234567891" ? `yes, a ${typeof total}` : `no: ${total}`;
  },
  async streams() {
    const folder = fileURLToPath(new URL(`./node_modules/${name}/`, import.meta.url));
    const files = readdirSync(folder, { recursive: true }).filter((path) => /\.[cm]?js$/.test(path));
    return files.some((path) => readFileSync(folder + path, "utf8").includes("GetShardIterator")) ? "yes" : "no";
  },
};
const outcomes = {};
for (const [situation, run] of Object.entries(situations)) outcomes[situation] = await run();
await local.stop();
console.log(JSON.stringify(outcomes));
