/** Pauses between attempts that take no time: for searches with thousands of programs. */

import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers/promises";
import { afterAll, beforeAll } from "vitest";

/** For all tests of a file. The pauses of src/util/async.ts are those of node:timers/promises. */
export function withImmediatePauses(): void {
  const { setTimeout: real } = timers;
  const put = (setTimeout: typeof real) => {
    Object.assign(timers, { setTimeout });
    syncBuiltinESMExports();
  };
  beforeAll(() => put((_, value) => new Promise((done) => setImmediate(() => done(value as never)))));
  afterAll(() => put(real));
}
