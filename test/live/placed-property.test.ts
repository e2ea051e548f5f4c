/**
 * The property "placed": over several engines, tables, names and clients, what is saved is whole where it is saved, or
 * refused. An independent ledger says what each table must hold. A failing seed is printed, and shrinks.
 */

import { DeleteItemCommand, DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { Engine, InvalidOption, InvalidValue, model, string, WriteFailures } from "bloop-dynamodb";
import fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";

const { client, engine } = live("ledger");
const Thing = model("Thing", { id: string().hashKey(), a: string(), b: string(), c: string() });
type Thing = InstanceType<typeof Thing>;
const columns = ["a", "b", "c"] as const;

const west = new Engine({
  dynamodb: new DynamoDBClient({
    endpoint: inject("endpoint"),
    region: "eu-west-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
    maxAttempts: 10,
  }),
  tableName: "ledger-west-{tableName}",
});
let tenant = "one";
/** Engines, and the table and client that each is of. */
const engines = [
  { engine, table: "ledger-Thing", client: 1 },
  { engine: engine.with({ onInvalid: "omit" }), table: "ledger-Thing", client: 1 },
  { engine: engine.with({ tableName: "ledger-two-{tableName}" }), table: "ledger-two-Thing", client: 1 },
  { engine: engine.with({ tableName: () => `ledger-${tenant}-Thing` }), table: "tenant", client: 1 },
  { engine: west, table: "ledger-west-Thing", client: 2 },
  { engine: west.with({ tableName: "ledger-west-two-{tableName}" }), table: "ledger-west-two-Thing", client: 2 },
];
type Place = (typeof engines)[number];
const tableOf = ({ table }: Place) => (table === "tenant" ? `ledger-${tenant}-Thing` : table);

beforeAll(async () => {
  for (const name of ["one", "two"]) {
    tenant = name;
    for (const place of engines) await place.engine.bind(Thing);
  }
});

/** Plain values by attribute: "u" and "v" are attributes that the model does not know. */
type Row = { [name: string]: string };

interface SeenRow {
  readonly row: Row;
  readonly client: number;
  /** The columns of which it is known whether they are there. An object that was made knows those that it has held. */
  readonly knows: readonly string[];
  /** Whether a projection left something out. */
  readonly isPart: boolean;
}

/** What an object is, as a user would write it down. */
interface Noted {
  readonly object: Thing;
  /** What it holds. */
  readonly values: Row;
  /** What was last seen of it in each table; the last one is where it is "from". */
  readonly seen: Map<string, SeenRow>;
  from: string | undefined;
}

const index = fc.nat({ max: 5 });
const value = fc.constantFrom("x", "y", "z", undefined);
const step = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant("make" as const), values: fc.record({ a: value, b: value }) }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("get" as const), place: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("part" as const), place: index }) },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant("assign" as const),
      which: index,
      column: fc.constantFrom(...columns),
      value,
    }),
  },
  { weight: 6, arbitrary: fc.record({ kind: fc.constantFrom("save", "transact", "put"), which: index, place: index }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom("delete", "load", "adopt"), which: index, place: index }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("rival" as const),
      place: index,
      name: fc.constantFrom("a", "b", "u", "v"),
      value,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("tenant" as const), name: fc.constantFrom("one", "two") }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

const defined = (row: { [name: string]: string | undefined }): Row =>
  Object.fromEntries(Object.entries(row).flatMap(([name, one]) => (one === undefined ? [] : [[name, one]])));

class Ledger {
  readonly id: string;
  readonly tables = new Map<string, Row>();
  readonly objects: Noted[] = [];
  refused = 0;

  constructor(id: string) {
    this.id = id;
  }

