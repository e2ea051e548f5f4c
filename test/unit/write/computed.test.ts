import {
  add,
  Engine,
  InvalidModel,
  InvalidValue,
  type Item,
  integer,
  key,
  map,
  model,
  number,
  string,
  table,
} from "bloop-dynamodb";
import { beforeEach, describe, expect, test } from "vitest";
import type { Attributes } from "../../../src/wire/attribute.js";
import { effort } from "../../support/effort.js";
import { MemoryTable, memoryClient, type Request } from "../../support/memory-dynamodb.js";
import { pick, type Random, seededRandom } from "../../support/random.js";

let calls = 0;
const Customer = model("Customer", {
  id: string().hashKey(),
  email: string(),
  name: string(),
  visits: integer(),
  address: map({ city: string() }),
  lower: string().from(["email"], ({ email }: { email: string }) => email.toLowerCase()),
  label: string().from(
    ["id", "email", "name"],
    ({ id, email, name }: { id: string; email: string; name: string }) => `${id} ${name} <${email}>`,
  ),
  city: string().from(["address"], ({ address }: { address: { city?: string } }) => address.city),
  touched: integer().onWrite(() => ++calls),
});

let memory: MemoryTable;
let engine: Engine;
beforeEach(() => {
  calls = 0;
  memory = new MemoryTable(["id"]);
  engine = new Engine({ dynamodb: memoryClient(memory) as never });
});
const stored = (id = "1") => memory.get({ id: { S: id } }) as Attributes | undefined;
const shown = () => {
  const { lower, label, city, touched } = stored() ?? {};
  return [lower, label, city, touched].map((value) => value && Object.values(value)[0]);
};
const made = () => new Customer({ id: "1", email: "A@B", name: "Ada", address: { city: "Paris" } });

describe("computed columns are set by", () => {
  test("a save of a new object, which then has their values", async () => {
    const customer = made();
    await engine.save(customer);
    expect(shown()).toEqual(["a@b", "1 Ada <A@B>", "Paris", "1"]);
    expect(customer).toMatchObject({ lower: "a@b", label: "1 Ada <A@B>", city: "Paris", touched: 1 });
  });

  test("a save of changes, only those that follow from them", async () => {
    const customer = made();
    await engine.save(customer);
    customer.name = "Eve";
    await engine.save(customer);
    expect(shown()).toEqual(["a@b", "1 Eve <A@B>", "Paris", "2"]);
    customer.address = { city: "Rome" };
    await engine.save(customer);
    Object.assign(customer.address, { city: undefined });
    await engine.save(customer);
    expect(shown()).toEqual(["a@b", "1 Eve <A@B>", undefined, "4"]);
    expect(customer.city).toBeUndefined();
    customer.email = undefined;
    await engine.save(customer);
    expect(shown()).toEqual([undefined, undefined, undefined, "5"]);
  });

  test("update, modify, putAll and transactions", async () => {
    await engine.save(made());
    const updated = await engine.update(Customer, { id: "1" }, { email: "C@D", name: "Bob" });
    expect(updated).toMatchObject({ lower: "c@d", label: "1 Bob <C@D>", touched: 2 });
    await engine.modify(Customer, { id: "1" }, (one) => void Object.assign(one, { email: "E@F" }));
    expect(shown()).toEqual(["e@f", "1 Bob <E@F>", "Paris", "3"]);
    const loaded = await engine.get(Customer, { id: "1" });
    if (loaded === undefined) throw new Error("gone");
    await engine.putAll([loaded]);
    expect(loaded.touched).toBe(4);
    loaded.email = "G@H";
    await engine.transaction((transaction) => transaction.save(loaded));
    expect(shown()).toEqual(["g@h", "1 Bob <G@H>", "Paris", "5"]);
    await engine.transaction((transaction) => transaction.update(Customer, { id: "1" }, { visits: add(1) }));
    expect(shown()[3]).toBe("6");
    await engine.save(loaded, { actions: { visits: add(1) } });
    expect([loaded.visits, loaded.touched]).toEqual([2, 7]);
  });
});

