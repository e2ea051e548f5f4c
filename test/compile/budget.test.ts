/** What a model costs the compiler: instantiations, which are the same on every machine. */

import { beforeAll, expect, test } from "vitest";
import { compile } from "./compiler.js";

const head = `import { Engine, model, string, number, boolean, datetime, uuid, set, list, map, integer } from "bloop-dynamodb";
export const engine = new Engine();
`;

/** 20 columns, 2 indexes, 4 operations. */
const modelText = (name: string) => `
export const ${name} = model("${name}", {
  id: uuid().hashKey(), at: datetime().rangeKey(), a: string(), b: string(), c: string().required(), d: number(),
  e: number().required(), f: boolean().default(false), g: set(string()), h: list(string()),
  i: map({ a: string(), b: number() }), j: string(), k: string(), l: string(), m: integer(), n: integer(),
  o: datetime(), p: string("a", "b"), q: number(), r: string(),
}, { indexes: { byA: { hashKey: "a", projection: "keys" }, byD: { rangeKey: "d", projection: "all" } } });
export const made${name} = new ${name}({ id: "x", at: new Date(), c: "x", e: 1 });
export const saved${name} = engine.save(made${name}, { condition: ${name}.a.eq("x") });
export const got${name} = engine.get(${name}, { id: "x", at: new Date() }).then((found) => found?.c);
export const found${name} = engine.query(${name}.byA, { key: ${name}.a.eq("x") }).first().then((found) => found.id);
`;

async function cost(models: number): Promise<number> {
  const names = Array.from({ length: models }, (_, index) => `Model${index}`);
  const { messages, instantiations } = await compile(`budget-${models}`, head + names.map(modelText).join(""));
  expect(messages).toEqual([]);
  return instantiations;
}

let none: number;
let one: number;

beforeAll(async () => {
  none = await cost(0);
  one = await cost(1);
});

test("the first model costs at most 2,934 instantiations, as before a table could have several kinds", () => {
  expect(one - none).toBeGreaterThan(100);
  expect(one - none).toBeLessThanOrEqual(2934);
});

test("each further model costs at most 1,485, as before", async () => {
  expect(((await cost(50)) - one) / 49).toBeLessThanOrEqual(1485);
});

const kindHead = `${head}import { key, table } from "bloop-dynamodb";
const Shop = table("shop", {
  hashKey: "pk", rangeKey: "sk", kind: "_type",
  indexes: {
    gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk", projection: "all" },
    gsi2: { hashKey: "gsi2pk", rangeKey: "gsi2sk", projection: ["_type"] },
  },
});
`;

/** 20 columns, composed keys, 2 indexes, 4 operations. */
const kindText = (name: string) => `
export const ${name} = Shop.model("${name}", {
  id: uuid(), at: datetime(), a: string(), b: string(), c: string().required(), d: number(),
  e: number().required(), f: boolean().default(false), g: set(string()), h: list(string()),
  i: map({ a: string(), b: number() }), j: string(), k: string(), l: string(), m: integer(), n: integer(),
  o: datetime(), p: string("a", "b"), q: number(), r: string(),
}, {
  key: { pk: key\`${name}#\${"id"}\`, sk: key\`AT#\${"at"}\` },
  indexes: {
    byA: { on: "gsi1", gsi1pk: key\`${name}#\${"a"}\`, gsi1sk: key\`\${"b"}#\${"id"}\` },
    byP: { on: "gsi2", gsi2pk: key\`${name}#\${"p"}\`, gsi2sk: key\`\${"at"}\` },
  },
});
export const made${name} = new ${name}({ id: "x", at: new Date(), c: "x", e: 1 });
export const saved${name} = engine.save(made${name}, { condition: ${name}.a.eq("x") });
export const got${name} = engine.get(${name}, { id: "x", at: new Date() }).then((found) => found?.c);
export const found${name} = engine.query(${name}.byA, { key: ${name}.a.eq("x") }).first().then((found) => found.id);
`;

async function costOfKinds(count: number): Promise<number> {
  const names = Array.from({ length: count }, (_, index) => `Kind${index}`);
  const { messages, instantiations } = await compile(`kinds-${count}`, kindHead + names.map(kindText).join(""));
  expect(messages).toEqual([]);
  return instantiations;
}

test("of 20 kinds of one table, each further one costs at most 2,000", async () => {
  const first = await costOfKinds(1);
  const each = ((await costOfKinds(20)) - first) / 19;
  expect(each).toBeGreaterThan(100);
  expect(each).toBeLessThanOrEqual(2000);
});
