/** The calls that are to be made, and who waits for the answers of those under way. */

import type { StreamAnswer, StreamCall } from "../../session/stream-session.js";

export type Outcome = { readonly answer: StreamAnswer } | { readonly error: unknown };

interface Handler<Call extends StreamCall = StreamCall> {
  answer(answer: StreamAnswer<Call>, now: number): void;
  error(error: unknown, now: number): void;
}

export class Calls {
  #asked: StreamCall[] = [];
  readonly #underWay = new Map<StreamCall, Handler<never>>();

  ask<Call extends StreamCall>(call: Call, handler: Handler<Call>): void {
    this.#asked.push(call);
    this.#underWay.set(call, handler);
  }

  /** The calls that were asked for since the last time. */
  take(): readonly StreamCall[] {
    const asked = this.#asked;
    this.#asked = [];
    return asked;
  }

  /** The cast is where a call and its answer, which came in by different doors, meet again. */
  settle(call: StreamCall, outcome: Outcome, now: number): void {
    const handler = this.#underWay.get(call);
    if (handler === undefined) return;
    this.#underWay.delete(call);
    if ("error" in outcome) handler.error(outcome.error, now);
    else handler.answer(outcome.answer as never, now);
  }
}