describe("nothing is written or called for their sake", () => {
  test("by a save of an unchanged object, with a condition or sync too", async () => {
    const customer = made();
    await engine.save(customer);
    await engine.save(customer);
    await engine.save(customer, { condition: Customer.id.exists() });
    await engine.save(customer, { sync: "new" });
    await engine.update(Customer, { id: "1" }, {});
    expect([calls, stored()?.["touched"]]).toEqual([1, { N: "1" }]);
    expect(customer.touched).toBe(1);
  });

  test("once for a write, also if it is planned or sent again", async () => {
    const customer = made();
    await engine.save(customer);
    const rival = await engine.get(Customer, { id: "1" });
    customer.name = "N";
    const prepared = engine.transaction().save(customer).prepare();
    Object.assign(rival ?? {}, { email: "X@Y" });
    await engine.save(rival as Item<typeof Customer>);
    await prepared.commit();
    expect(shown()).toEqual(["x@y", "1 N <X@Y>", "Paris", "2"]);
    await prepared.commit();
    expect(calls).toBe(3);
  });
});

test("an assigned value, an action and sources that are not known are refused before a request", async () => {
  const customer = made();
  await engine.save(customer);
  const before = stored();
  customer.touched = 7;
  await expect(engine.save(customer)).rejects.toThrow(InvalidValue);
  await expect(engine.putAll([customer])).rejects.toThrow();
  await expect(engine.update(Customer, { id: "1" }, { touched: add(1) })).rejects.toThrow("it is computed by bloop");
  await expect(engine.update(Customer, { id: "1" }, { email: "E" })).rejects.toThrow(
    'it is computed from the columns "id", "email" and "name", and the column "name" is not known',
  );
  expect(stored()).toEqual(before);
});

test("an update by key is told the columns that it computes from, which are conditions", async () => {
  await engine.save(made());
  await engine.update(Customer, { id: "1" }, { email: "E@F" }, { given: { name: "Ada" } });
  expect(shown().slice(0, 2)).toEqual(["e@f", "1 Ada <E@F>"]);
  const before = stored();
  await expect(engine.update(Customer, { id: "1" }, { email: "G@H" }, { given: { name: "Bob" } })).rejects.toThrow(
    'Customer (id "1"): the column "name" is not as "given" says',
  );
  await expect(
    engine.update(Customer, { id: "1" }, { email: "G@H" }, { given: { visits: 1, name: "Ada" } }),
  ).rejects.toThrow('given names "visits", of which no index key is composed and no column is computed');
  expect(stored()).toEqual(before);
});

test.each(["save", "putAll"])(
  "a copy for another table keeps the time of its write, and is computed from its values: %s",
  async (way) => {
    await engine.save(made());
    const loaded = await engine.get(Customer, { id: "1" });
    if (loaded === undefined) throw new Error("gone");
    const before = stored();
    memory = new MemoryTable(["id"]);
    const other = new Engine({ dynamodb: memoryClient(memory) as never });
    const write = (object: Item<typeof Customer>) => (way === "save" ? other.save(object) : other.putAll([object]));
    await write(other.adopt(loaded));
    expect(stored()).toEqual(before);
    const copy = other.adopt(loaded);
    copy.email = "NEW";
    await write(copy);
    expect(shown()).toEqual(["new", "1 Ada <NEW>", "Paris", "1"]);
    expect(copy.lower).toBe("new");
  },
);

test.each(["save", "putAll"])("a new object's own value gives way to the computed one: %s", async (way) => {
  const customer = new Customer({ id: "1", email: "A", lower: "x", touched: 70 });
  await (way === "save" ? engine.save(customer) : engine.putAll([customer]));
  expect([customer.lower, customer.touched]).toEqual(["a", 1]);
  await engine.save(customer);
  expect(calls).toBe(1);
});

test("an error of the function is the column's, and nothing is written", async () => {
  const Broken = model("Broken", {
    id: string().hashKey(),
    a: string(),
    b: number().from(["a"], ({ a }: { a: string }) => JSON.parse(a) as number),
  });
  await expect(engine.save(new Broken({ id: "1", a: "{" }))).rejects.toThrow("Broken.b");
  await expect(engine.save(new Broken({ id: "1", a: '"x"' }))).rejects.toThrow(InvalidValue);
  expect(memory.items).toEqual([]);
});

