import { expect, test } from "vitest";
import { makeEmitter } from "../../../src/util/emitter.js";

interface Events {
  loaded: { n: number };
  saved: string;
}

test("calls listeners in their order, and only those of the event", () => {
  const emitter = makeEmitter<Events>();
  const heard: unknown[] = [];
  emitter.on("loaded", ({ n }) => heard.push(["first", n]));
  emitter.on("loaded", ({ n }) => heard.push(["second", n]));
  emitter.on("saved", (name) => heard.push(name));
  emitter.emit("loaded", { n: 1 });
  emitter.emit("saved", "x");
  expect(heard).toEqual([["first", 1], ["second", 1], "x"]);
});

test("a listener added twice hears twice, and is removed once by each function", () => {
  const emitter = makeEmitter<Events>();
  let count = 0;
  const listener = () => {
    count++;
  };
  const removeOne = emitter.on("saved", listener);
  const removeOther = emitter.on("saved", listener);
  emitter.emit("saved", "a");
  expect(count).toBe(2);
  removeOne();
  removeOne();
  emitter.emit("saved", "b");
  expect(count).toBe(3);
  expect(emitter.has("saved")).toBe(true);
  removeOther();
  expect(emitter.has("saved")).toBe(false);
  emitter.emit("saved", "c");
  expect(count).toBe(3);
});

test("nobody listens at first, and listeners may come and go during an event", () => {
  const emitter = makeEmitter<Events>();
  expect(emitter.has("loaded")).toBe(false);
  emitter.emit("loaded", { n: 0 });
  const heard: string[] = [];
  const remove = emitter.on("saved", () => {
    remove();
    heard.push("one");
    emitter.on("saved", () => heard.push("late"));
  });
  emitter.on("saved", () => heard.push("two"));
  emitter.emit("saved", "x");
  expect(heard).toEqual(["one", "two"]);
});
