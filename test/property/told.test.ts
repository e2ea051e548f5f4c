import { type Condition, integer, key, keyOf, map, string, table, template } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { conditionNodeOf } from "../../src/expression/condition.js";
import { answeredByKey, localFilter } from "../../src/model/kinds/search/told.js";
import { metaOf } from "../../src/model/registry.js";
import type { Attribute, Item } from "../../src/wire/attribute.js";
import { effort } from "../support/effort.js";
import { evaluate } from "../support/evaluate.js";
import { pick, type Random, seededRandom } from "../support/random.js";

const seed = Number(process.env.BLOOP_SEED ?? 6);

const shape = { a: string(), n: integer(), b: string(), x: string(), y: integer(), m: map({ k: string() }) };
const Told = table("told", { hashKey: "pk", rangeKey: "sk", kind: "_t" });
const Closed = Told.model("Closed", shape, { key: { pk: key`A#${"a"}`, sk: key`B#${"n"}#${"b"}` } });
const Open = Told.model("Open", shape, {
  key: { pk: template`T#${"a"}`, sk: template`U#${{ column: "n", width: 2 }}#${"b"}` },
});

const texts = ["", "p", "q", "pq"];
const numbers = [0, 1, 2];

function randomCondition(random: Random, model: typeof Closed, depth = 2): Condition {
  const inner = () => randomCondition(random, model, depth - 1);
  const isFirst = random() < 0.5;
  const text = pick(random, [model.a, model.b, model.x]);
  const other = text === model.a ? (isFirst ? model.b : model.x) : isFirst ? model.a : model.m.at("k");
  const [number, second] = isFirst ? [model.n, model.y] : [model.y, model.n];
  const value = pick(random, texts);
  const count = pick(random, numbers);
  const all: (() => Condition)[] = [
    () => text.eq(value),
    () => text.ne(value),
    () => text.eq(other as never),
    () => text.ne(other as never),
    () => text.in([value, pick(random, texts)]),
    () => text.in([value, other as never]),
    () => text.between("p", value < "p" ? "q" : value),
    () => text.lt(other as never),
    () => number.between(count, second as never),
    () => number.gt(count),
    () => number.le(second as never),
    () => text.beginsWith(value),
    () => text.contains(value),
    () => model.m.at("k").beginsWith(text as never),
    () => model.m.at("k").contains(text as never),
    () => text.size.gt(count),
    () => text.exists(),
    () => text.notExists(),
    () => number.notExists(),
    () => text.hasType(pick(random, ["S", "N"])),
    () => model.m.at("k").eq(value),
  ];
  if (depth === 0 || random() < 0.3) return pick(random, all)();
  return pick(random, [() => inner().and(inner()), () => inner().or(inner()), () => inner().not()])();
}

function randomItem(random: Random, model: typeof Closed): { whole: Item; key: Item } {
  const values = { a: pick(random, texts), n: pick(random, numbers), b: pick(random, texts) };
  const key = Object.fromEntries(Object.entries(keyOf(model, values)).map(([name, S]) => [name, { S: String(S) }]));
  const rest: Record<string, Attribute> = {};
  if (random() < 0.7) rest["x"] = { S: pick(random, texts) };
  if (random() < 0.7) rest["y"] = { N: String(pick(random, numbers)) };
  if (random() < 0.5) rest["m"] = { M: { k: { S: pick(random, texts) } } };
  return { key, whole: { ...key, ...rest, a: { S: values.a }, n: { N: String(values.n) }, b: { S: values.b } } };
}

/** As another program stores it: some parts are in its keys alone. */
function bared(random: Random, whole: Item): Item {
  const kept = Object.entries(whole).filter(([name]) => !["a", "n", "b"].includes(name) || random() < 0.4);
  return Object.fromEntries(kept);
}

test("conditions of writes and filters of searches hold for an item whether its parts are stored or not", () => {
  const random = seededRandom(seed);
  let [held, refused] = [0, 0];
  for (let run = 0; run < effort(4000, 300_000); run++) {
    const model = pick(random, [Closed, Open as unknown as typeof Closed]);
    const meta = metaOf(model);
    const condition = randomCondition(random, model);
    const node = conditionNodeOf(condition);
    const { key: Key, whole } = randomItem(random, model);
    const item = bared(random, whole);
    const context = () => `seed ${seed}, run ${run}: ${JSON.stringify({ condition: String(condition), whole, item })}`;
    const wanted = evaluate(node, whole);
    const written = answeredByKey(meta, Key, node);
    const local = localFilter(meta, node);
    const outcomes = [
      evaluate(written, item) === wanted,
      evaluate(written, {}) === evaluate(node, {}),
      (local === undefined ? evaluate(node, item) : evaluate(local.sent, item) && local.holds(item)) === wanted,
    ];
    if (outcomes.includes(false)) throw new Error(`${outcomes.join()}: ${context()}`);
    if (wanted) held++;
    else refused++;
  }
  expect(Math.min(held, refused)).toBeGreaterThan(effort(4000, 300_000) / 10);
});