test("of two saves of one object at once, each has its own", async () => {
  const customer = made();
  const first = engine.save(customer);
  customer.email = "SECOND";
  await Promise.all([first, engine.save(customer)]);
  expect(shown()).toEqual(["second", "1 Ada <SECOND>", "Paris", "2"]);
  expect([customer.lower, customer.touched]).toEqual(["second", 2]);
  await engine.save(customer);
  expect(calls).toBe(2);
});

test.each<[string, () => unknown, string]>([
  [
    "a source that is no column",
    () => ({ a: string().from(["b"], () => "") }),
    '"a" is computed from "b", which is no',
  ],
  [
    "a required one",
    () => ({
      a: string()
        .required()
        .onWrite(() => ""),
    }),
    "computed and required",
  ],
  [
    "one with a default",
    () => ({
      a: string()
        .default("")
        .onWrite(() => ""),
    }),
    "computed and given a default",
  ],
  [
    "a range key",
    () => ({
      a: string()
        .rangeKey()
        .onWrite(() => ""),
    }),
    "a part of the table's key",
  ],
  [
    "one of a computed one",
    () => ({ a: string().onWrite(() => ""), b: string().from(["a"], () => "") }),
    "computed itself",
  ],
])("the declaration refuses %s", (_, columns, message) => {
  const declare = () => model("Refused", { id: string().hashKey(), ...(columns() as object) });
  expect(declare).toThrow(InvalidModel);
  expect(declare).toThrow(message);
});

const Shop = table("shop", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gsi: { hashKey: "g", projection: "all" } },
});
const User = Shop.model(
  "User",
  {
    id: string(),
    email: string(),
    tier: string(),
    lower: string().from(["email"], ({ email }: { email: string }) => email.toLowerCase()),
    both: string().from(["tier", "email"], ({ email, tier }: { email: string; tier: string }) => email + tier),
  },
  {
    key: { pk: key`USER#${"id"}`, sk: key`USER` },
    indexes: { byEmail: { on: "gsi", g: key`EMAIL#${"lower"}#${"tier"}` } },
  },
);

describe("a key that is composed of a computed column", () => {
  const item = () => memory.items[0] ?? {};
  const textOf = (name: string) => Object.values(item()[name] ?? {})[0] as string | undefined;

  test("goes along with its source", async () => {
    memory = new MemoryTable(["pk", "sk"]);
    engine = new Engine({ dynamodb: memoryClient(memory) as never });
    const user = new User({ id: "1", email: "A@B", tier: "t" });
    await engine.save(user);
    expect(textOf("g")).toBe("EMAIL#a@b#t#");
    user.email = "C@D";
    await engine.save(user);
    expect(textOf("g")).toBe("EMAIL#c@d#t#");
    await expect(engine.update(User, { id: "1" }, { email: "E@F" })).rejects.toThrow('"tier" is not known');
    await engine.update(User, { id: "1" }, { email: "E@F" }, { given: { tier: "t" } });
    expect(textOf("g")).toBe("EMAIL#e@f#t#");
    await engine.update(User, { id: "1" }, { email: "G@H", tier: "u" });
    expect(textOf("g")).toBe("EMAIL#g@h#u#");
  });

  test("and its column are right after any sequence of writes by several writers", async () => {
    const seed = Number(process.env["BLOOP_SEED"] ?? 31);
    const random = seededRandom(seed);
    for (let run = 0; run < effort(40, 2000); run++) {
      memory = new MemoryTable(["pk", "sk"]);
      const check = () => {
        for (const one of memory.items) {
          const [email, lower, tier, both, g] = ["email", "lower", "tier", "both", "g"].map(
            (name) => Object.values(one[name] ?? {})[0],
          );
          const wanted = typeof email === "string" ? email.toLowerCase() : undefined;
          const joined = email === undefined || tier === undefined ? undefined : `${email}${tier}`;
          const index = wanted === undefined || tier === undefined ? undefined : `EMAIL#${wanted}#${tier}#`;
          expect([lower, both, g], `seed ${seed}, run ${run}: ${JSON.stringify(one)}`).toEqual([wanted, joined, index]);
        }
      };
      const client = {
        async send(command: { readonly constructor: { readonly name: string }; readonly input: Request }) {
          for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
          try {
            return memory.answer(command.constructor.name.replace(/Command$/, ""), command.input);
          } finally {
            check();
          }
        },
      };
      await Promise.all(Array.from({ length: 3 }, () => write(new Engine({ dynamodb: client as never }), random)));
    }
  });
});

