/**
 * Where one operation of one library spends its CPU, by function:
 * `node bench/.build/support/profile.js bloop query`, after `npm run bench` has compiled it.
 */

import { type Profiler, Session } from "node:inspector/promises";
import { adapters } from "./adapters.js";
import { answersFor } from "./answers.js";
import { measure } from "./measure.js";
import { useStubEnvironment } from "./rounds.js";
import { makeStubHandler } from "./stub-handler.js";
import type { Task } from "./worker.js";

const [, , key = "bloop", name = "get"] = process.argv;

useStubEnvironment();
const adapter = await adapters[key]?.();
if (adapter === undefined)
  throw new Error(`There is no adapter ${key}. There are: ${Object.keys(adapters).join(", ")}.`);
const operations = await adapter.open({ handler: makeStubHandler(answersFor(adapter)) });
const operation = operations[name as Task["operation"]];
if (operation === undefined)
  throw new Error(`There is no operation ${name}. There are: ${Object.keys(operations).join(", ")}.`);

let n = 1;
const once = () => operation(n++);
await measure(once, 3000, 1);
const session = new Session();
session.connect();
await session.post("Profiler.enable");
await session.post("Profiler.setSamplingInterval", { interval: 200 });
await session.post("Profiler.start");
const { cpu } = await measure(once, 3000, 1);
const { profile } = await session.post("Profiler.stop");
console.log(`${adapter.name}, ${name}: ${cpu.toFixed(1)} µs of CPU\n`);
for (const [place, share] of sharesOf(profile).slice(0, 25))
  console.log(`${(share * 100).toFixed(1).padStart(5)} %  ${place}`);
process.exit();

/** Parts of the samples by function itself, the largest first; without the calibration. */
function sharesOf({ nodes, samples = [] }: Profiler.Profile): [string, number][] {
  const places = new Map(
    nodes.map(({ id, callFrame: { functionName, url, lineNumber } }) => {
      const file = url.split("/node_modules/").at(-1)?.split("/bench/.build/").at(-1) ?? "";
      return [id, `${functionName || "(anonymous)"} ${file}${file === "" ? "" : `:${lineNumber + 1}`}`];
    }),
  );
  const counts = new Map<string, number>();
  for (const id of samples) {
    const place = places.get(id) ?? "";
    if (/^(?:calibrate|\(idle\)|\(program\))/.test(place)) continue;
    counts.set(place, (counts.get(place) ?? 0) + 1);
  }
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  return [...counts].map(([place, count]): [string, number] => [place, count / total]).sort(([, a], [, b]) => b - a);
}
