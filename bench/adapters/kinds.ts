/** One item of a table of several kinds: by a model of a kind, and by a plain model that has its key attributes as columns. */

import { Engine, key, keyOf, model, string, table } from "bloop-dynamodb";
import { type Adapter, clientOf, upTo } from "../support/adapter.js";
import { idOf, owner, queried, tableName, valuesOf } from "../support/item.js";
import { columns, operationsOf } from "./bloop.js";

const all = [...upTo(queried)];

const Kind = table(tableName, { hashKey: "pk", rangeKey: "sk", kind: "_type" }).model(
  "Person",
  { ...columns, owner: string().required(), id: string().required() },
  { key: { pk: key`OWNER#${"owner"}`, sk: key`PERSON#${"id"}` } },
);

const partsOf = (n: number) => ({ owner, id: idOf(n) });
const attributesOf = (n: number) => keyOf(Kind, partsOf(n)) as { pk: string; sk: string };
const shared = {
  from: "bloop-dynamodb",
  extras: { _type: { S: "Person" } },
  keyOf(n: number) {
    const { pk, sk } = attributesOf(n);
    return { pk: { S: pk }, sk: { S: sk } };
  },
};

export const bloopKind: Adapter = {
  ...shared,
  name: "bloop, a kind",
  async open(connection) {
    const engine = new Engine({ dynamodb: clientOf(connection) });
    return operationsOf(engine, {
      getOne: (n) => engine.get(Kind, partsOf(n)),
      getAll: () => engine.getMany(Kind, all.map(partsOf)),
      query: () => engine.query(Kind, { key: Kind.owner.eq(owner) }).all(),
      make: (n) => new Kind(valuesOf(n)),
    });
  },
};

const Plain = model(tableName, {
  ...columns,
  owner: string().required(),
  id: string().required(),
  pk: string().hashKey(),
  sk: string().rangeKey(),
  _type: string(),
});

export const bloopPlain: Adapter = {
  ...shared,
  name: "bloop, a plain model of the same item",
  async open(connection) {
    const engine = new Engine({ dynamodb: clientOf(connection) });
    const { pk } = attributesOf(0);
    return operationsOf(engine, {
      getOne: (n) => engine.get(Plain, attributesOf(n)),
      getAll: () => engine.getMany(Plain, all.map(attributesOf)),
      query: () => engine.query(Plain, { key: Plain.pk.eq(pk) }).all(),
      make: (n) => new Plain({ ...valuesOf(n), ...attributesOf(n), _type: "Person" }),
    });
  },
};
