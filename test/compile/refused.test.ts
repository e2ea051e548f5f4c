/** Each snippet of the manual that the compiler refuses: it says what the page says that it does. */

import { expect, test } from "vitest";
import { pages, snippetsOf } from "../support/manual.js";
import { compile } from "./compiler.js";

const refused = pages.flatMap((page) => snippetsOf(page).refused);

test("there are refused snippets", () => {
  expect(refused.length).toBeGreaterThan(0);
});

test.each(refused)("$name is refused in the page's words", async ({ name, code, message }) => {
  const { messages } = await compile(name, code);
  expect(messages.map(({ text }) => text).join("\n")).toBe(message.trim());
});
