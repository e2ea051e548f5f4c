/** Options that are misspelt or can't be are refused before anything is fetched or started. */

import { InvalidOption } from "bloop-dynamodb";
import { startDynamoDBLocal, startLocal } from "bloop-dynamodb/local";
import { expect, test } from "vitest";

test.each<[object | number | null, string]>([
  [{ prot: 8000 }, 'startLocal() has no option "prot"; did you mean "port"?'],
  [{ inMemory: true }, 'startLocal() has no option "inMemory".'],
  [{ engine: "dynalite" }, 'engine is "dynoxide" or "dynamodb-local", got "dynalite".'],
  [{ port: -1 }, "port is a whole number from 1 to 65535, got -1."],
  [{ port: 0 }, "port is a whole number from 1 to 65535, got 0."],
  [{ port: 70_000 }, "port is a whole number from 1 to 65535, got 70000."],
  [{ port: 80.5 }, "port is a whole number from 1 to 65535, got 80.5."],
  [{ port: "8000" }, 'port is a whole number from 1 to 65535, got "8000".'],
  [{ dbPath: "" }, 'dbPath is the path of a folder, got "".'],
  [{ dbPath: 1 }, "dbPath is the path of a folder, got 1."],
  [{ signal: {} }, "signal is an AbortSignal, got {}."],
  [{ onProgress: true }, "onProgress is a function, got true."],
  [{ timeout: 0 }, "timeout is a whole number of milliseconds from 1, got 0."],
  [{ timeout: Number.POSITIVE_INFINITY }, "timeout is a whole number of milliseconds from 1, got Infinity."],
  [8000, "The options of startLocal() are 8000, not an object."],
  [null, "The options of startLocal() are null, not an object."],
])("%o", async (options, message) => {
  const starting = startLocal(options as object);
  await expect(starting).rejects.toThrow(InvalidOption);
  await expect(starting).rejects.toThrow(message);
});

test("startDynamoDBLocal() has no choice of an engine", async () => {
  const starting = startDynamoDBLocal({ engine: "dynoxide" } as object);
  await expect(starting).rejects.toThrow('startDynamoDBLocal() has no option "engine".');
  await expect(startDynamoDBLocal({ port: 70_000 })).rejects.toThrow("port is a whole number from 1 to 65535");
});
