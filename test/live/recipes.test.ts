/** The recipes of the manual, each run and its effect looked at. */

import { once } from "node:events";
import type { AddressInfo } from "node:net";
import {
  ConstraintViolation,
  type Item,
  makeCursors,
  model,
  type SearchToken,
  type StreamToken,
  string,
} from "bloop-dynamodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { count, countSpread, Page, Shard, total } from "../../examples/recipes/counter.js";
import { Article, makeServer as makeEditingServer, statusOf } from "../../examples/recipes/editing.js";
import { Balance, Handled, handle } from "../../examples/recipes/idempotent-consumer.js";
import { acquire, Lock, release, renew } from "../../examples/recipes/lock.js";
import { backfill, Person } from "../../examples/recipes/migration.js";
import { Event, Order, pay, relay } from "../../examples/recipes/outbox.js";
import { Invoice, makeServer } from "../../examples/recipes/paging.js";
import { Note, notesOf, restore, softDelete } from "../../examples/recipes/soft-delete.js";
import { Project, Projects } from "../../examples/recipes/tenants.js";
import { find, keepAlive, Session, secondsFromNow } from "../../examples/recipes/time-to-live.js";
import { changeEmail, register, TakenEmail, User } from "../../examples/recipes/unique-value.js";
import { live } from "../support/live.js";

const { engine } = live("recipes");

beforeAll(() =>
  engine.bind([
    ...[Page, Shard, Balance, Handled, Lock, Person, Order, Event],
    ...[Article, Invoice, Note, Project, Session, TakenEmail, User],
  ]),
);

/** What many do at the same time. */
function together<T>(times: number, run: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: times }, (_, index) => run(index)));
}

describe("unique value", () => {
  test("of many who register an email at the same time, one has it", async () => {
    const outcomes = await together(8, (id) => register(engine, new User({ id: `u${id}`, email: "ada@example.org" })));
    expect(outcomes.filter((isFree) => isFree)).toHaveLength(1);
    expect(await engine.scan(User, { consistent: true }).count()).toBe(1);
    expect(await engine.scan(TakenEmail, { consistent: true }).count()).toBe(1);
  });

  test("an email that is given up is free again, and one that is taken changes nothing", async () => {
    await register(engine, new User({ id: "bob", email: "bob@example.org" }));
    expect(await changeEmail(engine, "bob", "ada@example.org")).toBe(false);
    expect((await engine.get(User, { id: "bob" }))?.email).toBe("bob@example.org");
    expect(await changeEmail(engine, "bob", "robert@example.org")).toBe(true);
    expect(await register(engine, new User({ id: "new", email: "bob@example.org" }))).toBe(true);
    expect((await engine.get(User, { id: "bob" }))?.email).toBe("robert@example.org");
  });
});

describe("counter", () => {
  test("counts each call once, and tells each caller another number", async () => {
    const numbers = await together(20, () => count(engine, "/"));
    expect(numbers).toHaveLength(20);
    expect((await engine.get(Page, { path: "/" }, { consistent: true }))?.views).toBe(20);
  });

  test("spread over shards, it comes to the same sum", async () => {
    await together(40, () => countSpread(engine, "likes"));
    expect(await total(engine, "likes")).toBe(40);
    expect(await total(engine, "nothing")).toBe(0);
  });
});

describe("lock", () => {
  test("one holder at a time, and a fence that grows", async () => {
    const [first, ...others] = (await together(8, () => acquire(engine, "job", 60_000))).filter(
      (one) => one !== undefined,
    );
    if (first === undefined) throw new Error("one has it");
    expect(others).toEqual([]);
    expect(await renew(engine, first, 60_000)).toBe(true);
    expect(await release(engine, first)).toBe(true);
    expect(await release(engine, first)).toBe(false);
    const second = await acquire(engine, "job", 60_000);
    expect(second?.fence).toBeGreaterThan(first.fence);
    expect(await renew(engine, first, 60_000)).toBe(false);
  });

  test("a lease that is over can be taken, and its holder finds that out", async () => {
    const slept = await acquire(engine, "short", -1);
    if (slept === undefined) throw new Error("it was free");
    expect(await renew(engine, slept, 60_000)).toBe(false);
    expect(await acquire(engine, "short", 60_000)).toBeDefined();
    expect(await release(engine, slept)).toBe(false);
  });
});

