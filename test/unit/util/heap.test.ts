import fc from "fast-check";
import { expect, test } from "vitest";
import { Heap } from "../../../src/util/heap.js";

interface Element {
  value: number;
}
const isLess = (left: Element, right: Element) => left.value < right.value;

test("gives the least, whatever is added, removed or made greater", () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant("add" as const), value: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ kind: fc.constant("removeLeast" as const), value: fc.constant(0) }),
    fc.record({ kind: fc.constant("raise" as const), value: fc.integer({ min: 0, max: 50 }) }),
    fc.record({ kind: fc.constant("remove" as const), value: fc.nat(100) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const heap = new Heap(isLess);
      const inside: Element[] = [];
      const forget = (element: Element | undefined): void => {
        if (element !== undefined) inside.splice(inside.indexOf(element), 1);
      };
      for (const { kind, value } of steps) {
        const { least } = heap;
        if (kind === "add") {
          const element = { value };
          inside.push(element);
          heap.add(element);
        } else if (kind === "removeLeast") {
          forget(least);
          heap.removeLeast();
        } else if (kind === "raise" && least !== undefined) {
          least.value += value;
          heap.settleLeast();
        } else if (kind === "remove" && inside.length > 0) {
          const element = inside[value % inside.length] ?? { value };
          heap.remove(element);
          forget(element);
        }
        expect(heap.size).toBe(inside.length);
        expect(heap.least?.value).toBe(inside.map((element) => element.value).sort((a, b) => a - b)[0]);
      }
      heap.remove({ value: 1 });
      expect(heap.size).toBe(inside.length);
    }),
  );
});
