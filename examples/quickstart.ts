/** The main job from beginning to end, on a DynamoDB of one's own machine. */

// #region setup
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  boolean,
  ConstraintViolation,
  changes,
  Engine,
  type Item,
  ifNotExists,
  model,
  string,
  uuid,
} from "bloop-dynamodb";
import { startLocal } from "bloop-dynamodb/local";

const local = await startLocal();
const dynamodb = new DynamoDBClient({
  endpoint: local.endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
// #endregion

step(`${local.description}: it answers at ${local.endpoint}`);

// #region model
const Account = model(
  "Account",
  {
    id: uuid().hashKey(),
    name: string(),
    email: string(),
    verified: boolean().default(false),
  },
  {
    indexes: { byEmail: { hashKey: "email", projection: "keys" } },
    stream: { include: ["new", "old"] },
  },
);
type Account = Item<typeof Account>;

const engine = new Engine({ dynamodb, tableName: "quickstart-{tableName}" });
await engine.bind(Account);
// #endregion

step("The table quickstart-Account is there, with its index byEmail");

// #region save
const account = new Account({ id: crypto.randomUUID(), name: "Ada", email: "ada@example.org" });
await engine.save(account, { condition: ifNotExists(Account) });
// #endregion

step("Saved", account);

// #region query
const found = await engine.query(Account.byEmail, { key: Account.email.eq("ada@example.org") }).one();
// #endregion

step("Found by its email; the index holds the keys only", found);

// #region load
const loaded = await engine.get(Account, { id: found.id });
// #endregion

step("Loaded by its id", loaded);
step("Saved under a condition that does not hold");

// #region condition
try {
  account.verified = true;
  await engine.save(account, { condition: Account.name.eq("Grace") });
} catch (error) {
  if (!(error instanceof ConstraintViolation)) throw error;
  console.log("Not saved:", error.message, "As stored:", error.current);
}
// #endregion

step("What a save would send, what it wrote, and what another one would send: nothing");

// #region changes
console.log(changes(account));
engine.on("objectModified", ({ changes: written }) => console.log("saved:", written));
await engine.save(account);
console.log(changes(account));
// #endregion

// #region scan
await engine.save(new Account({ id: crypto.randomUUID(), name: "Grace", email: "grace@example.org" }));
const names: (string | undefined)[] = [];
for await (const { name } of engine.scan(Account, { filter: Account.email.contains("@example.org") })) names.push(name);
// #endregion

step("Scanned", names.sort());

// #region delete
const last = await engine.delete(account, { returning: "old" });
// #endregion

step("Deleted", last satisfies Account | undefined);
step("Loaded again: nothing is there", await engine.get(Account, { id: account.id }));

step("What happened to the table, as its stream tells it");

// #region stream
const stream = engine.stream(Account, "trim_horizon");
for await (const record of stream) {
  if (record.type === "insert") console.log(record.new.name, "came");
  if (record.type === "modify") console.log(record.new.name, "was", record.old.verified, "and is", record.new.verified);
  if (record.type === "remove") {
    console.log(record.old.name, "went");
    break;
  }
}
await stream.close();
// #endregion

// #region stop
await local.stop();
// #endregion

function step(title: string, value?: unknown): void {
  console.log(`\n * ${title}`);
  if (value !== undefined) console.log(value);
}