test("soft delete: gone, back again, and to be purged by DynamoDB", async () => {
  await engine.save(["1", "2"].map((id) => new Note({ user: "ada", id, text: `note ${id}` })));
  await softDelete(engine, "ada", "1");
  expect((await notesOf(engine, "ada").all()).map(({ id }) => id)).toEqual(["2"]);
  const deleted = await engine.get(Note, { user: "ada", id: "1" });
  expect(deleted?.text).toBe("note 1");
  expect(deleted?.purgeAt?.getTime()).toBeGreaterThan(Date.now() + 29 * 86_400_000);
  await expect(softDelete(engine, "ada", "1")).rejects.toThrow(ConstraintViolation);
  await expect(softDelete(engine, "ada", "none")).rejects.toThrow(ConstraintViolation);
  await restore(engine, "ada", "1");
  expect((await notesOf(engine, "ada").all()).map(({ id }) => id)).toEqual(["1", "2"]);
  expect((await engine.get(Note, { user: "ada", id: "1" }))?.purgeAt).toBeUndefined();
});

test("idempotent consumer: a message that comes many times, also at once, is handled once", async () => {
  const payment = { messageId: "m1", account: "ada", cents: 500 };
  const outcomes = await together(6, () => handle(engine, payment));
  expect(outcomes.filter((isDone) => isDone)).toHaveLength(1);
  expect(await handle(engine, payment)).toBe(false);
  expect(await handle(engine, { ...payment, messageId: "m2" })).toBe(true);
  expect((await engine.get(Balance, { account: "ada" }, { consistent: true }))?.cents).toBe(1000);
});

test("outbox: each order that is paid is told once, in order, over restarts; one that is not is not told", async () => {
  const orders = ["1", "2", "3"].map((id) => new Order({ id, status: "open" }));
  await engine.save(orders);
  for (const order of orders) await pay(engine, order);
  const again = new Order({ id: "1" });
  await expect(pay(engine, again)).rejects.toThrow();
  const told: unknown[] = [];
  let token: StreamToken | undefined;
  /** Runs until one event is published, as a process that ends after each of them. */
  const runOnce = async () => {
    const stop = new AbortController();
    const published = told.length + 1;
    const publish = async ({ payload }: Item<typeof Event>) => void told.push(payload);
    const keep = async (kept: StreamToken) => {
      token = kept;
      if (told.length === published) stop.abort();
    };
    await relay(engine, { token, publish, keep, signal: stop.signal }).catch((error) => {
      if (!stop.signal.aborted) throw error;
    });
  };
  for (const _ of orders) await runOnce();
  const ids = told.map((payload) => Object(payload).order);
  expect(ids.toSorted()).toEqual(["1", "2", "3"]);
  expect(await engine.scan(Event, { consistent: true }).count()).toBe(0);
}, 60_000);

describe("edits over HTTP", () => {
  const server = makeEditingServer(engine);
  beforeAll(async () => {
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => void server.close());

  const fetchArticle = (id: string, init: RequestInit = {}) =>
    fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/articles/${id}`, init);
  const put = (id: string, version: string | undefined, body: object | string) =>
    fetchArticle(id, {
      method: "PUT",
      headers: version === undefined ? {} : { "if-match": version },
      body: typeof body === "string" ? body : JSON.stringify(body),
    });

  test("of several who edit one version, one has it, and the others learn that they were late", async () => {
    await engine.save(new Article({ id: "a", title: "first", body: "text" }));
    const etag = (await fetchArticle("a")).headers.get("etag") ?? "";
    expect(etag).toBe('"1"');
    const edits = await together(5, (writer) => put("a", etag, { title: `by ${writer}` }));
    expect(edits.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412]);
    const [done] = edits.filter(({ status }) => status === 200);
    expect(done?.headers.get("etag")).toBe('"2"');
    const stored = await (await fetchArticle("a")).json();
    expect(stored).toEqual(await done?.json());
  });

  test.each([
    ["without a version", "a", undefined, { title: "x" }, 428],
    ["of a version that is no number", "a", '"x"', { title: "x" }, 428],
    ["of an article that is not there", "none", '"1"', { title: "x" }, 412],
    ["that is no JSON", "a", '"2"', "{", 400],
    ["with a value of another type", "a", '"2"', { title: 5 }, 400],
    ["with a column that is no one's to edit", "a", '"2"', { title: "x", version: 9 }, 400],
  ])("a PUT %s is refused", async (_, id, version, body, status) => {
    expect((await put(id, version, body)).status).toBe(status);
  });

  test("a conflict has the same status in a transaction, and another condition has another one", async () => {
    await engine.save(new Article({ id: "b", title: "first" }));
    const key = { id: "b" };
    const statusAfter = (run: Promise<unknown>) => run.then(() => 200, statusOf);
    const [stale, other] = [Article.version.eq(7), Article.title.eq("second")];
    const update = (condition: typeof stale | typeof other) =>
      engine.update(Article, key, { body: "x" }, { condition });
    const transact = (condition: typeof stale | typeof other) =>
      engine.transaction((all) => all.update(Article, key, { body: "x" }, { condition }));
    expect(await Promise.all([update(stale), transact(stale)].map(statusAfter))).toEqual([412, 412]);
    expect(await Promise.all([update(other), transact(other)].map(statusAfter))).toEqual([409, 409]);
    expect((await engine.get(Article, key))?.body).toBeUndefined();
  });
});

describe("paging over HTTP", () => {
  const server = makeServer(engine, makeCursors(crypto.getRandomValues(new Uint8Array(32))));
  beforeAll(async () => {
    await engine.putAll(Array.from({ length: 45 }, (_, n) => new Invoice({ customer: "ada", number: n, total: n })));
    await engine.putAll([new Invoice({ customer: "bob", number: 1, total: 1 })]);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
  });
  afterAll(() => void server.close());

  const get = (customer: string, after?: string) => {
    const { port } = server.address() as AddressInfo;
    const query = after === undefined ? "" : `?after=${encodeURIComponent(after)}`;
    return fetch(`http://127.0.0.1:${port}/customers/${customer}/invoices${query}`);
  };
  const page = async (customer: string, after?: string) =>
    (await (await get(customer, after)).json()) as { items: { number: number }[]; next?: string };

  test("gives all pages, each object once, and ends", async () => {
    const numbers: number[] = [];
    let next: string | undefined;
    do {
      const found = await page("ada", next);
      expect(found.items.length).toBeLessThanOrEqual(20);
      numbers.push(...found.items.map(({ number }) => number));
      next = found.next;
    } while (next !== undefined);
    expect(numbers).toEqual(Array.from({ length: 45 }, (_, n) => 44 - n));
  });

  test("a cursor of somebody else, or one that was changed, is the client's fault", async () => {
    const { next = "" } = await page("ada");
    expect((await get("bob", next)).status).toBe(400);
    expect((await get("ada", `${next.slice(0, -2)}AA`)).status).toBe(400);
    expect((await get("ada", next)).status).toBe(200);
  });
});

