/** Items that other programs have written into a table of several kinds: with parts in their keys alone, or with other ones. */

import { DeleteItemCommand, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import {
  ConstraintViolation,
  InvalidValue,
  integer,
  string,
  TransactionCanceled,
  table,
  template,
} from "bloop-dynamodb";
import { rewriteKeys } from "bloop-dynamodb/rewrite";
import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { live } from "../support/live.js";
import { interruptedEngine } from "../support/rivals.js";

const { client, engine, tableName, sent } = live("adopted");

const Old = table("old", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_t",
  indexes: { gsi: { hashKey: "g", projection: "all" } },
});
const Post = Old.model(
  "Post",
  { user: string(), post: string(), likes: integer(), title: string(), tag: string(), place: string() },
  {
    key: { pk: template`USER#${"user"}`, sk: template`POST#${"post"}` },
    indexes: { byTag: { on: "gsi", g: template`TAG#${"tag"}#${"place"}` } },
  },
);

const put = (Item: Record<string, { S: string } | { N: string }>) =>
  client.send(new PutItemCommand({ TableName: tableName("old"), Item }));
const keyOfPost = (user: string, post: string) => ({ pk: { S: `USER#${user}` }, sk: { S: `POST#${post}` } });
const stored = async (user: string, post: string) => {
  const Key = keyOfPost(user, post);
  return (await client.send(new GetItemCommand({ TableName: tableName("old"), Key, ConsistentRead: true }))).Item;
};

beforeAll(() => engine.bind(Post));
beforeEach(async () => {
  await engine.deleteAll(engine.scan(Post, { consistent: true, onInvalid: "omit" }));
});

describe("an item that has its parts in its keys alone", () => {
  const bare = { ...keyOfPost("ada", "1"), _t: { S: "Post" }, likes: { N: "3" }, title: { S: "1" } };
  const at = { user: "ada", post: "1" };
  beforeEach(async () => {
    await put(bare);
    await engine.save([new Post({ user: "ada", post: "2", likes: 4 }), new Post({ user: "bob", post: "1" })]);
  });
  const namesOf = (posts: readonly { user: string; post: string }[]) => posts.map(({ user, post }) => user + post);

  test("is found by a filter on them, in a scan and a query, counted, and page by page", async () => {
    const ofAda = engine.scan(Post, { filter: Post.user.eq("ada") });
    expect(namesOf(await ofAda.all()).sort()).toEqual(["ada1", "ada2"]);
    expect(await ofAda.count()).toBe(2);
    const key = Post.user.eq("ada");
    const small = engine.query(Post, { key, filter: Post.post.lt("2"), pageSize: 1 });
    expect(namesOf(await small.all())).toEqual(["ada1"]);
    expect(await small.count()).toBe(1);
    expect(namesOf(await engine.query(Post, { key, filter: Post.post.ne("1") }).all())).toEqual(["ada2"]);
    expect(namesOf(await engine.query(Post, { key, filter: Post.post.eq("1").not() }).all())).toEqual(["ada2"]);
    const either = Post.post.eq("2").or(Post.likes.eq(3));
    expect(namesOf(await engine.query(Post, { key, filter: either }).all())).toEqual(["ada1", "ada2"]);
    expect(await engine.query(Post, { key, filter: Post.post.eq("9") }).count()).toBe(0);
  });

  test("is decided by attributes that the projection leaves out", async () => {
    const filter = Post.post.eq("1").and(Post.likes.gt(2)).or(Post.post.eq(Post.title));
    const found = await engine.query(Post, { key: Post.user.eq("ada"), filter, projection: ["tag"] }).all();
    expect(namesOf(found)).toEqual(["ada1"]);
    expect(found[0]).not.toHaveProperty("likes");
  });

  test("is modified, saved atomically, and checked to be unchanged", async () => {
    await engine.modify(Post, at, (post) => void Object.assign(post, { likes: 5 }));
    const post = await engine.get(Post, at);
    if (post === undefined) throw new Error("gone");
    post.likes = 6;
    await engine.save(post, { atomic: true });
    await engine.transaction().check(post, "unchanged").commit();
    expect((await stored("ada", "1"))?.["likes"]).toEqual({ N: "6" });
  });

  test("fulfils conditions on them, and no others", async () => {
    const right = Post.user.eq("ada").and(Post.post.between("0", "2")).and(Post.post.exists());
    await engine.update(Post, at, { likes: 7 }, { condition: right.and(Post.title.eq(Post.post)) });
    await put(bare);
    const wrong = [Post.post.eq("2"), Post.user.notExists(), Post.user.beginsWith("b"), right.not()];
    for (const condition of wrong) {
      await expect(engine.update(Post, at, { likes: 8 }, { condition })).rejects.toThrow(ConstraintViolation);
      await expect(engine.delete(Post, at, { condition })).rejects.toThrow(ConstraintViolation);
      await expect(engine.transaction().check(Post, at, condition).commit()).rejects.toThrow(TransactionCanceled);
    }
    expect(await stored("ada", "1")).toEqual(bare);
    await engine.delete(Post, at, { condition: right });
    const none = engine.update(Post, at, { likes: 8 }, { condition: Post.post.exists() });
    await expect(none).rejects.toThrow(ConstraintViolation);
    await engine.update(Post, at, { likes: 8 }, { condition: Post.post.notExists() });
  });
});

