/** Writers of items with unique values, in random programs, and what has to be true after each request. */

import {
  ConstraintViolation,
  Engine,
  type Item,
  integer,
  key,
  setIfMissing,
  string,
  TransactionCanceled,
  table,
  UniqueViolation,
} from "bloop-dynamodb";
import type { Attributes } from "../../src/wire/attribute.js";
import type { MemoryTable, Request } from "./memory-dynamodb.js";
import { pick, type Random } from "./random.js";

const People = table("people", { hashKey: "pk", rangeKey: "sk", kind: "_type" });
const User = People.model(
  "User",
  { id: string(), email: string(), team: string(), seat: integer(), note: string() },
  { key: { pk: key`USER#${"id"}`, sk: key`PROFILE` }, unique: ["email", ["team", "seat"]] },
);
type User = Item<typeof User>;

const ids = ["1", "2", "3"] as const;
const emails = ["x", "y"] as const;
const teams = ["a", "b"] as const;

const textOf = (item: Attributes, name: string): string | undefined => {
  const value = item[name];
  if (value === undefined) return undefined;
  return "S" in value ? value.S : "N" in value ? value.N : undefined;
};
const isUser = (item: Attributes) => textOf(item, "_type") === "User";

/** The values of an item that no other one may have. */
function valuesOf(item: Attributes): string[] {
  const [email, team, seat] = ["email", "team", "seat"].map((name) => textOf(item, name));
  return [
    ...(email === undefined ? [] : [`email ${email}`]),
    ...(team === undefined || seat === undefined ? [] : [`team ${team} seat ${seat}`]),
  ];
}

/** By the text of a value: the hash key of the item that its marker names. */
function ownersIn(items: readonly Attributes[]): Map<string, string> {
  const owners = new Map<string, string>();
  for (const item of items) {
    if (isUser(item)) continue;
    const [, , names, ...values] = (textOf(item, "pk") ?? "").split("#");
    const owner = item["bloop_owner"];
    const hash = owner !== undefined && "M" in owner ? textOf(owner.M, "pk") : undefined;
    // A seat is written as an encoded number: "2" is zero, and 31311 is one.
    const text = names === "email" ? `email ${values[0]}` : `team ${values[0]} seat ${values[1] === "2" ? 0 : 1}`;
    owners.set(text, hash ?? "");
  }
  return owners;
}

/** What is wrong with all items, or undefined. */
function wrongOf(items: readonly Attributes[]): string | undefined {
  const owners = ownersIn(items);
  const seen = new Map<string, string>();
  for (const item of items.filter(isUser)) {
    const id = textOf(item, "pk") ?? "";
    for (const value of valuesOf(item)) {
      if (seen.has(value)) return `${id} and ${seen.get(value)} both have ${value}`;
      seen.set(value, id);
      if (owners.get(value) !== id) return `${id} has ${value}, and its marker names ${owners.get(value)}`;
    }
  }
  return undefined;
}

/** Attributes in another order than they were sent in: DynamoDB has none. */
function reordered<T>(value: T): T {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map(reordered) as T;
  const entries = Object.entries(value).map(([name, inner]) => [name, reordered(inner)] as const);
  return Object.fromEntries(entries.reverse()) as T;
}

/** What a request is answered with, or the error. */
function answerOf(memory: MemoryTable, { constructor: { name }, input }: Sent): object {
  try {
    return reordered(memory.answer(name.replace(/Command$/, ""), input));
  } catch (error) {
    const { CancellationReasons: reasons } = error as { CancellationReasons?: unknown };
    throw reasons === undefined ? error : Object.assign(error as Error, { CancellationReasons: reordered(reasons) });
  }
}

interface Sent {
  readonly constructor: { readonly name: string };
  readonly input: Request;
}

interface World {
  readonly memory: MemoryTable;
  readonly random: Random;
  /** The share of requests whose answer is lost. */
  readonly lost: number;
}

/** A client that takes its time, loses answers, and looks at the table after each request. */
function watchedEngine({ memory, random, lost }: World): Engine {
  const done = new Map<string, object>();
  const client = {
    async send(command: Sent): Promise<object> {
      for (let turns = Math.floor(random() * 4); turns > 0; turns--) await new Promise(setImmediate);
      const token = command.input["ClientRequestToken"];
      const known = typeof token === "string" ? done.get(token) : undefined;
      if (known !== undefined) return known;
      const answer = answerOf(memory, command);
      if (typeof token === "string") done.set(token, answer);
      const wrong = wrongOf(memory.items);
      if (wrong !== undefined) throw new Error(`after ${JSON.stringify(command.input)}: ${wrong}`);
      if (random() >= lost) return answer;
      // Half of them are sent again by the SDK, which then gets an answer; of the others nobody knows.
      if (random() < 0.5) return client.send(command);
      throw Object.assign(new Error("socket hang up"), { name: "TimeoutError" });
    },
  };
  return new Engine({ dynamodb: client as never });
}

