/** The types that `otel` repeats of the channels, since it works with each version of bloop, are parts of the channels' own. */

import type { GapMessage, LagMessage, OperationContext, RequestContext, RetryMessage } from "bloop-dynamodb";
import type { LeaseMessage } from "bloop-dynamodb/group";
import { expectTypeOf, test } from "vitest";
import type * as repeated from "../../../src/otel/contexts.js";

/** A property of one type that another one lacks, or has otherwise. */
type Differing<Own, Repeated> = {
  [K in keyof Repeated]: K extends keyof Own ? (Own[K] extends Repeated[K] ? never : K) : K;
}[keyof Repeated];

test("each property that otel reads is one of the channel, of its type", () => {
  expectTypeOf<Differing<OperationContext, repeated.OperationContext>>().toBeNever();
  expectTypeOf<Differing<RequestContext, repeated.RequestContext>>().toBeNever();
  expectTypeOf<Differing<RetryMessage, repeated.RetryMessage>>().toBeNever();
  expectTypeOf<Differing<GapMessage, repeated.GapMessage>>().toBeNever();
  expectTypeOf<Differing<LagMessage, repeated.LagMessage>>().toBeNever();
  expectTypeOf<Differing<LeaseMessage, repeated.LeaseMessage>>().toBeNever();
});

test("a property of another name or type is found", () => {
  expectTypeOf<Differing<{ a: string; b: number }, { a: string; c: number }>>().toEqualTypeOf<"c">();
  expectTypeOf<Differing<{ a: string; b: number }, { a: string; b: string }>>().toEqualTypeOf<"b">();
});
