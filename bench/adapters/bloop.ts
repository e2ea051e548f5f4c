/** bloop on both of its roads: as it comes, and through the SDK's middleware on a tuned client. */

import {
  binary,
  boolean,
  datetime,
  Engine,
  type EngineOptions,
  InvalidOption,
  type Item,
  list,
  map,
  model,
  number,
  set,
  string,
} from "bloop-dynamodb";
import { type Adapter, clientOf, type Operations, upTo } from "../support/adapter.js";
import { changedOf, idOf, owner, plainOf, queried, tableName, transacted, valuesOf } from "../support/item.js";
import { tuning } from "./bare.js";

/** Of the item that all libraries read and write. */
export const columns = {
  owner: string().hashKey(),
  id: string().rangeKey(),
  email: string(),
  name: string(),
  kind: string(),
  note: string(),
  age: number(),
  total: number(),
  logins: number(),
  score: number(),
  active: boolean(),
  verified: boolean(),
  createdAt: datetime(),
  tags: set(string()),
  history: list(number()),
  address: map({ street: string(), city: string(), zip: string(), country: string() }),
  avatar: binary(),
};
export const Person = model(tableName, columns);

export const bloop: Adapter = {
  name: "bloop",
  from: "bloop-dynamodb",
  extras: {},
  // Without options where there is a network: as a user makes it.
  open: async ({ handler }) =>
    operations(handler === undefined ? new Engine() : new Engine({ dynamodb: clientOf({ handler }) })),
};

export const bloopOnSdk: Adapter = {
  name: "bloop, standard road",
  from: "bloop-dynamodb",
  extras: {},
  open: async (connection) => operations(standardRoad({ dynamodb: clientOf(connection, tuning) })),
};

/** An engine that takes the SDK's road; where bloop has no other road, there is no such option. */
export function standardRoad(options: EngineOptions): Engine {
  const asked: EngineOptions & { readonly road: string } = { ...options, road: "sdk" };
  try {
    return new Engine(asked);
  } catch (error) {
    if (error instanceof InvalidOption) return new Engine(options);
    throw error;
  }
}

const keyOf = (n: number) => ({ owner, id: idOf(n) });
const all = [...upTo(queried)];

function operations(engine: Engine): Operations {
  return operationsOf(engine, {
    getOne: (n) => engine.get(Person, keyOf(n)),
    getAll: () => engine.getMany(Person, all.map(keyOf)),
    query: () => engine.query(Person, { key: Person.owner.eq(owner) }).all(),
    make: (n) => new Person(valuesOf(n)),
  });
}

/** The operations that name a model. */
export interface Subject<T extends object> {
  getOne(n: number): Promise<T | undefined>;
  getAll(): Promise<readonly (T | undefined)[]>;
  query(): Promise<readonly T[]>;
  make(n: number): T;
}

export function operationsOf<T extends Item<typeof Person>>(engine: Engine, subject: Subject<T>): Operations {
  const loaded: T[] = [];
  const objects = async () => {
    if (loaded.length > 0) return loaded;
    // The prepared answer has as many items as a query finds, and bloop refuses one that it did not ask for.
    for (const object of (await subject.getAll()).slice(0, transacted)) if (object !== undefined) loaded.push(object);
    return loaded;
  };
  return {
    get: () => subject.getOne(0),
    getOne: (n) => subject.getOne(n),
    async update(n) {
      const [object] = loaded.length > 0 ? loaded : await objects();
      if (object !== undefined) await engine.save(Object.assign(object, changedOf(n)));
    },
    query: () => subject.query(),
    batchGet: () => subject.getAll(),
    async transaction(n) {
      const changed = await objects();
      await engine.transaction((transaction) => {
        for (const object of changed) transaction.save(Object.assign(object, changedOf(n)));
      });
    },
    put: (n) => engine.save(subject.make(n)),
    plain: (object) => plainOf(object as object),
  };
}
