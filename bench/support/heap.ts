/** A process that loads objects, keeps them, and says what the heap holds for each. */

import { adapters } from "./adapters.js";
import { answersFor } from "./answers.js";
import { queried, type Wire } from "./item.js";
import { makeStubHandler } from "./stub-handler.js";

const [, , key = "", times = "0"] = process.argv;

/** What is held after a collection, with what is held outside of the heap for it. */
function held(): number {
  for (let at = 0; at < 4; at++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

type Item = { readonly [name: string]: Wire };

/** The item's values as a user's object has them, made from the parsed item: they share its strings. */
function valuesOf(item: Item): object {
  return Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, localOf(name, attribute)]));
}

function localOf(name: string, attribute: Wire): unknown {
  const [[tag, value] = []] = Object.entries(attribute);
  if (name === "createdAt") return new Date(String(value));
  if (tag === "N") return Number(value);
  if (tag === "B") return new Uint8Array(Buffer.from(String(value), "base64"));
  if (tag === "SS") return new Set(value as string[]);
  if (tag === "L") return (value as Wire[]).map((one) => localOf("", one));
  if (tag === "M") return valuesOf(value as Item);
  return value;
}

async function source(): Promise<() => Promise<readonly unknown[]>> {
  const adapter = await adapters[key === "values" ? "floor" : key]?.();
  if (adapter === undefined) throw new Error(`There is no adapter ${key}.`);
  const operations = await adapter.open({ handler: makeStubHandler(answersFor(adapter)) });
  if (key !== "values") return () => operations.query();
  return async () => (await operations.query()).map((item) => ({ item, values: valuesOf(item as Item) }));
}

const load = await source();
// What is made once, such as compiled code, is made before anything counts.
for (let at = 0; at < 3; at++) await load();
const before = held();
const kept: (readonly unknown[])[] = [];
for (let at = 0; at < Number(times); at++) kept.push(await load());
const bytes = (held() - before) / (kept.length * queried);
process.send?.({ bytes, kept: kept.length });
process.exit();
