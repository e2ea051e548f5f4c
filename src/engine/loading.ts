/** The parts that the engine loads at their first use. */

import { once } from "../util/async.js";

export const loadBind: () => Promise<typeof import("./bind.js")> = once(() => import("./bind.js"));
