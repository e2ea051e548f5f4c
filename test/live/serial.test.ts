/**
 * Random programs of several writers on an engine, as those of test/property/serial.test.ts. On DynamoDB Local each request
 * is also answered by the table in memory that those run on: the two have to agree on every one of them. Dynoxide names
 * other errors for a transaction (docs/local.md has the table), so there the programs alone are looked at.
 */

import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { beforeAll, expect, inject, test } from "vitest";
import { canonicalAttributes } from "../../src/wire/canonical.js";
import { effort } from "../support/effort.js";
import { live } from "../support/live.js";
import { MemoryTable, type Request } from "../support/memory-dynamodb.js";
import { Doc } from "../support/serial/changes.js";
import { program } from "../support/serial/program.js";
import { memoryPlace, type Place, runProgram } from "../support/serial/run.js";
import type { Send } from "../support/serial/schedule.js";

const { client, engine, tableName } = live("serial");
const numRuns = Number(process.env["BLOOP_SERIAL_RUNS"] ?? effort(60, 300));
const seed = Number(process.env["BLOOP_SEED"] ?? 20_262);

beforeAll(() => engine.bind(Doc));

const commands = {
  GetItem: GetItemCommand,
  PutItem: PutItemCommand,
  DeleteItem: DeleteItemCommand,
  UpdateItem: UpdateItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
};

const toLocal: Send = (name, input) => {
  const Command = commands[name as keyof typeof commands] as never as new (input: Request) => GetItemCommand;
  return client.send(new Command(input));
};

type Found = Parameters<typeof canonicalAttributes>[0];

/** What bloop goes by in an answer or an error. */
async function outcomeOf(answering: Promise<object>): Promise<string> {
  try {
    const { Item, Attributes = Item } = (await answering) as { Item?: Found; Attributes?: Found };
    return `answered ${Attributes === undefined ? "nothing" : canonicalAttributes(Attributes)}`;
  } catch (thrown) {
    const {
      name,
      message,
      Item,
      CancellationReasons = [],
    } = thrown as Error & {
      Item?: Found;
      CancellationReasons?: { Code?: string; Item?: Found }[];
    };
    const reasons = CancellationReasons.map((one) => `${one.Code} ${one.Item ? canonicalAttributes(one.Item) : ""}`);
    const kind = /document path|incorrect data type/i.exec(message)?.[0] ?? "";
    return `${name} ${kind} ${Item ? canonicalAttributes(Item) : ""} ${reasons}`;
  }
}

const isDynamoDBLocal = inject("engine") === "dynamodb-local";

const localPlace: Place = {
  async put(id, item) {
    await client.send(new PutItemCommand({ TableName: tableName("Doc"), Item: { id: { S: id }, ...item } as never }));
  },
  send: toLocal,
};

function bothPlaces(): Place {
  const memory = memoryPlace(new MemoryTable());
  return {
    async put(id, item) {
      await memory.put(id, item);
      await localPlace.put(id, item);
    },
    async send(name, input) {
      const answering = toLocal(name, input);
      const [local, other] = await Promise.all([outcomeOf(answering), outcomeOf(memory.send(name, input))]);
      expect(other, JSON.stringify(input)).toBe(local);
      return answering;
    },
  };
}

test(`${numRuns} random programs of seed ${seed} are serial${isDynamoDBLocal ? ", and memory agrees" : ""}`, {
  timeout: 3_600_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(program, async (one) => {
      await runProgram(one, isDynamoDBLocal ? bothPlaces() : localPlace, "serial");
    }),
    { numRuns, seed },
  );
});