  async run(one: Step): Promise<void> {
    if ("which" in one) {
      const noted = this.objects[one.which % Math.max(this.objects.length, 1)];
      if (noted === undefined) return;
      if (one.kind === "assign") this.assign(noted, one.column, one.value);
      else await this.operate(noted, one.kind, this.place(one.place));
    } else if (one.kind === "make") this.make(one.values);
    else if (one.kind === "tenant") tenant = one.name;
    else if (one.kind === "rival") await this.rival(this.place(one.place), one.name, one.value);
    else await this.find(this.place(one.place), one.kind === "part");
  }

  place(which: number): Place {
    return engines[which % engines.length] as Place;
  }

  make(values: { a?: string | undefined; b?: string | undefined }): void {
    const row = defined(values);
    this.objects.push({ object: new Thing({ id: this.id, ...row }), values: row, seen: new Map(), from: undefined });
  }

  assign({ object, values }: Noted, column: (typeof columns)[number], assigned: string | undefined): void {
    if (assigned === undefined) {
      delete object[column];
      delete values[column];
    } else {
      object[column] = assigned;
      values[column] = assigned;
    }
  }

  async rival(place: Place, name: string, assigned: string | undefined): Promise<void> {
    const row = defined({ ...this.tables.get(tableOf(place)), [name]: assigned });
    this.tables.set(tableOf(place), row);
    const Item = Object.fromEntries(Object.entries({ ...row, id: this.id }).map(([key, S]) => [key, { S }]));
    await client.send(new PutItemCommand({ TableName: tableOf(place), Item }));
  }

  async find(place: Place, isPart: boolean): Promise<void> {
    const key = Thing.id.eq(this.id);
    const options = isPart ? { key, projection: ["a"] as const } : { key };
    const [object] = (await place.engine.query(Thing, options).all()) as Thing[];
    const row = this.tables.get(tableOf(place));
    expect(object === undefined).toBe(row === undefined);
    if (object === undefined || row === undefined) return;
    const values = defined(Object.fromEntries((isPart ? ["a"] : columns).map((name) => [name, row[name]])));
    const seen = { row: isPart ? { ...values } : row, client: place.client, knows: isPart ? ["a"] : columns, isPart };
    this.objects.push({ object, values, seen: new Map([[tableOf(place), seen]]), from: tableOf(place) });
  }

  async operate(noted: Noted, kind: string, place: Place): Promise<void> {
    const table = tableOf(place);
    const { object } = noted;
    if (kind === "load") return this.load(noted, place);
    const expected = this.refusal(noted, kind, place);
    const error: unknown = await this.send(object, kind, place).catch((thrown: unknown) => thrown);
    if (expected !== undefined) {
      this.refused++;
      expect(error instanceof WriteFailures ? error.failures[0]?.error : error).toBeInstanceOf(expected);
      return;
    }
    if (kind === "adopt") {
      this.adopted(noted, error as Thing, place);
      return;
    }
    expect(error instanceof Error ? error : undefined).toBeUndefined();
    if (kind === "delete") {
      this.tables.delete(table);
      noted.seen.delete(table);
      noted.from = [...noted.seen.keys()].at(-1);
      return;
    }
    const { row, seenRow, ...standing } = this.after(noted, kind, table);
    if (row !== undefined) this.tables.set(table, row);
    noted.seen.delete(table);
    noted.seen.set(table, { row: seenRow, client: place.client, ...standing });
    noted.from = table;
  }

  /** What a write must be refused with. */
  refusal({ seen, from }: Noted, kind: string, place: Place) {
    const table = tableOf(place);
    const last = from === undefined ? undefined : seen.get(from);
    if (kind === "adopt") return last?.isPart === true ? InvalidValue : undefined;
    const here = seen.get(table);
    if (here !== undefined) return kind === "put" && here.isPart ? InvalidValue : undefined;
    if (last === undefined) return undefined;
    if (last.client !== place.client) return InvalidOption;
    return kind !== "delete" && last.isPart ? InvalidValue : undefined;
  }

  async send(object: Thing, kind: string, { engine: one }: Place): Promise<unknown> {
    if (kind === "adopt") return one.adopt(object);
    if (kind === "delete") return one.delete(object);
    if (kind === "put") return one.putAll([object]);
    return kind === "save" ? one.save(object) : one.transaction((transaction) => transaction.save(object));
  }

