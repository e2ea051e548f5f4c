/** What is made with bloop can be exported from a library: each inferred type has a public name. */

import { expect, test } from "vitest";
import { compile } from "./compiler.js";

const text = `import * as bloop from "bloop-dynamodb";
import { add, addTo, always, and, Engine, ifNotExists, merge, model, or, set } from "bloop-dynamodb";
import { binary, boolean, dynamicMap, integer, list, map, number, record, string, union } from "bloop-dynamodb";
export const Receipt = model("Receipt", {
  store: string().hashKey(), total: number().rangeKey(), count: number(), version: integer().version(), paid: boolean(), code: binary(),
  tags: set(string()), lines: list(map({ price: number() })), place: map({ city: string() }), notes: record(string()),
  any: dynamicMap(), item: union("kind", { book: { isbn: string() }, food: { kcal: number() } }),
}, { indexes: { byPaid: { hashKey: "store", rangeKey: "code", projection: ["paid"] } }, stream: { include: ["new", "old"] } });
export const { store, total, paid, code, tags, lines, place, notes, any, item, byPaid } = Receipt;
export const size = tags.size;
export const equal = store.eq("x");
export const range = total.between(1, 2);
export const key = equal.and(range);
export const conditions = [equal.or(range), key.not(), always(), and(equal, range), or(equal, range), ifNotExists(Receipt),
  size.gt(3), paid.exists(), code.beginsWith(new Uint8Array()), tags.contains("x"), item.hasType("M"), total.in([1])];
export const element = lines.at(0);
export const price = element.at("price");
export const city = place.at("city");
export const actions = { count: add(1), tags: addTo("x"), place: merge<{ city: string }>({ city: "Oslo" }) };
export const engine = new Engine();
export const receipt = new Receipt({ store: "x", total: 1 });
export const search = engine.query(Receipt, { key });
export const indexSearch = engine.query(byPaid, { key: equal, projection: ["paid"] });
export const scan = engine.scan(Receipt);
export const stream = engine.stream(Receipt, "latest");
export const transaction = engine.transaction();
export const prepared = transaction.prepare();
export const reading = engine.readTransaction().get(Receipt, { store: "x", total: 1 });
export const get = () => engine.get(Receipt, { store: "x", total: 1 });
export const save = () => engine.save(receipt, { returning: "old" });
export const update = () => engine.update(Receipt, { store: "x", total: 1 }, actions);
export const metadata = bloop.metadataOf(Receipt);
export class Mine extends Receipt {}
`;

test("models, conditions, searches and actions can be exported where declarations are emitted", async () => {
  const { messages } = await compile("declarations", text);
  const lines = text.split("\n");
  expect(messages.map((message) => `${lines[message.line - 1]}: ${message.text}`)).toEqual([]);
});
