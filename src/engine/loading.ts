/**
 * What the engine loads with its first use, each once: `import()` of what is there already takes 5 µs by itself, a tenth
 * of a load.
 */

import { once } from "../util/async.js";

export const loadBind: () => Promise<typeof import("./bind.js")> = once(() => import("./bind.js"));
export const loadLater: () => Promise<typeof import("./later.js")> = once(() => import("./later.js"));