describe("an item whose key and columns disagree", () => {
  const other = { ...keyOfPost("ada", "1"), _t: { S: "Post" }, user: { S: "ada" }, post: { S: "x" } };
  const at = { user: "ada", post: "1" };
  beforeEach(() => put(other));

  test("is not changed by an update by key, alone, once or in a transaction", async () => {
    const lenient = engine.with({ onInvalid: "omit" });
    const alone = lenient.update(Post, at, { likes: 1 });
    await expect(alone).rejects.toThrow('the item\'s key was made of other values than it has in the column "post"');
    await expect(engine.update(Post, at, { likes: 1 }, { once: true })).rejects.toThrow(ConstraintViolation);
    await expect(engine.transaction().update(Post, at, { likes: 1 }).commit()).rejects.toThrow(TransactionCanceled);
    expect(await stored("ada", "1")).toEqual(other);
    await expect(engine.get(Post, at)).rejects.toThrow(InvalidValue);
  });

  test("is put right by the save of a new object, as the message says", async () => {
    await engine.save(new Post({ ...at, likes: 2 }));
    expect(await engine.get(Post, at)).toMatchObject({ ...at, likes: 2 });
    await engine.update(Post, at, { likes: 3 });
  });
});

describe("given", () => {
  const at = { user: "ada", post: "g" };
  const index = async () => (await stored("ada", "g"))?.["g"]?.S;

  test("says of a part that it is not stored, which is a condition", async () => {
    await engine.save(new Post(at));
    await engine.update(Post, at, { tag: "t" }, { given: { place: undefined } });
    expect(await index()).toBeUndefined();
    await engine.update(Post, at, { place: "p" }, { given: { tag: "t" } });
    expect(await index()).toBe("TAG#t#p");
    sent();
    const wrong = engine.update(Post, at, { tag: "u" }, { given: { place: undefined } });
    await expect(wrong).rejects.toThrow(ConstraintViolation);
    await expect(wrong).rejects.toThrow('the column "place" is not as "given" says');
    expect(await index()).toBe("TAG#t#p");
  });
});

test("the save of a changed object whose item is gone says so", async () => {
  const post = new Post({ user: "ada", post: "gone" });
  await engine.save(post);
  await engine.delete(Post, { user: "ada", post: "gone" });
  post.likes = 1;
  await expect(engine.save(post)).rejects.toThrow("it was deleted since the object was loaded or saved");
  expect(await stored("ada", "gone")).toBeUndefined();
});

describe("a view", () => {
  const All = Old.model(
    "All",
    { pk: string().hashKey(), sk: string().rangeKey(), tag: string(), title: string(), note: string() },
    { view: true },
  );
  const at = { pk: "USER#ada", sk: "POST#v" };

  test("writes no part of another model's key, which would leave it stale", async () => {
    await engine.save(new Post({ user: "ada", post: "v", tag: "t", place: "p" }));
    const all = await engine.get(All, at);
    if (all === undefined) throw new Error("gone");
    all.title = "T";
    await engine.save(all);
    all.tag = "u";
    const message = 'a key of Post is composed of "tag", and a view composes no keys';
    await expect(engine.save(all)).rejects.toThrow(message);
    await expect(engine.putAll([all])).rejects.toThrow();
    await expect(engine.update(All, at, { tag: "u" })).rejects.toThrow(message);
    expect(() => engine.transaction().save(all).prepare()).toThrow(message);
    expect(await stored("ada", "v")).toMatchObject({ g: { S: "TAG#t#p" }, tag: { S: "t" }, title: { S: "T" } });
  });
});

