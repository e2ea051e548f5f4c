/** The consumer as it is: StreamCore. */

import { StreamCore } from "../../../src/stream/core.js";
import type { MakeConsumer } from "./consumer.js";

export const makeCore: MakeConsumer = (options) => new StreamCore(options);
