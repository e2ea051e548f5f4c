/** What the engine loads with its first use. */

import { once } from "../util/async.js";

export const loadBind: () => Promise<typeof import("./bind.js")> = once(() => import("./bind.js"));
