/**
 * Operations on one object that are called at once, in all orders of being applied and answered: the object, changes()
 * and the item agree in the end, and are what a model of single operations makes of them.
 */

import { type DynamoDBClient, GetItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import { add, addTo, changes, Engine, integer, map, model, set, string } from "bloop-dynamodb";
import fc from "fast-check";
import { expect } from "vitest";
import { type Held, holdingClient, quiet, slowed } from "./held-client.js";
import { assigned, byPut, Model, type Operation, operations } from "./overlap.js";

const columns = {
  id: string().hashKey(),
  a: integer(),
  b: integer(),
  n: integer(),
  r: integer(),
  s: set(string()),
  m: map({ k: integer(), l: integer() }),
};
const Plain = model("Plain", columns);
const Versioned = model("Versioned", { ...columns, version: integer().version() });
type Thing = InstanceType<typeof Plain>;

type Client = Pick<DynamoDBClient, "send">;

/** Where programs run: a client of the SDK's kind, and an engine whose requests a program holds. */
export interface Place {
  readonly client: Client;
  readonly engine: Engine;
}

const prefix = "overlap";
const tableName = (name: string) => `${prefix}-${name}`;

/** An engine over a client, and the item that some programs load beside their own. `isBound`: its tables are there. */
export async function makePlace(client: Client, isBound = false): Promise<Place> {
  const engine = new Engine({ dynamodb: holdingClient(client), tableName: `${prefix}-{tableName}` });
  if (!isBound) await engine.bind([Plain, Versioned]);
  await engine.save(new Plain({ id: "other", a: 1 }));
  return { client, engine };
}

/** What happens to what is on its way: an index into what is held, time and again. */
type Order = readonly number[];

interface Cell {
  readonly cell: string;
  readonly value: number;
}

interface Step {
  readonly assign: readonly Cell[];
  readonly operation: Operation;
}

export interface Program {
  readonly isVersioned: boolean;
  readonly steps: readonly Step[];
  /** What is assigned when all operations are called. */
  readonly after: Step["assign"];
  readonly order: Order;
}

let made = 0;

export async function run({ client, engine }: Place, { isVersioned, steps, after, order }: Program): Promise<void> {
  const held: Held[] = [];
  const slow = slowed(engine, held);
  const Chosen: typeof Plain = isVersioned ? (Versioned as never) : Plain;
  const id = `${made++}`;
  const first = new Chosen({ id, a: 0, b: 0, n: 0, s: new Set(["x", "y"]), m: { k: 0, l: 0 } });
  await engine.save(first);
  const object = await engine.get(Chosen, { id }, { consistent: true });
  if (object === undefined) throw new Error("gone");
  const loaded = cellsOf(object);
  await rival(client, Chosen.name, id);
  const expected = new Model(new Map([...loaded, ["b", 100], ["r", 1], ["s:r", true]]), loaded);

  const calls: Promise<unknown>[] = [];
  const commits: (() => Promise<unknown>)[] = [];
  for (const [index, { assign, operation }] of steps.entries()) {
    for (const { cell, value } of assign) assignCell(object, cell, value, expected);
    calls.push(call(slow, object, operation, commits));
    expected.run(
      operation,
      steps.slice(index + 1).map((step) => step.operation),
    );
  }
  for (const { cell, value } of after) assignCell(object, cell, value, expected);
  const committed = commits.map((commit) => commit());
  expected.commit(steps.length > 2);
  const outcomes = await letThrough(held, Promise.allSettled([...calls, ...committed]), order);

  const failed = steps.map(({ operation }, index) => {
    const own = operation === "prepared" ? calls.length + prepared(steps, index) : index;
    return outcomes[own]?.status === "rejected";
  });
  expect(failed).toEqual(expected.failed);
  const item = await stored(client, Chosen.name, id);
  const versions = [item?.get("version"), cellsOf(object).get("version")].map(Number);
  const expectedVersions = [expected.item?.get("version"), expected.object.get("version")].map(Number);
  expect(versions[0] === versions[1]).toBe(expectedVersions[0] === expectedVersions[1]);
  expect(item && comparable(item)).toEqual(expected.item && comparable(expected.item));
  const shown = cellsOf(object);
  const sent = new Map(item ?? []);
  for (const cell of changed(object)) {
    const value = shown.get(cell);
    if (value === undefined) sent.delete(cell);
    else sent.set(cell, value);
  }
  for (const cell of expected.free) {
    expect([cell, sent.get(cell)]).toEqual([cell, shown.get(cell)]);
    for (const one of [shown, expected.object]) one.delete(cell);
  }
  expect(comparable(shown)).toEqual(comparable(expected.object));
  const open = (all: Iterable<string>) => [...all].filter((cell) => !expected.free.has(cell)).sort();
  expect(open(changed(object))).toEqual(open(expected.changes().keys()));
}

/** Of the versions that putAll() gives, nothing is to be compared but with one another. */
function comparable(cells: ReadonlyMap<string, unknown>): Map<string, unknown> {
  return new Map(
    [...cells].map(([cell, value]) => [cell, cell === "version" && Number(value) > byPut ? "by put" : value]),
  );
}

/** Which of the prepared transactions a step is. */
function prepared(steps: readonly Step[], index: number): number {
  return steps.slice(0, index).filter(({ operation }) => operation === "prepared").length;
}

async function call(slow: Engine, object: Thing, operation: Operation, commits: (() => Promise<unknown>)[]) {
  switch (operation) {
    case "save":
      return slow.save(object);
    case "saveMany":
      return slow.save([object, new Plain({ id: `other ${made++}`, a: 1 })]);
    case "sync":
      return slow.save(object, { sync: "new" });
    case "add":
      return slow.save(object, { actions: { n: add(1) } });
    case "addTo":
      return slow.save(object, { actions: { s: addTo("z") } });
    case "once":
      return slow.save(object, { once: true });
    case "onceSync":
      return slow.save(object, { once: true, sync: "new" });
    case "load":
      return slow.load(object, { consistent: true });
    case "loadMany":
      return slow.load([object, new Plain({ id: "other" })], { consistent: true });
    case "loadTogether":
      return slow.readTransaction().load(object).commit();
    case "delete":
      return slow.delete(object);
    case "transaction":
      return slow.transaction((transaction) => transaction.save(object));
    case "deleteByTransaction":
      return slow.transaction((transaction) => transaction.delete(object));
    case "prepared": {
      const transaction = slow.transaction().save(object).prepare();
      commits.push(() => transaction.commit());
      return;
    }
    case "putAll":
      return slow.putAll([object]);
    case "deleteAll":
      return slow.deleteAll([object]);
  }
}

/** Changes a cell of an object, in fact: to a number of its own, or to nothing; an element of a set comes or goes. */
function assignCell(object: Thing, cell: string, value: number, expected: Model): void {
  const [column, inner] = cell.split(":");
  if (column === "s" && inner !== undefined) {
    object.s ??= new Set();
    const isThere = object.s.delete(inner);
    if (!isThere) object.s.add(inner);
    expected.assign(cell, isThere ? undefined : true);
    return;
  }
  object.m ??= {};
  const holder = (inner === undefined ? object : object.m) as Record<string, unknown>;
  const name = inner ?? cell;
  const next = value % 4 === 0 && holder[name] !== undefined ? undefined : 1000 + made++;
  // On an object that is new, undefined asks for a removal, and a deletion leaves no trace.
  if (next === undefined) delete holder[name];
  else holder[name] = next;
  expected.assign(cell, next);
}

function cellsOf(object: object): Map<string, unknown> {
  const { id: _, ...values } = object as Record<string, unknown>;
  const found = new Map<string, unknown>();
  for (const [column, value] of Object.entries(values)) {
    if (value instanceof Set) for (const element of value) found.set(`${column}:${element}`, true);
    else if (typeof value === "object" && value !== null)
      for (const [key, one] of Object.entries(value)) if (one !== undefined) found.set(`${column}:${key}`, one);
    if (typeof value === "number") found.set(column, value);
  }
  return found;
}

/** The cells that changes() shows. */
function changed(object: Thing): Set<string> {
  const all = changes(object).flatMap(({ path, before, after }) => {
    const [name, inner] = path;
    if (name === "id") return [];
    const [old, now] = [before, after].map((value) => cellsOf({ [String(inner ?? name)]: value }));
    const names = [...new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])];
    return names
      .filter((one) => old?.get(one) !== now?.get(one))
      .map((one) => (inner === undefined ? one : `${String(name)}:${one}`));
  });
  return new Set(all);
}

