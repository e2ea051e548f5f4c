import { Engine, InvalidModel, InvalidValue, integer, model, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { type RecordingClient, recordingClient } from "../../support/recording-client.js";

const Account = model("Account", {
  id: string().hashKey(),
  name: string(),
  email: string(),
  logins: integer().default(0),
});

const stored = { id: { S: "1" }, name: { S: "Ada" }, email: { S: "ada@example.org" }, logins: { N: "1" } };
function setUp(): { client: RecordingClient; engine: Engine } {
  const client = recordingClient(({ name }) => (name === "GetItem" ? { Item: stored } : undefined));
  return { client, engine: new Engine({ dynamodb: client }) };
}

async function got<T>(promise: Promise<T | undefined>): Promise<T> {
  const value = await promise;
  if (value === undefined) throw new Error("gone");
  return value;
}

describe("a column that a class declares as a field (D16)", () => {
  test("is refused when an object is made, with the way to write it", () => {
    class Employee extends Account {
      // @ts-expect-error: a field of a subclass that has no value
      override email: string;
    }
    expect(() => new Employee({ id: "1", email: "ada@example.org" })).toThrow(InvalidModel);
    expect(() => new Employee({ id: "1", email: "ada@example.org" })).toThrow(
      'Employee extends the model Account and declares the column "email" as a field: JavaScript sets a field after the model\'s constructor, over the value that was given. The model\'s type has the column already; to narrow it, write "declare email: ...".',
    );
  });

  test("is refused also with a value of its own, by a class further up, and for a column that was not given", () => {
    class Fixed extends Account {
      override email = "none@example.org";
    }
    class Above extends Fixed {}
    expect(() => new Fixed({ id: "1", email: "ada@example.org" })).toThrow(InvalidModel);
    expect(() => new Above({ id: "1" })).toThrow(InvalidModel);
  });

  test("can be narrowed by declare, and assigned in the constructor", async () => {
    class Employee extends Account {
      declare email: `${string}@example.org`;
      constructor(name: string) {
        super({ id: "2", name });
        this.email = `${name}@example.org`;
      }
    }
    const { client, engine } = setUp();
    for (const name of ["ada", "bob", "carol", "dan", "eve"]) await engine.save(new Employee(name));
    expect(client.sent.map(({ input }) => input["ExpressionAttributeValues"])).toContainEqual({
      ":0": { S: "eve" },
      ":1": { S: "eve@example.org" },
      ":2": { N: "0" },
    });
    expect(client.sent).toHaveLength(5);
  });

  test("is found by the second object too if the first one's constructor throws before the field", () => {
    let count = 0;
    class Late extends Account {
      first = ((): number => {
        if (count++ === 0) throw new Error("not yet");
        return count;
      })();
      override email = "none@example.org";
    }
    expect(() => new Late({ id: "1" })).toThrow("not yet");
    expect(() => new Late({ id: "1" })).toThrow(InvalidModel);
  });
});

describe("an accessor or method with the name of a column (D15)", () => {
  class Hiding extends Account {
    override get name(): string {
      return "hidden";
    }
    override set name(_: string) {}
  }
  class Below extends Hiding {}
  const Calling = class extends Account {};
  Object.defineProperty(Calling.prototype, "email", { value: () => "called" });

  test.each([
    ["get", (engine: Engine) => engine.get(Hiding, { id: "1" }), "name"],
    ["query", async (engine: Engine) => engine.query(Hiding, { key: Hiding.id.eq("1") }).all(), "name"],
    ["update", (engine: Engine) => engine.update(Hiding, { id: "1" }, { logins: 1 }), "name"],
    ["a class that extends such a class", (engine: Engine) => engine.get(Below, { id: "1" }), "name"],
    ["new", async () => new Hiding({ id: "1", name: "Ada" }), "name"],
    ["a method", async () => new Calling({ id: "1", email: "e" }), "email"],
  ] as const)(
    "is refused with the first use of the class: %s",
    async (_, use: (engine: Engine) => Promise<unknown>, column) => {
      const { client, engine } = setUp();
      const error: unknown = await (async () => use(engine))().catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(InvalidModel);
      expect(String(error)).toContain(`"${column}", which is a column`);
      expect(client.sent).toEqual([]);
    },
  );

  test("on the object itself works: its column is read and assigned as any other", async () => {
    const { client, engine } = setUp();
    const account = await got(engine.get(Account, { id: "1" }));
    let email = account.email;
    const enumerable = true;
    Object.defineProperty(account, "email", {
      get: () => email,
      set: (text) => {
        email = text;
      },
      enumerable,
      configurable: true,
    });
    account.email = "new@example.org";
    await engine.save(account);
    expect(client.sent.at(-1)?.input["ExpressionAttributeValues"]).toEqual({ ":0": { S: "new@example.org" } });
    await engine.load(account);
    expect(email).toBe("ada@example.org");
  });

  test("of another name works, on objects of every origin", async () => {
    class Person extends Account {
      get label(): string {
        return `${this.email}!`;
      }
      set label(text: string) {
        this.email = text;
      }
    }
    const { client, engine } = setUp();
    const person = await got(engine.get(Person, { id: "1" }));
    expect(person.label).toBe("ada@example.org!");
    person.label = "bob@example.org";
    await engine.save(person);
    expect(client.sent.at(-1)?.input["ExpressionAttributeValues"]).toEqual({ ":0": { S: "bob@example.org" } });
    expect(new Person({ id: "2", email: "x" }).label).toBe("x!");
  });
});

describe("properties of a subclass that are no columns (D14)", () => {
  const marked = Symbol("marked");
  class Row extends Account {
    static readonly transient = ["cached"];
    declare cached?: string;
    selected = false;
    readonly greet = () => `Hello ${this.id}`;
    [marked] = true;
    readonly #secret = "s";
    get secret() {
      return this.#secret;
    }
  }

  test("fields that the constructor makes, private ones and those under symbols stay, and are not stored", async () => {
    const { client, engine } = setUp();
    for (let count = 0; count < 5; count++) {
      const row = new Row({ id: "1" });
      row.selected = true;
      await engine.save(row);
      expect([row.selected, row.greet(), row.secret, row[marked]]).toEqual([true, "Hello 1", "s", true]);
    }
    expect(client.sent.map(({ input }) => input["ExpressionAttributeNames"])).toEqual(
      Array.from({ length: 5 }, () => ({ "#0": "logins" })),
    );
  });

  test("those listed as transient stay on loaded objects too", async () => {
    class Fresh extends Account {
      static readonly transient = ["cached"];
      declare cached?: string;
    }
    class Fresher extends Fresh {
      static override readonly transient = ["other"];
      declare other?: number;
    }
    const { client, engine } = setUp();
    const fresh = await got(engine.get(Fresher, { id: "1" }));
    fresh.cached = "yes";
    fresh.other = 1;
    fresh.logins = 7;
    await engine.save(fresh);
    expect(client.sent.at(-1)?.input["ExpressionAttributeValues"]).toEqual({ ":0": { N: "7" } });
    expect(fresh.cached).toBe("yes");
  });

  test("any other is an error, on objects that were made and loaded", async () => {
    const { engine } = setUp();
    const made = Object.assign(new Row({ id: "1" }), { selectd: true });
    await expect(engine.save(made)).rejects.toThrow('Account (id "1") has no column "selectd".');
    const loaded = Object.assign(await got(engine.get(Row, { id: "1" })), { emial: "x" });
    await expect(engine.save(loaded)).rejects.toThrow(
      new InvalidValue('Account (id "1") has no column "emial"; did you mean "email"?', {
        model: "Account",
        path: ["emial"],
      }),
    );
  });

  test.each([
    [["email"], 'Listing extends the model Account and lists "email" as transient, which is a column and is stored.'],
    [
      "cached",
      'Listing extends the model Account and has a static "transient" that is "cached", not an array of property names.',
    ],
    [
      [1],
      'Listing extends the model Account and has a static "transient" that is [1], not an array of property names.',
    ],
  ])("a list that can't be is refused: %j", (transient, message) => {
    class Listing extends Account {
      static readonly transient = transient;
    }
    expect(() => new Listing({ id: "1" })).toThrow(message);
  });

  test("an object that was watched while it was made is as any other", async () => {
    const { engine } = setUp();
    class Plain extends Account {}
    const [first, ...others] = Array.from({ length: 5 }, () => new Plain({ id: "1", name: "Ada" }));
    expect(first).toBeInstanceOf(Plain);
    for (const other of others) {
      expect(Object.getOwnPropertyDescriptors(first)).toEqual(Object.getOwnPropertyDescriptors(other));
      expect({ ...first }).toEqual({ ...other });
    }
    if (first === undefined) throw new Error("none");
    await engine.save(first);
    first.name = undefined;
    delete first.email;
    Object.defineProperty(first, "name", { value: "Bob", writable: true, enumerable: true, configurable: true });
    await engine.load(first);
    expect(first).toEqual(await engine.get(Plain, { id: "1" }));
  });
});
