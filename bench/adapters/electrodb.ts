/** ElectroDB. It has no dates; those stay text. */

import { Entity, Service } from "electrodb";
import { type Adapter, clientOf, type Operations, upTo } from "../support/adapter.js";
import { changedOf, idOf, owner, plainOf, queried, tableName, transacted, valuesOf } from "../support/item.js";

export const electrodb: Adapter = {
  name: "ElectroDB",
  from: "electrodb",
  extras: { __edb_e__: { S: "person" }, __edb_v__: { S: "1" } },
  open: async (connection) => operations(clientOf(connection)),
};

const schema = {
  model: { entity: "person", version: "1", service: "bench" },
  attributes: {
    owner: { type: "string", required: true },
    id: { type: "string", required: true },
    email: { type: "string" },
    name: { type: "string" },
    kind: { type: "string" },
    note: { type: "string" },
    age: { type: "number" },
    total: { type: "number" },
    logins: { type: "number" },
    score: { type: "number" },
    active: { type: "boolean" },
    verified: { type: "boolean" },
    createdAt: { type: "string" },
    tags: { type: "set", items: "string" },
    history: { type: "list", items: { type: "number" } },
    address: {
      type: "map",
      properties: {
        street: { type: "string" },
        city: { type: "string" },
        zip: { type: "string" },
        country: { type: "string" },
      },
    },
    avatar: { type: "any" },
  },
  indexes: {
    primary: { pk: { field: "owner", composite: ["owner"] }, sk: { field: "id", composite: ["id"] } },
  },
} as const;

const keyOf = (n: number) => ({ owner, id: idOf(n) });

function operations(client: ReturnType<typeof clientOf>): Operations {
  const person = new Entity(schema, { client, table: tableName });
  const service = new Service({ person }, { client, table: tableName });
  const getOne = async (n: number) => (await person.get(keyOf(n)).go()).data;
  return {
    get: () => getOne(0),
    getOne,
    update: (n) => person.update(keyOf(0)).set(changedOf(n)).go({ response: "none" }),
    query: async () => (await person.query.primary({ owner }).go({ pages: "all" })).data,
    batchGet: async () => (await person.get([...upTo(queried)].map(keyOf)).go()).data,
    transaction: (n) =>
      service.transaction
        .write(({ person }) => [...upTo(transacted)].map((at) => person.update(keyOf(at)).set(changedOf(n)).commit()))
        .go(),
    put(n) {
      const values = valuesOf(n);
      return person.put({ ...values, createdAt: values.createdAt.toISOString(), tags: [...values.tags] }).go();
    },
    plain: (object) => plainOf(object as object),
  };
}