  /** The table after a save or put, and what the object has seen of it then. */
  after({ values, seen, from }: Noted, kind: string, table: string) {
    const here = seen.get(table);
    const origin = here ?? (from === undefined ? undefined : seen.get(from));
    const knows = columns.filter((name) => origin?.knows.includes(name) || name in values);
    const image = defined({ ...origin?.row, ...Object.fromEntries(knows.map((name) => [name, values[name]])) });
    if (kind === "put") return { row: image, seenRow: image, knows: columns, isPart: false };
    const names = here === undefined ? [...new Set([...Object.keys(image), ...knows])] : knows;
    const changed = names.filter((name) => here?.row[name] !== image[name] || !here?.knows.includes(name));
    const before = this.tables.get(table);
    const row = { ...before, ...Object.fromEntries(changed.map((name) => [name, image[name]])) };
    const isNothing = here !== undefined && changed.length === 0;
    return {
      // An unchanged object is not sent, also if its item is gone.
      row: isNothing ? before : defined(row),
      seenRow: defined({ ...here?.row, ...Object.fromEntries(names.map((name) => [name, image[name]])) }),
      knows,
      isPart: here?.isPart ?? false,
    };
  }

  async load(noted: Noted, place: Place): Promise<void> {
    const table = tableOf(place);
    const row = this.tables.get(table);
    const loading = place.engine.load(noted.object);
    if (row === undefined) return expect(loading).rejects.toThrow("Not found");
    await loading;
    for (const name of columns) this.assign({ ...noted, object: {} as Thing }, name, row[name]);
    noted.seen.delete(table);
    noted.seen.set(table, { row, client: place.client, knows: columns, isPart: false });
    noted.from = table;
  }

  adopted({ values, seen, from }: Noted, object: Thing, place: Place): void {
    const origin = from === undefined ? undefined : seen.get(from);
    const knows = columns.filter((name) => origin?.knows.includes(name) || name in values);
    const row = defined({ ...origin?.row, ...Object.fromEntries(knows.map((name) => [name, values[name]])) });
    const copy = new Map(origin && [["nowhere", { row, client: place.client, knows, isPart: false }]]);
    this.objects.push({
      object,
      values: { ...values },
      seen: copy,
      from: origin === undefined ? undefined : "nowhere",
    });
  }

  async check(): Promise<void> {
    for (const { object, values } of this.objects) expect(defined({ ...object })).toEqual({ ...values, id: this.id });
    for (const table of new Set([
      ...engines.filter((one) => one.table !== "tenant").map(tableOf),
      "ledger-one-Thing",
      "ledger-two-Thing",
    ])) {
      const read = new GetItemCommand({ TableName: table, Key: { id: { S: this.id } }, ConsistentRead: true });
      const { Item } = await client.send(read);
      const row = this.tables.get(table);
      const stored = Item && Object.fromEntries(Object.entries(Item).map(([name, { S }]) => [name, S]));
      expect([table, stored]).toEqual([table, row && { ...row, id: this.id }]);
    }
  }

  async clear(): Promise<void> {
    for (const table of this.tables.keys())
      await client.send(new DeleteItemCommand({ TableName: table, Key: { id: { S: this.id } } }));
  }
}

const runs = effort(80, 600);

test(`in ${runs} sequences, every table holds what the ledger says after each step`, async () => {
  let run = 0;
  let [steps, refused] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 24 }), async (program) => {
      const ledger = new Ledger(`run ${run++}`);
      for (const one of program) {
        await ledger.run(one);
        steps++;
      }
      await ledger.check();
      await ledger.clear();
      refused += ledger.refused;
    }),
    { numRuns: runs },
  );
  console.log(`placed: ${run} sequences, ${steps} steps, ${refused} refused`);
  expect(refused).toBeGreaterThan(runs / 10);
}, 300_000);
