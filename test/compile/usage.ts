// The API in use. This file compiles, and each @ts-expect-error below must stay an error. Never run.
import {
  type AnyModel,
  type Changes,
  dynamicList,
  type Input,
  type Key,
  oneOf,
  type RecordOf,
  add,
  addTo,
  always,
  and,
  append,
  type Condition,
  ConstraintViolation,
  Engine,
  InvalidValue,
  type Item,
  bigint,
  binary,
  boolean,
  changes,
  datetime,
  dynamicMap,
  ifNotExists,
  integer,
  json,
  list,
  map,
  merge,
  metadataOf,
  model,
  number,
  or,
  record,
  recursive,
  remove,
  set,
  setIfMissing,
  string,
  timestamp,
  TransactionCanceled,
  type Type,
  union,
  uuid,
} from "bloop-dynamodb";

const Account = model("Account", {
  id: uuid().hashKey(),
  name: string(),
  email: string(),
  verified: boolean().default(false),
}, {
  indexes: { byEmail: { hashKey: "email", projection: "keys" } },
  stream: { include: ["new", "old"] },
});
type Account = Item<typeof Account>;

const engine = new Engine({ tableName: "dev-{tableName}" });
await engine.bind(Account);

const account = new Account({ id: crypto.randomUUID(), email: "foo@bar.com" });
await engine.save(account);
const byEmail = engine.query(Account.byEmail, { key: Account.email.eq("foo@bar.com") });
const same = await byEmail.one();
same.id satisfies string;

// A column may be called name, length, caller...: each is a column, not the function's own property.
await engine.save(account, { condition: Account.name.eq("username") });
await engine.save(account, { condition: ifNotExists(Account) });
const last = await engine.delete(account, { condition: Account.email.eq("new@email.com"), returning: "old" });
last?.email satisfies string | undefined;
await engine.save(account, { sync: "new" });
account.email = "new@bar.com";
for (const { path, before, after } of changes(account)) console.log(path.join("."), before, after);

const Receipt = model("Receipt", {
  store: string().hashKey(),
  at: datetime().rangeKey().storedAs("t"),
  total: number().required(),
  kind: string("sale", "refund"),
  items: list(map({ name: string().required(), price: number().required() })),
  address: map({ city: string(), geo: map({ lat: number(), lon: number() }) }),
  tags: set(string()),
  image: binary(),
  views: integer(),
  expires: timestamp(),
}, {
  indexes: {
    byKind: { hashKey: "kind", rangeKey: "total", projection: ["tags"] },
    byTotal: { rangeKey: "total", projection: "all" },
  },
  ttl: { column: "expires" },
});
await engine.bind([Receipt]);

// The compiler knows what each index holds.
for await (const receipt of engine.query(Receipt.byKind, {
  key: Receipt.kind.eq("sale").and(Receipt.total.ge(100)),
  filter: Receipt.tags.contains("gift").or(Receipt.tags.size.gt(3)),
  forward: false,
})) {
  receipt.tags satisfies Set<string> | undefined;
  // @ts-expect-error: not projected
  receipt.items;
}
const some = await engine.query(Receipt, { key: Receipt.store.eq("s1"), projection: ["items"], consistent: true }).all();
some[0]?.items?.[0]?.price satisfies number | undefined;
// @ts-expect-error: not asked for
some[0]?.total;

// Conditions on places inside a document, and built up in a loop.
let cheap = Receipt.items.at(0).at("price").lt(10).and(Receipt.address.at("geo").at("lat").exists());
await engine.save([new Receipt({ store: "s1", at: new Date(), total: 3 })], { condition: cheap, atomic: true });
let any: Condition<"Receipt"> = always();
for (const city of ["Oslo", "Rome"]) any = any.or(Receipt.address.at("city").eq(city));
await engine.scan(Receipt, { filter: any, segments: 8 }).count();