/** Some columns with values, or without. */
function someValues(random: Random): Partial<Record<"email" | "team" | "seat" | "note", never>> {
  const values: Record<string, unknown> = {};
  const maybe = (name: string, from: readonly unknown[]) => {
    if (random() < 0.5) values[name] = random() < 0.25 ? undefined : pick(random, from);
  };
  maybe("email", emails);
  maybe("team", teams);
  maybe("seat", [0, 1]);
  if (random() < 0.3) values["note"] = pick(random, ["n", "m"]);
  return values as Record<string, never>;
}

function defined<T extends object>(values: T): T {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as T;
}

const steps = [
  ...["save", "save", "change", "change", "change", "load", "update", "update", "action", "modify"],
  ...["delete", "deleteByKey", "swap", "swap", "handOver", "mixed", "expire"],
] as const;

/** One step of a writer. */
async function step(engine: Engine, { memory, random }: World, loaded: Map<string, User>): Promise<void> {
  const [id, other] = [pick(random, ids), pick(random, ids)];
  const made = (one: string = id) => new User({ id: one, ...defined(someValues(random)) });
  const known = (one: string = id) => loaded.get(one) ?? made(one);
  const what = pick(random, steps);
  switch (what) {
    case "save":
      return void (await engine.save(made()));
    case "change": {
      const user = Object.assign(known(), someValues(random));
      loaded.set(id, user);
      return void (await engine.save(user, random() < 0.2 ? { once: true } : random() < 0.2 ? { atomic: true } : {}));
    }
    case "load": {
      const found = await engine.get(User, { id });
      if (found === undefined) loaded.delete(id);
      else loaded.set(id, found);
      return;
    }
    case "update":
      return void (await engine.update(User, { id }, defined(someValues(random))));
    case "action":
      return void (await engine.update(User, { id }, { email: setIfMissing(pick(random, emails)) }));
    case "modify": {
      const change = (user: User) => void Object.assign(user, someValues(random));
      return void (await engine.modify(User, { id }, change, { create: () => made(), attempts: 3 }));
    }
    case "delete":
      return void (await engine.delete(known()));
    case "deleteByKey":
      return void (await engine.delete(User, { id }));
    case "expire":
      return memory.remove({ pk: { S: `USER#${id}#` }, sk: { S: "PROFILE#" } });
    default:
      return together(engine, random, { what, id, other, known, made });
  }
}

interface Pair {
  readonly what: string;
  readonly id: string;
  readonly other: string;
  known(id: string): User;
  made(id: string): User;
}

/** Two items in one transaction. */
async function together(engine: Engine, random: Random, { what, id, other, known, made }: Pair): Promise<void> {
  if (id === other) return;
  const [one, two] = [known(id), known(other)];
  if (what === "swap") {
    [one.email, two.email] = [two.email, one.email];
    return engine.transaction().save([one, two]).commit();
  }
  const values = defined(someValues(random));
  if (what === "handOver") return engine.transaction().delete(User, { id }).save(made(other)).commit();
  const mixed = engine.transaction().save(Object.assign(one, values));
  if (random() < 0.5) mixed.update(User, { id: other }, { note: "t" });
  else mixed.check(User, { id: other }, User.note.notExists().or(User.note.exists()));
  return mixed.commit();
}

const refusals = [ConstraintViolation, TransactionCanceled];

/** Errors that a user has to expect. */
function isExpected(error: unknown): boolean {
  const text = String(error);
  return (
    refusals.some((kind) => error instanceof kind) ||
    /socket hang up|would have the same value|was changed from/.test(text)
  );
}

/** Runs writers side by side, and then asks for every value. Gives how many steps were done and refused. */
export async function runUnique(world: World, { writers, length }: { writers: number; length: number }) {
  const counts = { done: 0, refused: 0, taken: 0 };
  const writer = async () => {
    const engine = watchedEngine(world);
    const loaded = new Map<string, User>();
    for (let count = 0; count < length; count++) {
      try {
        await step(engine, world, loaded);
        counts.done++;
      } catch (error) {
        if (!isExpected(error)) throw error;
        counts.refused++;
        if (error instanceof UniqueViolation) counts.taken++;
      }
    }
  };
  await Promise.all(Array.from({ length: writers }, writer));
  await assertFree(world);
  return counts;
}

/** Each value can be had if nobody has it, and is refused in its owner's name if somebody has. */
async function assertFree(world: World): Promise<void> {
  const engine = watchedEngine({ ...world, lost: 0 });
  const values = [
    ...emails.map((email) => ({ email, text: `email ${email}` })),
    ...teams.flatMap((team) => [0, 1].map((seat) => ({ team, seat, text: `team ${team} seat ${seat}` }))),
  ];
  for (const { text, ...given } of values) {
    const owner = world.memory.items.find((item) => isUser(item) && valuesOf(item).includes(text));
    const error = await engine.save(new User({ id: `new ${text}`, ...given })).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    if (owner === undefined && error !== undefined) throw new Error(`nobody has ${text}, and it is refused: ${error}`);
    if (owner === undefined) continue;
    if (!(error instanceof UniqueViolation)) throw new Error(`${textOf(owner, "id")} has ${text}, and so has another`);
    if ((error.owner as { id?: string }).id !== textOf(owner, "id"))
      throw new Error(`${textOf(owner, "id")} has ${text}, and the error names another: ${error}`);
  }
}