describe("keys of an index that are made of parts in the table's key alone", () => {
  const Again = table("old", {
    hashKey: "pk",
    rangeKey: "sk",
    kind: "_t",
    indexes: { gsi: { hashKey: "g", projection: "all" } },
  });
  const Tagged = Again.model(
    "Post",
    {
      user: string(),
      post: string(),
      tag: string(),
      place: string(),
      owner: string().from(["user", "tag"], ({ user, tag }: { user: string; tag: string }) => `${user} ${tag}`),
    },
    {
      key: { pk: template`USER#${"user"}`, sk: template`POST#${"post"}` },
      indexes: { byTag: { on: "gsi", g: template`TAG#${"tag"}#${"place"}#${"user"}` } },
    },
  );
  const { engine: busy, interrupt } = interruptedEngine("adopted");
  const bare = { ...keyOfPost("ada", "1"), _t: { S: "Post" }, tag: { S: "a" }, place: { S: "p" } };
  beforeEach(() => put(bare));

  test("are kept by a save, also if it is planned again", async () => {
    const post = await busy.get(Tagged, { user: "ada", post: "1" });
    if (post === undefined) throw new Error("not found");
    post.tag = "b";
    interrupt(() => put({ ...bare, place: { S: "q" } }));
    await busy.save(post);
    expect(await stored("ada", "1")).toMatchObject({ g: { S: "TAG#b#q#ada" }, owner: { S: "ada b" } });
  });

  test("are made by a move of the item", async () => {
    const post = await engine.get(Tagged, { user: "ada", post: "1" });
    if (post === undefined) throw new Error("not found");
    await engine.move(post, { post: "2" }, { quiet: true });
    expect(await stored("ada", "2")).toMatchObject({ g: { S: "TAG#a#p#ada" }, owner: { S: "ada a" } });
  });

  test("are made anew where they are missing", async () => {
    expect((await rewriteKeys(engine, Tagged)).outcomes.rewritten).toBe(1);
    expect(await stored("ada", "1")).toEqual({ ...bare, g: { S: "TAG#a#p#ada" }, owner: { S: "ada a" } });
  });
});

describe("keys in lower case", () => {
  const Lower = table("old", { hashKey: "pk", rangeKey: "sk", kind: "_t" });
  const User = Lower.model(
    "User",
    { id: string(), name: string() },
    { key: { pk: template`user#${{ column: "id", case: "lower" }}`, sk: template`user` } },
  );
  const id = "01JD8Z7Q3W5XKQ9V2N4M6T8R0A";
  const key = { pk: { S: `user#${id.toLowerCase()}` }, sk: { S: "user" } };
  const raw = async () =>
    (await client.send(new GetItemCommand({ TableName: tableName("old"), Key: key, ConsistentRead: true }))).Item;
  beforeEach(async () => {
    await client.send(new DeleteItemCommand({ TableName: tableName("old"), Key: key }));
    await engine.save(new User({ id, name: "n" }));
  });

  test("take parts in any letters, which are stored and found", async () => {
    expect(await raw()).toEqual({ ...key, _t: { S: "User" }, id: { S: id }, name: { S: "n" } });
    const found = await engine.get(User, { id }, { consistent: true });
    expect(found).toEqual(new User({ id, name: "n" }));
    expect((await engine.query(User, { key: User.id.eq(id), consistent: true }).one()).id).toBe(id);
    await engine.update(User, { id }, { name: "m" });
    await engine.putAll([new User({ id, name: "o" })]);
    expect(await raw()).toMatchObject({ id: { S: id }, name: { S: "o" } });
    await engine.delete(User, { id });
    expect(await raw()).toBeUndefined();
  });

  test("have one item for all letters: a read finds it as it is, and no write of others touches it", async () => {
    const other = { id: id.toLowerCase() };
    expect((await engine.get(User, other, { consistent: true }))?.id).toBe(id);
    const before = await raw();
    const refused = [
      () => engine.save(new User(other)),
      () => engine.save(new User(other), { once: true }),
      () => engine.putAll([new User(other)]),
      () => engine.update(User, other, { name: "o" }),
      () => engine.delete(User, other),
      () => engine.delete(new User(other)),
      () => engine.deleteAll([new User(other)]),
      () => engine.transaction().save(new User(other)).commit(),
      () => engine.transaction().update(User, other, { name: "o" }).commit(),
      () => engine.transaction().delete(User, other).commit(),
      () => engine.transaction().delete(new User(other)).commit(),
      () => engine.transaction().check(User, other, User.name.exists()).commit(),
      () => engine.transaction().check(new User(other), User.name.exists()).commit(),
    ];
    for (const write of refused)
      await expect(write(), String(write)).rejects.toThrow(/in other letters|canceled|1 of 1/);
    await expect(engine.save(new User(other))).rejects.toThrow(ConstraintViolation);
    expect(await raw()).toEqual(before);
  });
});