// Atomic actions without a load; read-modify-write without a race.
const receiptKey = { store: "s1", at: new Date(0) };
const after = await engine.update(Receipt, receiptKey, { views: add(1), tags: addTo("new"), items: append({ name: "milk", price: 2 }), kind: remove(), total: setIfMissing(0) });
after.views satisfies number | undefined;
const nested = await engine.update(Receipt, receiptKey, { address: merge({ city: "Oslo", geo: merge({ lat: add(0.5), lon: remove() }) }), kind: setIfMissing("sale") }, { condition: Receipt.total.gt(3) });
nested.address?.geo?.lat satisfies number | undefined;
const replaced = await engine.update(Receipt, receiptKey, { total: 3 }, { returning: "old" });
replaced?.total satisfies number | undefined;
// @ts-expect-error: there may have been no item
replaced.total;
await engine.modify(Receipt, receiptKey, (receipt) => { receipt.total -= 1; });
const created = await engine.modify(Receipt, receiptKey, async (receipt) => { receipt.total -= 1; }, { create: (key) => new Receipt({ ...key, total: 0 }), attempts: 3, once: true });
created.total satisfies number;
await engine.save(account, { actions: { verified: setIfMissing(true) }, once: true });

try {
  await engine.transaction((tx) => {
    tx.save(account, { condition: Account.id.notExists() });
    tx.check(new Receipt({ store: "s1", at: new Date(0), total: 0 }), Receipt.total.gt(0));
    tx.update(Receipt, { store: "s2", at: new Date(0) }, { views: add(1) });
  });
} catch (error) {
  if (error instanceof ConstraintViolation) console.log(error.current, error.version?.stored);
  if (error instanceof TransactionCanceled) for (const { object, code, current } of error.reasons) console.log(object, code, current);
  if (error instanceof InvalidValue) console.log(error.path);
}

const prepared = engine.transaction().delete(account, { atomic: true }).check(last ?? account, "unchanged").prepare();
await prepared.commit();
prepared.id satisfies string;
prepared.firstCommitAt satisfies Date | undefined;
const [alice, receipt] = await engine.readTransaction().get(Account, { id: "a" }).load(account).get(Receipt, receiptKey).commit();
alice?.email satisfies string | undefined;
receipt?.total satisfies number | undefined;
(await engine.putAll([account])) satisfies number;
await engine.deleteAll(engine.scan(Account), { concurrency: 8, progress: ({ written, failed }) => console.log(written, failed) });

const Versioned = model("Versioned", { id: string().hashKey(), balance: number().required(), version: integer().version() });
const versioned = new Versioned({ id: "1", balance: 3 });
versioned.version satisfies number | undefined;

