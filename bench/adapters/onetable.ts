/** OneTable. */

import { Table } from "dynamodb-onetable";
import { type Adapter, clientOf, type Operations, upTo } from "../support/adapter.js";
import { changedOf, idOf, owner, plainOf, queried, tableName, transacted, valuesOf } from "../support/item.js";

export const onetable: Adapter = {
  name: "OneTable",
  from: "dynamodb-onetable",
  extras: { _type: { S: "Person" } },
  open: async (connection) => operations(clientOf(connection)),
};

const schema = {
  version: "0.0.1",
  format: "onetable:1.1.0",
  indexes: { primary: { hash: "owner", sort: "id" } },
  models: {
    Person: {
      owner: { type: String, required: true },
      id: { type: String, required: true },
      email: { type: String },
      name: { type: String },
      kind: { type: String },
      note: { type: String },
      age: { type: Number },
      total: { type: Number },
      logins: { type: Number },
      score: { type: Number },
      active: { type: Boolean },
      verified: { type: Boolean },
      createdAt: { type: Date },
      tags: { type: Set },
      history: { type: Array },
      address: {
        type: Object,
        schema: {
          street: { type: String },
          city: { type: String },
          zip: { type: String },
          country: { type: String },
        },
      },
      avatar: { type: ArrayBuffer },
    },
  },
  params: { isoDates: true, timestamps: false },
} as const;

const keyOf = (n: number) => ({ owner, id: idOf(n) });

function operations(client: ReturnType<typeof clientOf>): Operations {
  const table = new Table({ client, name: tableName, schema, partial: false });
  const person = table.getModel("Person");
  const getOne = (n: number) => person.get(keyOf(n), { hidden: true });
  const changing = { exists: null, return: "none" } as const;
  return {
    get: () => getOne(0),
    getOne,
    update: (n) => person.update({ ...keyOf(0), ...changedOf(n) }, changing),
    query: () => person.find({ owner }, { hidden: true }),
    async batchGet() {
      const batch = {};
      for (const n of upTo(queried)) await person.get(keyOf(n), { batch });
      return table.batchGet(batch, { parse: true, hidden: true });
    },
    async transaction(n) {
      const transaction = {};
      for (const at of upTo(transacted)) {
        await person.update({ ...keyOf(at), ...changedOf(n) }, { ...changing, transaction });
      }
      await table.transact("write", transaction);
    },
    put(n) {
      const values = valuesOf(n);
      // Its types ask for an ArrayBuffer where its code takes bytes.
      const avatar = Buffer.from(values.avatar) as unknown as ArrayBuffer;
      return person.create({ ...values, avatar }, { exists: null });
    },
    plain: (object) => plainOf(object as object),
  };
}
