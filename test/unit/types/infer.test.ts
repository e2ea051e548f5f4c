import { expectTypeOf, test } from "vitest";
import { boolean } from "../../../src/types/boolean.js";
import type { Dynamic, dynamicMap } from "../../../src/types/dynamic.js";
import type { InputOfShape, LocalOf, Simplify, Values } from "../../../src/types/infer.js";
import { list } from "../../../src/types/list.js";
import { map, type record } from "../../../src/types/map.js";
import { number } from "../../../src/types/number.js";
import { set } from "../../../src/types/set.js";
import { string, uuid } from "../../../src/types/string.js";
import { union } from "../../../src/types/union.js";

test("the local values and the constructor values of a shape", () => {
  const shape = {
    id: uuid()
      .hashKey()
      .default(() => "x"),
    total: number().required(),
    kind: string("sale", "refund"),
    note: string().nullable(),
    tags: set(string()),
    open: boolean().default(true),
  };
  expectTypeOf<Simplify<Values<typeof shape>>>().toEqualTypeOf<{
    id: string;
    total: number;
    kind?: "sale" | "refund" | undefined;
    note?: string | null | undefined;
    tags?: Set<string> | undefined;
    open?: boolean | undefined;
  }>();
  expectTypeOf<Simplify<InputOfShape<typeof shape>>>().toEqualTypeOf<{
    id?: string | undefined;
    total: number;
    kind?: "sale" | "refund" | undefined;
    note?: string | null | undefined;
    tags?: Set<string> | undefined;
    open?: boolean | undefined;
  }>();
});

test("the local values of containers", () => {
  const items = list(map({ name: string().required() }));
  expectTypeOf<LocalOf<typeof items>[number]["name"]>().toEqualTypeOf<string>();
  expectTypeOf<LocalOf<ReturnType<typeof record<bigint, "N", never, unknown>>>>().toEqualTypeOf<{
    [key: string]: bigint;
  }>();
  expectTypeOf<LocalOf<ReturnType<typeof dynamicMap>>>().toEqualTypeOf<{ [key: string]: Dynamic }>();
  const shape = union("kind", { circle: { radius: number().required() }, dot: {} });
  expectTypeOf<LocalOf<typeof shape>["kind"]>().toEqualTypeOf<"circle" | "dot">();
  expectTypeOf<Extract<LocalOf<typeof shape>, { kind: "circle" }>["radius"]>().toEqualTypeOf<number>();
});
