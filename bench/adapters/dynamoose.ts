/** Dynamoose. */

import dynamoose from "dynamoose";
import { type Adapter, fullClientOf, type Operations, upTo } from "../support/adapter.js";
import { changedOf, idOf, owner, plainOf, queried, tableName, transacted, valuesOf } from "../support/item.js";

export const dynamooseAdapter: Adapter = {
  name: "Dynamoose",
  from: "dynamoose",
  extras: {},
  async open(connection) {
    dynamoose.aws.ddb.set(fullClientOf(connection));
    return operations();
  },
};

const schema = new dynamoose.Schema({
  owner: { type: String, hashKey: true },
  id: { type: String, rangeKey: true },
  email: String,
  name: String,
  kind: String,
  note: String,
  age: Number,
  total: Number,
  logins: Number,
  score: Number,
  active: Boolean,
  verified: Boolean,
  createdAt: { type: { value: Date, settings: { storage: "iso" } } },
  tags: { type: Set, schema: [String] },
  history: { type: Array, schema: [Number] },
  address: { type: Object, schema: { street: String, city: String, zip: String, country: String } },
  avatar: Buffer,
});

const keyOf = (n: number) => ({ owner, id: idOf(n) });

function operations(): Operations {
  const Person = dynamoose.model(tableName, schema);
  new dynamoose.Table(tableName, [Person], { create: false, waitForActive: false, update: false });
  const getOne = (n: number) => Person.get(keyOf(n));
  return {
    get: () => getOne(0),
    getOne,
    update: (n) => Person.update(keyOf(0), { $SET: changedOf(n) }),
    query: async () => [...(await Person.query("owner").eq(owner).all().exec())],
    batchGet: async () => [...(await Person.batchGet([...upTo(queried)].map(keyOf)))],
    transaction: (n) =>
      dynamoose.transaction(
        [...upTo(transacted)].map((at) => Person.transaction.update(keyOf(at), { $SET: changedOf(n) })),
      ),
    put: (n) => Person.create({ ...valuesOf(n), avatar: Buffer.from(valuesOf(n).avatar) }, { overwrite: true }),
    plain: (object) => plainOf(object as object),
  };
}
