/** All situations with one library. Prints what came of each, as JSON. */

import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { CreateTableCommand, DynamoDB, GetItemCommand, PutItemCommand, ScanCommand } from "@aws-sdk/client-dynamodb";
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
const Shop = "compare-shop";
const text = (AttributeName) => ({ AttributeName, AttributeType: "S" });
const keys = (hash, range) => [
  { AttributeName: hash, KeyType: "HASH" },
  { AttributeName: range, KeyType: "RANGE" },
];
await raw.send(
  new CreateTableCommand({
    TableName: Shop,
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: keys("pk", "sk"),
    AttributeDefinitions: ["pk", "sk", "gsi1pk", "gsi1sk"].map(text),
    GlobalSecondaryIndexes: [
      { IndexName: "gsi1", KeySchema: keys("gsi1pk", "gsi1sk"), Projection: { ProjectionType: "ALL" } },
    ],
  }),
);
const { open, openOrders } = await import(`./libraries/${file}.mjs`);
const library = open(client, TableName);
const orders = openOrders?.(client, Shop);

/** What each library adds to its items, to tell them apart. */
const extras = {
  electrodb: { __edb_e__: { S: "person" }, __edb_v__: { S: "1" } },
  "dynamodb-toolbox": { _et: { S: "Person" } },
  "dynamodb-onetable": { _type: { S: "Person" } },
};
/** The attributes by which each library tells kinds apart in a table of several. */
const kindOfLine = { ...extras, "bloop-dynamodb": { _type: {} } };
async function put(id, attributes) {
  await raw.send(new PutItemCommand({ TableName, Item: { id: { S: id }, ...extras[name], ...attributes } }));
}
async function stored(id) {
  return (await raw.send(new GetItemCommand({ TableName, Key: { id: { S: id } }, ConsistentRead: true }))).Item;
}

/** The orders of a customer as they are stored. */
async function storedOrders(customer) {
  const { Items } = await raw.send(new ScanCommand({ TableName: Shop, ConsistentRead: true }));
  return Items.filter((found) => found.customer?.S === customer);
}
/** Which attributes an item's keys in the index are. */
const indexKey = ({ gsi1pk, gsi1sk }) => JSON.stringify([gsi1pk, gsi1sk]);

/** Two writers load one order. One saves its status, the other its priority. */
async function changeParts(customer) {
  await orders.create({ customer, id: "1", status: "open", priority: "low" });
  const [one, other] = [await orders.load(customer, "1"), await orders.load(customer, "1")];
  await orders.saveStatus(one, "paid");
  const refused = await orders.savePriority(other, "high").catch((error) => error);
  return { order: (await storedOrders(customer))[0], refused };
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
  async kinds() {
    if (!orders) return "no: it has no kinds";
    await orders.create({ customer: "kinds", id: "1", status: "open", priority: "low" });
    const [order] = await storedOrders("kinds");
    // Another program's lines of the order: their keys begin as the order's do.
    const line = Object.fromEntries(Object.keys(kindOfLine[name]).map((attribute) => [attribute, { S: "line" }]));
    await raw.send(
      new PutItemCommand({ TableName: Shop, Item: { ...order, ...line, sk: { S: `${order.sk.S}#line` } } }),
    );
    const found = await orders.ofCustomer("kinds");
    return found.length === 1 ? "yes" : `no: it yields ${found.length} for 1`;
  },
  async parts() {
    if (!orders) return "no: it has no composed keys";
    const { order, refused } = await changeParts("parts");
    if (refused instanceof Error) return `yes: ${refused.name}`;
    return order.status.S === "paid" && order.priority.S === "high" ? "yes" : "no: the first is undone";
  },
  async index() {
    if (!orders) return "no: it has no composed keys";
    const { order } = await changeParts("index");
    const same = { status: order.status.S, priority: order.priority.S };
    await orders.create({ customer: "index-same", id: "1", ...same });
    return indexKey(order) === indexKey((await storedOrders("index-same"))[0]) ? "yes" : "no: it is as it was";
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