async function stored(client: Client, table: string, id: string): Promise<Map<string, unknown> | undefined> {
  const request = { TableName: tableName(table), Key: { id: { S: id } }, ConsistentRead: true };
  const { Item } = await client.send(new GetItemCommand(request));
  if (Item === undefined) return undefined;
  const found = new Map<string, unknown>();
  for (const [name, value] of Object.entries(Item)) {
    if (value.N !== undefined) found.set(name, Number(value.N));
    for (const element of value.SS ?? []) found.set(`${name}:${element}`, true);
    for (const [key, inner] of Object.entries(value.M ?? {})) found.set(`${name}:${key}`, Number(inner.N));
  }
  return found;
}

async function rival(client: Client, table: string, id: string): Promise<void> {
  await client.send(
    new UpdateItemCommand({
      TableName: tableName(table),
      Key: { id: { S: id } },
      UpdateExpression: "SET #b = :b, #r = :r ADD #s :s",
      ExpressionAttributeNames: { "#b": "b", "#r": "r", "#s": "s" },
      ExpressionAttributeValues: { ":b": { N: "100" }, ":r": { N: "1" }, ":s": { SS: ["r"] } },
    }),
  );
}

/** Lets requests and answers go one by one, in an order, until all calls have ended. */
async function letThrough<Result>(held: readonly Held[], calls: Promise<Result>, order: Order): Promise<Result> {
  let isDone = false;
  const done = calls.finally(() => {
    isDone = true;
  });
  await quiet();
  for (let step = 0; !isDone; step++) {
    const one: Held | undefined = held[(order[step % order.length] ?? 0) % Math.max(1, held.length)];
    if (one === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
    else await one.release();
  }
  return done;
}

/** Each cell once: what comes and goes between two calls leaves no trace. */
const assignments = (most: number) =>
  fc.uniqueArray(fc.record({ cell: fc.constantFrom(...assigned), value: fc.nat(99) }), {
    maxLength: most,
    selector: ({ cell }) => cell,
  });
const orders = fc.array(fc.nat(5), { minLength: 1, maxLength: 12 });
export const programs = (length: number): fc.Arbitrary<Program> =>
  fc.record({
    isVersioned: fc.boolean(),
    steps: fc.array(fc.record({ assign: assignments(3), operation: fc.constantFrom(...operations) }), {
      minLength: length,
      maxLength: length,
    }),
    after: assignments(2),
    order: orders,
  });

const [scalar, element, inside] = ["a", "s:x", "m:k"].map((cell) => ({ cell, value: 1 })) as [Cell, Cell, Cell];

/** Two operations in the four orders of being applied and answered, with and without assignments between them. */
export function programsOf(one: Operation, two: Operation): Program[] {
  return [[0], [1], [0, 1], [1, 0]].flatMap((order, index): Program[] => {
    const isVersioned = index % 2 === 0;
    const steps: Step[] = [
      { assign: [scalar, element], operation: one },
      { assign: [inside, scalar], operation: two },
    ];
    const bare = steps.map(({ operation }) => ({ assign: [], operation }));
    return [
      { isVersioned, steps, after: [{ cell: "b", value: 1 }], order },
      { isVersioned: !isVersioned, steps: bare, after: [scalar], order },
    ];
  });
}

export const pairs = operations.flatMap((one) => operations.map((two) => [one, two] as const));
