/** The core as a test steps it: what its reading says, and a record taken, in one word each. */

import { StreamCore } from "../../../src/stream/core.js";
import type { StreamToken } from "../../../src/stream/token.js";
import type { Consumer, Delivery, MakeConsumer } from "./consumer.js";

export class SteppedCore extends StreamCore implements Consumer {
  /** Takes the next record; undefined if there is none now. Acknowledges and throws as pull() does. */
  next(now: number): Delivery | undefined {
    const clock = () => now;
    this.pull();
    this.peek(clock);
    const delivery = this.reading.peek();
    if (delivery !== undefined) this.take(clock);
    return delivery;
  }

  acknowledge(): void {
    this.reading.acknowledge();
  }

  get isReady(): boolean {
    return this.reading.isReady;
  }

  get isEnded(): boolean {
    return this.reading.isEnded;
  }

  get buffered(): { readonly records: number; readonly bytes: number } {
    return this.reading.buffer.content;
  }

  get token(): StreamToken {
    return this.reading.token;
  }
}

export const makeCore: MakeConsumer = (options) => new SteppedCore(options);
