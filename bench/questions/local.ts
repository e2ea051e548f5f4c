/** DynamoDB Local: client CPU of saves, gets and a long query, with a database that answers for itself. */

import {
  BatchWriteItemCommand,
  CreateTableCommand,
  DynamoDBClient,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";
import { startDynamoDBLocal } from "bloop-dynamodb/local";
import { adaptersFor, extrasOf, names } from "../support/adapters.js";
import { attributeValuesOf, type Wire } from "../support/item.js";
import { count, type Mode, type Report, ratio } from "../support/report.js";
import { type Figures, runRounds } from "../support/rounds.js";
import type { Task } from "../support/worker.js";

export async function run(mode: Mode): Promise<Report> {
  const adapters = adaptersFor(mode);
  const [many, stored] = mode.full ? [1000, 5000] : [100, 500];
  const local = await startDynamoDBLocal();
  try {
    const client = new DynamoDBClient({
      endpoint: local.endpoint,
      region: "eu-north-1",
      credentials: { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "local" },
      maxAttempts: 10,
    });
    for (const [adapter, extras] of Object.entries(await extrasOf(adapters))) {
      await fill(client, { TableName: tableOf(adapter), extras, stored });
    }
    const tasks: { [name: string]: Task } = {
      put: { operation: "put", atOnce: 8, milliseconds: 0, count: many },
      getOne: { operation: "getOne", atOnce: 8, milliseconds: 0, count: many },
      query: { operation: "query", atOnce: 1, milliseconds: 0, count: 1, finds: stored },
    };
    const { figures, failures } = await runRounds({
      adapters,
      tasks,
      rounds: mode.full ? 3 : 1,
      warmUp: 0,
      network: "network",
      env: (adapter) => ({ AWS_ENDPOINT_URL_DYNAMODB: local.endpoint, BENCH_TABLE: tableOf(adapter) }),
    });
    return reportOf(figures, failures, [many, stored]);
  } finally {
    await local.stop();
  }
}

function tableOf(adapter: string): string {
  return `person-${adapter}`;
}

interface Content {
  readonly TableName: string;
  readonly extras: Wire;
  readonly stored: number;
}

async function fill(client: DynamoDBClient, { TableName, extras, stored }: Content): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [
        { AttributeName: "owner", KeyType: "HASH" },
        { AttributeName: "id", KeyType: "RANGE" },
      ],
      AttributeDefinitions: [
        { AttributeName: "owner", AttributeType: "S" },
        { AttributeName: "id", AttributeType: "S" },
      ],
      BillingMode: "PAY_PER_REQUEST",
    }),
  );
  await waitUntilTableExists({ client, maxWaitTime: 30, minDelay: 1, maxDelay: 1 }, { TableName });
  const starts = Array.from({ length: stored / 25 }, (_, at) => at * 25);
  const lane = async () => {
    for (let start = starts.shift(); start !== undefined; start = starts.shift()) {
      const first = start;
      const puts = Array.from({ length: 25 }, (_, at) => ({
        PutRequest: { Item: { ...attributeValuesOf(first + at), ...(extras as ReturnType<typeof attributeValuesOf>) } },
      }));
      await client.send(new BatchWriteItemCommand({ RequestItems: { [TableName]: puts } }));
    }
  };
  await Promise.all([lane(), lane(), lane(), lane()]);
}

function reportOf(figures: Figures, failures: readonly string[], [many, stored]: readonly number[]): Report {
  const titles = { put: `${many} saves, each`, getOne: `${many} gets, each`, query: `a query of ${stored}` };
  const measured = Object.entries(names).filter(([adapter]) => figures[adapter] !== undefined);
  const rows = measured.map(([adapter, name]) => [
    name,
    ...Object.keys(titles).map((task) => {
      const figure = figures[adapter]?.[task];
      return figure === undefined ? "-" : `${count(figure.cpu)} (${ratio(figure.ratio)})`;
    }),
  ]);
  const groups = Object.entries(titles).map(([task, name]) => ({
    name,
    bars: Object.entries(names).flatMap(([adapter, label]) => {
      const figure = figures[adapter]?.[task];
      if (figure === undefined) return [];
      return [{ label, value: figure.ratio, text: ratio(figure.ratio), own: adapter.startsWith("bloop") }];
    }),
  }));
  const axis = "client CPU to the bare SDK's (logarithmic; shorter is better)";
  return {
    question: "local",
    title: "On DynamoDB Local",
    how: "DynamoDB Local answers, each library has a table of its own; 8 requests under way at once. CPU of the client only. A save of bloop is an UpdateItem, a put of the others a PutItem.",
    tables: [{ title: "µs of client CPU (ratio to the bare SDK)", columns: ["", ...Object.values(titles)], rows }],
    goals: [],
    charts: [
      { file: "local", kind: "bars", bars: { title: "Client CPU on DynamoDB Local", axis, logarithmic: true, groups } },
    ],
    failures,
  };
}