test("migration: a backfill that is stopped goes on, and leaves alone what was written meanwhile", async () => {
  const Old = model("Person", { id: string().hashKey(), fullName: string() });
  await engine.putAll(Array.from({ length: 12 }, (_, n) => new Old({ id: `p${n}`, fullName: `Given${n} Family` })));
  await engine.save(new Person({ id: "new", given: "Grace", family: "Hopper" }));
  let token: SearchToken | undefined;
  let kept = 0;
  const stop = new AbortController();
  const keep = async (at: SearchToken | undefined) => {
    token = at;
    kept += 1;
    if (kept === 5) stop.abort();
  };
  await expect(backfill(engine, { keep, signal: stop.signal })).rejects.toThrow();
  await engine.update(Person, { id: "p11" }, { given: "Written", family: "Meanwhile" });
  await backfill(engine, token === undefined ? { keep } : { token, keep });
  const all = await engine.scan(Person, { consistent: true }).all();
  expect(all).toHaveLength(13);
  for (const { id, shown, fullName, given } of all) {
    if (id === "new") expect(shown).toBe("Grace Hopper");
    else if (id === "p11") expect(given === "Written" || given === "Given11").toBe(true);
    else expect([fullName, shown]).toEqual([undefined, `Given${id.slice(1)} Family`]);
  }
});

test("tenants: none sees the projects of another one", async () => {
  const [ada, bob] = [new Projects(engine, "ada"), new Projects(engine, "bob")];
  await ada.add({ id: "1", status: "active", title: "hers" });
  await bob.add({ id: "1", status: "active", title: "his" });
  await bob.add({ id: "2", status: "done", title: "done" });
  expect((await ada.get("1"))?.title).toBe("hers");
  expect(await ada.get("2")).toBeUndefined();
  expect((await bob.active().all()).map(({ title }) => title)).toEqual(["his"]);
});

test("time to live: what has ended is not found and can't be kept alive, though it is still stored", async () => {
  await engine.save([
    new Session({ token: "over", user: "ada", expires: secondsFromNow(-10) }),
    new Session({ token: "valid", user: "ada", expires: secondsFromNow(60) }),
  ]);
  expect(await find(engine, "over")).toBeUndefined();
  expect(await find(engine, "none")).toBeUndefined();
  expect(await keepAlive(engine, "over", 3600)).toBe(false);
  expect(await keepAlive(engine, "none", 3600)).toBe(false);
  expect(await keepAlive(engine, "valid", 3600)).toBe(true);
  expect((await find(engine, "valid"))?.expires.getTime()).toBeGreaterThan(Date.now() + 3000_000);
});
