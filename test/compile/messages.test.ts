/** What the compiler says of each line that it must refuse: short, and the same as reviewed. */

import { readFile } from "node:fs/promises";
import { beforeAll, expect, test } from "vitest";
import { compile } from "./compiler.js";

interface Refusal {
  readonly reason: string;
  readonly code: string;
  readonly message: string;
}

let refusals: Refusal[];
let refusalsOfKinds: Refusal[];

/** What a program is refused, line by line. */
async function refusalsIn(name: string, file: URL): Promise<Refusal[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  const text = lines.map((line) => line.replace(/\/\/ @ts-expect-error/, "//")).join("\n");
  const { messages } = await compile(name, text);
  return lines.flatMap((line, index) => {
    const [, reason] = /\/\/ @ts-expect-error: (.*)/.exec(line) ?? [];
    if (reason === undefined) return [];
    const found = messages.filter((message) => message.line === index + 2).map((message) => message.text);
    return [{ reason, code: lines[index + 1]?.trim() ?? "", message: found.join("\n") }];
  });
}

beforeAll(async () => {
  refusals = await refusalsIn("messages", new URL("usage.ts", import.meta.url));
  refusalsOfKinds = await refusalsIn("messages-shop", new URL("shop.ts", import.meta.url));
});

test("every line that must be refused is", () => {
  expect(refusals.length).toBeGreaterThanOrEqual(39);
  expect(refusalsOfKinds.length).toBeGreaterThanOrEqual(14);
  expect([...refusals, ...refusalsOfKinds].filter(({ message }) => message === "")).toEqual([]);
});

test("the median message has at most 200 characters, and none more than 450", () => {
  const lengths = refusals.map(({ message }) => message.length).sort((left, right) => left - right);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(200);
  expect(refusals.filter(({ message }) => message.length > 450)).toEqual([]);
});

test("the messages are as reviewed", () => {
  expect(printed(refusals)).toMatchSnapshot();
});

test("the messages of kinds of one table are as reviewed, and name the columns", () => {
  expect(printed(refusalsOfKinds)).toMatchSnapshot();
});

function printed(all: readonly Refusal[]): string {
  return all.map(({ reason, code, message }) => `${reason}\n  ${code}\n${message}`).join("\n\n");
}