// Every other type.
interface Tree {
  name: string;
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M"> = map({ name: string().required(), children: list(recursive(() => tree)) });
const url = () => string().transform({ load: (text) => new URL(text), dump: (value: URL) => value.href });
const Thing = model("Thing", {
  id: bigint().hashKey(),
  home: url(),
  pages: set(url()),
  tree,
  shape: union("kind", { circle: { radius: number().required() }, square: { side: number().required() } }),
  scores: record(number()),
  anything: dynamicMap(),
  settings: json(),
  note: string().nullable(),
  level: integer().required().default(1),
  at: timestamp().default(() => new Date()),
});
type Thing = Item<typeof Thing>;
const thing = new Thing({ id: 1n, home: new URL("https://example.org") });
thing.level satisfies number;
thing.note satisfies string | null | undefined;
thing.home?.host satisfies string | undefined;
if (thing.shape?.kind === "circle") thing.shape.radius satisfies number;
thing.scores?.chess satisfies number | undefined;
thing.tree?.children?.[0]?.children?.[0]?.name satisfies string | undefined;
and(Thing.id.gt(3n), or(Thing.note.eq(null), Thing.shape.at("kind").eq("circle")), Thing.scores.at("chess").gt(3), Thing.anything.at("any").eq(null)).not();
Receipt.total.gt(Receipt.views).and(Receipt.tags.size.lt(Receipt.total));
Receipt.items.contains({ name: "milk", price: 2 });
metadataOf(Thing).hashKey.storedName satisfies string;

// One shape in several models, and methods by a subclass. A column called name hides a class's own name, so that a
// subclass says which of the two it means.
const dated = { createdAt: datetime().required().default(() => new Date()) };
const Person = model("Person", { id: string().hashKey(), name: string(), ...dated });
class Employee extends Person {
  static override readonly name = Person.name;
  greeting() {
    return `Hello ${this.name} of ${this.createdAt.getFullYear()}`;
  }
}
const employee = await engine.get(Employee, { id: "1" });
employee?.greeting() satisfies string | undefined;
const staff = await engine.query(Employee, { key: Employee.id.eq("1"), filter: Employee.name.exists() }).all();
staff[0]?.greeting() satisfies string | undefined;
const [first, second] = await engine.getMany(Person, [{ id: "1" }, { id: "2" }]);
first?.createdAt satisfies Date | undefined;
const [one, other] = await engine.getMany([[Person, { id: "1" }], [Receipt, receiptKey]], { consistent: true });
one?.createdAt satisfies Date | undefined;
other?.total satisfies number | undefined;
const fetched = await engine.getMany(["1", "2"].map((id) => [Person, { id }] as const));
fetched[0]?.createdAt satisfies Date | undefined;
// @ts-expect-error: a key of another type, of one model
engine.getMany(Person, [{ id: 1 }]);
// @ts-expect-error: a key of another type, of one of several models
engine.getMany([[Person, { id: "1" }], [Receipt, { ...receiptKey, store: 1 }]]);
// @ts-expect-error: a model without a key
engine.getMany([Person]);
await engine.load([new Person({ id: "1" }), ...(second ? [second] : [])], { consistent: true });
const before = await engine.save([first, second].filter((one) => one !== undefined), { returning: "old" });
before[0]?.name satisfies string | undefined;

// The records of a stream: which images are there follows from the change and from what the stream includes.
const stream = engine.stream(Account, "trim_horizon");
stream.on("gap", ({ shardId }) => console.warn("records were trimmed in", shardId));
for await (const record of stream) {
  if (record.type === "modify") console.log(record.old.email, record.new.email, record.meta.createdAt);
  if (record.type === "remove") console.log(record.old.id, record.meta.expired, record.new satisfies undefined);
  if (record.type === "insert") await engine.save(record.new);
  record.key satisfies { id: string };
  const stored: string = JSON.stringify(stream.token);
  await stream.moveTo(JSON.parse(stored));
}
(await stream.poll())?.key.id satisfies string | undefined;
const polled = await stream.poll();
const Keyed = model("Keyed", { id: uuid().hashKey(), email: string() }, { stream: { include: ["keys"] } });
const keyed = await engine.stream(Keyed, new Date(), { acknowledge: "manual", concurrency: 4 }).poll();
keyed?.new satisfies undefined;
await engine.stream(Account, stream.token).close();

// Places of dynamic data, of recursive types, and of an attribute that holds one of several types.
const Loose = model("Loose", {
  id: string().hashKey(),
  any: dynamicMap(),
  list: dynamicList(),
  tree,
  flag: oneOf(boolean(), integer().transform({ load: (n) => n === 1, dump: (flag) => (flag ? 1 : 0) })),
});
and(Loose.any.at("n").gt(4), Loose.any.at("t").contains("x"), Loose.any.at("a").at("b").at(0).beginsWith("x"), Loose.any.at("x").size.gt(3));
and(Loose.list.at(0).at("x").eq(1), Loose.list.contains(null), Loose.tree.at("children").at(0).at("name").beginsWith("x"));
and(Loose.flag.eq(true), Loose.flag.hasType("N"));
await engine.update(Loose, { id: "1" }, { any: merge({ deep: merge({ n: add(1), l: append("x"), s: addTo("x") }) }), flag: true });

// Code that is generic in a model.
class Repository<T extends AnyModel> {
  readonly model: T;
  constructor(model: T) {
    this.model = model;
  }
  create = (values: Input<T>): Item<T> => new this.model(values);
  get = (key: Key<T>): Promise<Item<T> | undefined> => engine.get(this.model, key);
  change = (key: Key<T>, changes: Changes<T>) => engine.update(this.model, key, changes);
  all = () => engine.scan(this.model).all();
}
const accounts = new Repository(Account);
(await accounts.get({ id: "1" }))?.email satisfies string | undefined;
(await accounts.all())[0]?.verified satisfies boolean | undefined;
const handle = (record: RecordOf<typeof Account>) => record.new?.email;
const heard = await engine.stream(Account, "latest").poll();
if (heard) handle(heard);
try {
  await engine.save(account, { atomic: true });
} catch (error) {
  if (error instanceof ConstraintViolation && error.current instanceof Account) error.current.email satisfies string | undefined;
}

// ── What must not compile ────────────────────────────────────────────────────
// @ts-expect-error: not this index's hash key
engine.query(Account.byEmail, { key: Account.name.eq("x") });
// @ts-expect-error: a hash key takes eq only
engine.query(Account.byEmail, { key: Account.email.beginsWith("x") });
// @ts-expect-error: a range key condition without the hash key
engine.query(Receipt, { key: Receipt.at.gt(new Date()) });
// @ts-expect-error: a range key can't be compared with ne
engine.query(Receipt, { key: Receipt.store.eq("s").and(Receipt.at.ne(new Date())) });
// @ts-expect-error: or is no key condition
engine.query(Receipt, { key: Receipt.store.eq("s").or(Receipt.store.eq("t")) });
// @ts-expect-error: a query's filter can't use its key columns
engine.query(Receipt, { key: Receipt.store.eq("s"), filter: Receipt.at.exists() });
// @ts-expect-error: a filter on a column that the index does not hold
engine.query(Receipt.byKind, { key: Receipt.kind.eq("sale"), filter: Receipt.views.gt(1) });
// @ts-expect-error: a projection that the index does not hold
engine.query(Receipt.byKind, { key: Receipt.kind.eq("sale"), projection: ["views"] });
// @ts-expect-error: a global index has no consistent reads
engine.query(Receipt.byKind, { key: Receipt.kind.eq("sale"), consistent: true });
// @ts-expect-error: not one of its values
Receipt.kind.eq("gift");
// @ts-expect-error: no such key in the document
Receipt.items.at(0).at("nam");
// @ts-expect-error: a number has no prefix
Receipt.total.beginsWith("1");
// @ts-expect-error: a boolean has no order
Account.verified.gt(true);
// @ts-expect-error: a wrong value type
Receipt.total.eq("3");
// @ts-expect-error: a wrong element type
Receipt.tags.contains(3);
// @ts-expect-error: total is required
new Receipt({ store: "s", at: new Date() });
// @ts-expect-error: no such column
new Account({ id: "x", emial: "typo" });
// @ts-expect-error: an index on a column that is not there
model("X", { id: uuid().hashKey() }, { indexes: { byEmail: { hashKey: "email", projection: "keys" } } });
// @ts-expect-error: a map can't be a key
model("X", { id: uuid().hashKey(), m: map({ a: string() }) }, { indexes: { byM: { hashKey: "m", projection: "keys" } } });
// @ts-expect-error: a ttl column holds a number
model("X", { id: uuid().hashKey(), at: datetime() }, { ttl: { column: "at" } });
// @ts-expect-error: the range key is missing
engine.get(Receipt, { store: "s" });
// @ts-expect-error: a null needs nullable()
new Account({ id: "x", name: null });
// @ts-expect-error: another model's condition
engine.query(Account, { key: Receipt.store.eq("s") });
// @ts-expect-error: a set can't hold maps
set(map({ a: string() }));
// @ts-expect-error: an unknown kind of the union
new Thing({ id: 1n, shape: { kind: "oval", radius: 1 } });
// @ts-expect-error: a key of another kind
new Thing({ id: 1n, shape: { kind: "circle", side: 1 } });
// @ts-expect-error: a bigint is no number
new Thing({ id: 1 });
// @ts-expect-error: a value of the record is a number
new Thing({ id: 1n, scores: { chess: "good" } });
// @ts-expect-error: a size is a number
Receipt.tags.size.eq("3");
// @ts-expect-error: a default of another type
integer().default("1");
// @ts-expect-error: a local index has no key of its own
model("X", { id: uuid().hashKey(), at: datetime().rangeKey() }, { indexes: { byAt: { projection: "keys" } } });
// @ts-expect-error: no such column in the projection of an index
model("X", { id: uuid().hashKey(), a: string() }, { indexes: { byA: { hashKey: "a", projection: ["b"] } } });
// @ts-expect-error: a key of another model
engine.get(Account, { store: "s", at: new Date() });
// @ts-expect-error: not a model
engine.get({ id: "1" }, { id: "1" });
// @ts-expect-error: not an option
engine.save(account, { conditions: Account.id.exists() });
// @ts-expect-error: a required column can't be taken away
delete thing.level;
// @ts-expect-error: no such column on an object
thing.levle;
// @ts-expect-error: add is for numbers
engine.update(Receipt, receiptKey, { kind: add(1) });
// @ts-expect-error: a key can't be updated
engine.update(Receipt, receiptKey, { store: "t" });
// @ts-expect-error: bloop raises the version itself
engine.update(Versioned, { id: "1" }, { version: add(1) });
// @ts-expect-error: a required column can't be removed
engine.update(Receipt, receiptKey, { total: remove() });
// @ts-expect-error: no such column
engine.update(Receipt, receiptKey, { totl: 3 });
// @ts-expect-error: no such key in the map
engine.update(Receipt, receiptKey, { address: merge({ city: "Oslo", cty: "Oslo" }) });
// @ts-expect-error: a wrong value in the map
engine.update(Receipt, receiptKey, { address: merge({ city: 3 }) });
// @ts-expect-error: a string is no map
engine.update(Receipt, receiptKey, { kind: merge({ city: "Oslo" }) });
// @ts-expect-error: a wrong element
engine.update(Receipt, receiptKey, { tags: addTo(3) });
// @ts-expect-error: a set takes addTo
engine.update(Receipt, receiptKey, { tags: append("x") });
// @ts-expect-error: not one of its values
engine.update(Receipt, receiptKey, { kind: setIfMissing("gift") });
// @ts-expect-error: another model's condition
engine.update(Account, { id: "1" }, { name: "x" }, { condition: Receipt.total.gt(3) });
// @ts-expect-error: a misspelt option
engine.update(Account, { id: "1" }, { name: "x" }, { conditon: Account.name.eq("y") });
// @ts-expect-error: an action on a column that is not there
engine.save(account, { actions: { view: add(1) } });
// @ts-expect-error: a removed item has no new image
if (polled?.type === "remove") polled.new.id;
// @ts-expect-error: the stream holds keys only
keyed?.old?.email;
// @ts-expect-error: not a position
engine.stream(Account, "TRIM_HORIZON");
// @ts-expect-error: not an option of a stream
engine.stream(Account, "latest", { heartbeat: 1000 });
// @ts-expect-error: not a signal of a stream
stream.on("error", () => {});
// @ts-expect-error: a copy by spread is no object of a model
engine.save({ ...account });
// @ts-expect-error: a plain object is none
engine.delete({ id: "1" });
// @ts-expect-error: one of several is a plain object
engine.save([account, { id: "1" }]);
// @ts-expect-error: a model is no object
engine.save(Account);
// @ts-expect-error: a copy by spread is no object of a model
engine.putAll([{ ...account }]);
// @ts-expect-error: a plain object is none
engine.load({ id: "1" });
// @ts-expect-error: a plain object is none
changes({ id: "1" });
// @ts-expect-error: another model's condition on a save
engine.save(account, { condition: Receipt.total.gt(3) });
// @ts-expect-error: another model's condition on a delete
engine.delete(account, { condition: Receipt.store.eq("x") });
// @ts-expect-error: another model's condition on several
engine.save([account], { condition: Receipt.total.gt(3) });
// @ts-expect-error: another model's condition in a transaction
engine.transaction().save(account, { condition: Receipt.total.gt(3) });
// @ts-expect-error: another model's condition in a check
engine.transaction().check(account, Receipt.total.gt(3));
// @ts-expect-error: no stream of a model that declares none
engine.stream(Receipt, "latest");
// @ts-expect-error: a text is no number
Receipt.store.eq(Receipt.total);
// @ts-expect-error: a size is no text
Receipt.store.eq(Receipt.tags.size);
// @ts-expect-error: two hash keys
model("X", { id: uuid().hashKey(), other: uuid().hashKey() });
// @ts-expect-error: two range keys
model("X", { id: uuid().hashKey(), a: string().rangeKey(), b: string().rangeKey() });
// @ts-expect-error: no hash key
model("X", { id: uuid() });
// @ts-expect-error: a range key alone
model("X", { id: uuid().rangeKey() });
// @ts-expect-error: a local index of a model without a range key
model("X", { id: uuid().hashKey(), a: string() }, { indexes: { byA: { rangeKey: "a", projection: "all" } } });
// @ts-expect-error: keys stand alone
model("X", { id: uuid().hashKey() }, { stream: { include: ["keys", "new"] } });
// @ts-expect-error: a stream includes keys, new or old
model("X", { id: uuid().hashKey() }, { stream: { include: ["what"] } });
// @ts-expect-error: an index called as a column is
model("X", { id: uuid().hashKey(), a: string() }, { indexes: { a: { hashKey: "a", projection: "all" } } });
// @ts-expect-error: not a value of the type
Loose.flag.eq("x");
// @ts-expect-error: no such key in the tree
Loose.tree.at("nme");
// @ts-expect-error: a name is no number
Loose.tree.at("name").gt(3);
// @ts-expect-error: not the key of this model
accounts.get({ store: "s" });
// @ts-expect-error: what is sent once returns no values
await engine.save(account, { once: true, returning: "old" });
// @ts-expect-error: nor an update
await engine.update(Receipt, receiptKey, { total: 3 }, { once: true, returning: "old" });
// @ts-expect-error: nor a deletion, of an object
await engine.delete(account, { once: true, returning: "old" });
// @ts-expect-error: or by key
await engine.delete(Receipt, receiptKey, { once: true, returning: "old" });
// @ts-expect-error: the old values or the new ones
await engine.save(account, { sync: "new", returning: "old" });
// @ts-expect-error: a misspelt option of an index
model("X", { id: uuid().hashKey(), a: string() }, { indexes: { byA: { hashKey: "a", projection: "all", storedAS: "by-a" } } });
// @ts-expect-error: an option of local indexes
model("X", { id: uuid().hashKey(), a: string() }, { indexes: { byA: { hashKey: "a", projection: "keys", strict: false } } });

const Match = model("Match", { id: uuid().hashKey(), tenant: string(), region: string(), round: integer(), score: number(), note: string() }, {
  indexes: {
    byRegion: { hashKey: ["tenant", "region"], rangeKey: ["round", "score"], projection: "all" },
    byTenant: { hashKey: "tenant", rangeKey: ["region", "round"], projection: "keys" },
    byBoth: { hashKey: ["tenant", "region"], projection: ["note"] },
    byOne: { hashKey: ["tenant", "region"], rangeKey: "round", projection: "all" },
  },
});
const tenantAndRegion = Match.tenant.eq("t").and(Match.region.eq("r"));
engine.query(Match.byRegion, { key: tenantAndRegion, filter: Match.note.exists() });
engine.query(Match.byRegion, { key: tenantAndRegion.and(Match.round.gt(1)) });
engine.query(Match.byRegion, { key: tenantAndRegion.and(Match.round.eq(1)).and(Match.score.between(1, 3)) });
engine.query(Match.byTenant, { key: Match.tenant.eq("t").and(Match.region.beginsWith("r")) }).first().then((found) => found.round);
engine.query(Match.byBoth, { key: tenantAndRegion }).first().then((found) => found.note);
engine.query(Match.byOne, { key: tenantAndRegion.and(Match.round.le(1)) });
// @ts-expect-error: a hash key of two columns without the second one
engine.query(Match.byRegion, { key: Match.tenant.eq("t") });
// @ts-expect-error: a gap in a range key of two columns
engine.query(Match.byRegion, { key: tenantAndRegion.and(Match.score.gt(1)) });
// @ts-expect-error: a range that is not the last one of the key
engine.query(Match.byRegion, { key: tenantAndRegion.and(Match.round.gt(1)).and(Match.score.eq(1)) });
// @ts-expect-error: another order than the key's
engine.query(Match.byRegion, { key: Match.region.eq("r").and(Match.tenant.eq("t")) });
// @ts-expect-error: a filter on a column of a hash key of two
engine.query(Match.byBoth, { key: tenantAndRegion, filter: Match.region.exists() });
// @ts-expect-error: a filter on a column of a range key of two
engine.query(Match.byTenant, { key: Match.tenant.eq("t"), filter: Match.region.exists() });
// @ts-expect-error: a column that the index does not hold
engine.query(Match.byTenant, { key: Match.tenant.eq("t") }).first().then((found) => found.note);
// @ts-expect-error: five columns
model("X", { id: uuid().hashKey(), a: string(), b: string(), c: string(), d: string() }, { indexes: { byA: { hashKey: ["a", "b", "c", "d", "id"], projection: "all" } } });
// @ts-expect-error: a misspelt column of several
model("X", { id: uuid().hashKey(), a: string(), b: string() }, { indexes: { byA: { hashKey: ["a", "c"], projection: "all" } } });
// @ts-expect-error: several columns of a local index
model("X", { id: uuid().hashKey(), at: datetime().rangeKey(), a: string() }, { indexes: { byA: { rangeKey: ["a", "at"], projection: "all" } } });