/** One writer's steps. What it is refused is nothing to the oracle. */
async function write(own: Engine, random: Random): Promise<void> {
  const values = () => ({
    ...(random() < 0.6 && { email: random() < 0.3 ? undefined : pick(random, ["A", "B"]) }),
    ...(random() < 0.4 && { tier: random() < 0.3 ? undefined : pick(random, ["t", "u"]) }),
  });
  let user = new User({ id: "1", ...values() });
  const take = (found: Item<typeof User> | undefined) => {
    user = found ?? user;
  };
  for (let step = 0; step < 8; step++) {
    const { email = "C", tier = "t" } = values();
    const steps = [
      () => own.save(Object.assign(user, values())),
      () => own.save(new User({ id: "1", ...values() })),
      () => own.update(User, { id: "1" }, { email, tier }),
      () => own.update(User, { id: "1" }, { email }, { given: { tier } }),
      () => own.modify(User, { id: "1" }, (one) => void Object.assign(one, values()), { create: () => user }),
      () => own.transaction((transaction) => transaction.save(Object.assign(user, values()))),
      () => own.putAll([new User({ id: "1", ...values() })]),
      () => own.get(User, { id: "1" }).then(take),
    ];
    await pick(random, steps)().catch((error: Error) => {
      if (error.name === "AssertionError" || error instanceof TypeError) throw error;
      if (/expected \[/.test(`${error.message} ${String(error.cause)}`)) throw error;
    });
  }
}

describe("an object whose column is computed from what a rival has changed", () => {
  const Pair = model("Pair", {
    id: string().hashKey(),
    a: string(),
    b: string(),
    count: integer(),
    both: string().from(["a", "b"], ({ a, b }: { a: string; b: string }) => `${a}${b}`),
  });
  let table: MemoryTable;
  let own: Engine;
  beforeEach(() => {
    table = new MemoryTable(["id"]);
    own = new Engine({ dynamodb: memoryClient(table) as never });
  });
  const both = () => (table.get({ id: { S: "1" } }) as { readonly both?: { readonly S: string } } | undefined)?.both?.S;

  test.each([
    ["changed", "2", { sync: "new" }],
    ["removed", undefined, { sync: "new" }],
    ["changed", "2", { sync: "new", once: true }],
    ["removed", undefined, { sync: "new", once: true }],
  ] as const)(
    "has what is stored after a save with sync, and can be saved again: %s, to %s, %o",
    async (_, b, options) => {
      const pair = new Pair({ id: "1", a: "x", b: "1" });
      await own.save(pair);
      await own.modify(Pair, { id: "1" }, (rival) => void Object.assign(rival, { b }));
      pair.a = "y";
      await own.save(pair, options);
      const wanted = b === undefined ? undefined : `y${b}`;
      expect([both(), pair.both, pair.b]).toEqual([wanted, wanted, b]);
      pair.a = "z";
      await own.save(pair);
      expect(both()).toEqual(b === undefined ? undefined : `z${b}`);
    },
  );

  test("has what is stored if a load waits while it is saved", async () => {
    const pair = new Pair({ id: "1", a: "x", b: "1" });
    await own.save(pair);
    await own.update(Pair, { id: "1" }, { b: "2" }, { given: { a: "x" } });
    pair.a = "y";
    const saved = own.save(pair);
    await own.load(pair, { consistent: true });
    await saved;
    expect([both(), pair.both, pair.b]).toEqual(["y2", "y2", "2"]);
    pair.count = 1;
    await own.save(pair);
    expect(both()).toBe("y2");
  });
});
