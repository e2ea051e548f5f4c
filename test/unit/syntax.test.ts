/** The syntax tree sees every function: it is what the architecture test counts. */

import { expect, test } from "vitest";
import { functionsOf } from "../support/syntax.js";

const shapes = (text: string) =>
  functionsOf(text).map(({ name, line, lines, parameters, nesting }) => [name, line, lines, parameters, nesting]);

test.each([
  ["a declaration", "function f(a, b) {}", ["f", 1, 1, 2, 0]],
  ["a generator", "async function* f() {\n}", ["f", 1, 2, 0, 0]],
  ["an exported declaration", "export function f() {}", ["f", 1, 1, 0, 0]],
  [
    "a signature of several lines",
    "function f(\n  a: string,\n  b?: number,\n  ...c: string[]\n) {\n}",
    ["f", 1, 6, 3, 0],
  ],
  ["an arrow", "const f = (a, b) => a + b;", ["f", 1, 1, 2, 0]],
  ["an arrow of one parameter", "const f = async a => {\n};", ["f", 1, 2, 1, 0]],
  ["an arrow that is an argument", "run((a, b, c, d, e) => {\n});", ["(unnamed)", 1, 2, 5, 0]],
  ["a function's expression", "run(function f(a) {});", ["f", 1, 1, 1, 0]],
  ["a method", "class A {\n  async f(a) {\n  }\n}", ["f", 2, 2, 1, 0]],
  ["a private method with types", "class A {\n  #f<T>(\n    a: T,\n  ): T {\n    return a;\n  }\n}", ["f", 2, 5, 1, 0]],
  ["a getter", "class A {\n  get f() {\n    return 1;\n  }\n}", ["f", 2, 3, 0, 0]],
  ["a setter", "const a = {\n  set f(b) {\n  },\n};", ["f", 2, 2, 1, 0]],
  ["a constructor", "class A {\n  constructor(a, b) {}\n}", ["constructor", 2, 1, 2, 0]],
  ["a field that is a function", "class A {\n  f = (a) => a;\n}", ["f", 2, 1, 1, 0]],
  ["a property that is a function", "const a = {\n  f: (b) => {\n  },\n};", ["f", 2, 2, 1, 0]],
  ["patterns, which are one parameter each", "const f = ({ a, b }, [c] = []) => a;", ["f", 1, 1, 2, 0]],
  ["a `this` with a type, which is no parameter", "function f(this: A, b) {}", ["f", 1, 1, 1, 0]],
])("%s", (_, text, shape) => {
  expect(shapes(text)).toEqual([shape]);
});

test("signatures without a body are not counted: their function is", () => {
  expect(shapes("function f(a): void;\nfunction f(a, b?): void {}\ninterface A { f(a): void }")).toEqual([
    ["f", 2, 1, 2, 0],
  ]);
});

test("a function inside of another is one of its own", () => {
  expect(shapes("function f() {\n  if (a) {\n    return () => {\n      if (b) { }\n    };\n  }\n}")).toEqual([
    ["f", 1, 7, 0, 1],
    ["(unnamed)", 3, 3, 0, 1],
  ]);
});

test.each([
  ["if (a) { for (;;) { try { while (b) {} } catch {} } }", 4],
  ["if (a) {} else if (b) {} else if (c) {}", 1],
  ["if (a) {} else { if (b) {} }", 2],
  ["for (const a of b) switch (a) { case 1: do {} while (c); }", 3],
])("%s has a nesting of %i", (body, nesting) => {
  expect(functionsOf(`function f() { ${body} }`).map((shape) => shape.nesting)).toEqual([nesting]);
});

test("a file that is not TypeScript is an error", () => {
  expect(() => functionsOf("function (")).toThrow("not TypeScript");
});
