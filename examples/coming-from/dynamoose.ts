/** A table of Dynamoose as bloop declares it: test/interop has the schema that writes it. */

// #region model
import {
  add,
  datetime,
  Engine,
  ifNotExists,
  list,
  map,
  model,
  number,
  set,
  setIfMissing,
  string,
  timestamp,
} from "bloop-dynamodb";

/** As Dynamoose stores a Date: milliseconds in a number. */
const milliseconds = () => timestamp({ unit: "milliseconds" });

export const User = model(
  "User",
  {
    id: string().hashKey(),
    email: string().required(),
    level: string("low", "high").default("low"),
    logins: number(),
    tags: set(string()),
    phones: list(string()),
    address: map({ city: string(), since: milliseconds() }),
    born: milliseconds(),
    seenAt: datetime(),
    expires: timestamp(),
    createdAt: milliseconds().default(() => new Date()),
    updatedAt: milliseconds().onWrite(() => new Date()),
  },
  { tableName: "docs-from-dynamoose", indexes: { byEmail: { hashKey: "email", projection: "all" } } },
);
// #endregion

export async function operations(): Promise<void> {
  // #region operations
  const engine = new Engine();
  await engine.bind(User);
  await engine.save(new User({ id: "1", email: "ada@example.org", born: new Date("1815-12-10") }), {
    condition: ifNotExists(User),
  });
  await engine.update(User, { id: "1" }, { logins: add(1) });
  const users = await engine.query(User.byEmail, { key: User.email.eq("ada@example.org"), limit: 10 }).all();
  console.log(users[0]?.born?.getFullYear());

  // An upsert: makes the item, or changes it and leaves what is only to be there as it is.
  const ifMissing = { level: setIfMissing("low"), createdAt: setIfMissing(new Date()) };
  await engine.update(User, { id: "2" }, { email: "grace@example.org", ...ifMissing });
  // #endregion
}

export async function check(engine: Engine): Promise<number> {
  // #region check
  await engine.bind(User, { tables: "validate" }); // TableMismatch lists all differences
  const lenient = engine.with({ onInvalid: "omit" });
  let bad = 0;
  lenient.on("invalidValue", ({ error }) => {
    bad += 1;
    console.log(error.message); // User.email (id "2"): a required value is missing in the stored item.
  });
  for await (const _ of lenient.scan(User)) if (bad > 1_000) break;
  console.log(bad === 0 ? "Every item fits." : "Not yet.");
  // #endregion
  return bad;
}
