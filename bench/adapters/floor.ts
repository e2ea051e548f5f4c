/** The floor: a bare POST of the same bytes, and JSON.parse of the answer. Nothing is signed, typed or checked. */

import { Pool } from "undici";
import { type Adapter, type Operations, upTo } from "../support/adapter.js";
import { idOf, owner, plainOf, plainOfAttributes, queried, tableName, transacted, wireOf } from "../support/item.js";
import type { StubHandler } from "../support/stub-handler.js";

export const floor: Adapter = {
  name: "floor",
  from: "undici",
  extras: {},
  open: async ({ handler }) => operations(handler === undefined ? networkPost() : stubPost(handler)),
};

/** The floor, and the least that any mapper does: an object written out by hand for this very item, unchecked. */
export const byHand: Adapter = {
  ...floor,
  name: "floor, objects by hand",
  async open(connection) {
    const bare = await floor.open(connection);
    const readOne = async (reading: Promise<unknown>) => personOf((await reading) as StoredPerson);
    const readAll = async (reading: Promise<readonly unknown[]>) => {
      return (await reading).map((item) => personOf(item as StoredPerson));
    };
    return {
      ...bare,
      get: () => readOne(bare.get()),
      getOne: (n) => readOne(bare.getOne(n)),
      query: () => readAll(bare.query()),
      batchGet: () => readAll(bare.batchGet()),
      plain: (object) => plainOf(object as object),
    };
  },
};

export type Post = (operation: string, body: string) => Promise<unknown>;

const authorization =
  "AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0";

function stubPost(handler: StubHandler): Post {
  return async (operation, body) => {
    const headers = { "content-type": "application/x-amz-json-1.0", "x-amz-target": `DynamoDB_20120810.${operation}` };
    const { response } = await handler.handle({ headers, body });
    return JSON.parse(Buffer.from(response.body.buffer, response.body.byteOffset, response.body.length).toString());
  };
}

export function networkPost(): Post {
  const pool = new Pool(process.env.AWS_ENDPOINT_URL_DYNAMODB ?? "http://127.0.0.1", { connections: 64 });
  return async (operation, body) => {
    const answer = await pool.request({
      path: "/",
      method: "POST",
      headers: {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": `DynamoDB_20120810.${operation}`,
        authorization,
      },
      body,
    });
    return JSON.parse(await answer.body.text());
  };
}

const keyOf = (n: number) => ({ owner: { S: owner }, id: { S: idOf(n) } });

const update = {
  TableName: tableName,
  Key: keyOf(0),
  UpdateExpression: "SET #n = :n, #l = :l, #t = :t",
  ExpressionAttributeNames: { "#n": "name", "#l": "logins", "#t": "total" },
  ExpressionAttributeValues: { ":n": { S: "Ada Lovelace 0" }, ":l": { N: "1000" }, ":t": { N: "0.25" } },
};

const getBody = (n: number) => JSON.stringify({ TableName: tableName, Key: keyOf(n) });

const bodies = {
  get: getBody(0),
  update: JSON.stringify(update),
  batchGet: JSON.stringify({ RequestItems: { [tableName]: { Keys: [...upTo(queried)].map(keyOf) } } }),
  transaction: JSON.stringify({
    TransactItems: [...upTo(transacted)].map((n) => ({ Update: { ...update, Key: keyOf(n) } })),
    ClientRequestToken: "01234567-89ab-cdef-0123-456789abcdef",
  }),
};

interface Answer {
  readonly Item?: object;
  readonly Items?: readonly object[];
  readonly Responses?: { readonly [table: string]: readonly object[] };
  readonly LastEvaluatedKey?: object;
}

function operations(post: Post): Operations {
  const ask = async (operation: string, body: string) => (await post(operation, body)) as Answer;
  return {
    get: async () => (await ask("GetItem", bodies.get)).Item,
    getOne: async (n) => (await ask("GetItem", getBody(n))).Item,
    update: () => ask("UpdateItem", bodies.update),
    query: () => query(ask),
    batchGet: async () => (await ask("BatchGetItem", bodies.batchGet)).Responses?.[tableName] ?? [],
    transaction: () => ask("TransactWriteItems", bodies.transaction),
    put: (n) => ask("PutItem", JSON.stringify({ TableName: tableName, Item: wireOf(n) })),
    plain: (object) => plainOfAttributes(object as object),
  };
}

async function query(ask: (operation: string, body: string) => Promise<Answer>): Promise<readonly unknown[]> {
  const found: unknown[] = [];
  let ExclusiveStartKey: object | undefined;
  do {
    const page = await ask(
      "Query",
      JSON.stringify({
        TableName: tableName,
        KeyConditionExpression: "#o = :o",
        ExpressionAttributeNames: { "#o": "owner" },
        ExpressionAttributeValues: { ":o": { S: owner } },
        ExclusiveStartKey,
      }),
    );
    for (const item of page.Items ?? []) found.push(item);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return found;
}

type StoredPerson = { readonly [name in TextName]: { readonly S: string } } & {
  readonly [name in NumberName]: { readonly N: string };
} & { readonly [name in "active" | "verified"]: { readonly BOOL: boolean } } & {
  readonly createdAt: { readonly S: string };
  readonly tags: { readonly SS: readonly string[] };
  readonly history: { readonly L: readonly { readonly N: string }[] };
  readonly address: { readonly M: { readonly [name in AddressName]: { readonly S: string } } };
  readonly avatar: { readonly B: string };
};
type TextName = "owner" | "id" | "email" | "name" | "kind" | "note";
type NumberName = "age" | "total" | "logins" | "score";
type AddressName = "street" | "city" | "zip" | "country";

function personOf(item: StoredPerson): object {
  const { M: address } = item.address;
  return {
    owner: item.owner.S,
    id: item.id.S,
    email: item.email.S,
    name: item.name.S,
    kind: item.kind.S,
    note: item.note.S,
    age: Number(item.age.N),
    total: Number(item.total.N),
    logins: Number(item.logins.N),
    score: Number(item.score.N),
    active: item.active.BOOL,
    verified: item.verified.BOOL,
    createdAt: new Date(item.createdAt.S),
    tags: new Set(item.tags.SS),
    history: item.history.L.map(({ N }) => Number(N)),
    address: { street: address.street.S, city: address.city.S, zip: address.zip.S, country: address.country.S },
    avatar: new Uint8Array(Buffer.from(item.avatar.B, "base64")),
  };
}
