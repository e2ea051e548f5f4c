/** A schema of OneTable without isoDates, and with an attribute for each further row of the page's table, in both. */

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { list, map, number, string, table, template, timestamp } from "bloop-dynamodb";
import { Table } from "dynamodb-onetable";

const schema = {
  format: "onetable:1.1.0",
  version: "0.0.1",
  indexes: { primary: { hash: "pk", sort: "sk" }, gs1: { hash: "gs1pk", sort: "gs1sk", project: "all" } },
  models: {
    Entry: {
      pk: { type: String, value: "user:${userId}" },
      sk: { type: String, value: "entry:${at}" },
      gs1pk: { type: String, value: "team:${team}" },
      gs1sk: { type: String, value: "entry:${at}" },
      userId: { type: String, required: true },
      at: { type: Date, required: true },
      team: { type: String },
      color: { type: String, map: "data.color" },
      size: { type: Number, map: "data.size" },
      note: { type: String, nulls: true },
      lines: { type: Array, items: { type: Object, schema: { text: { type: String }, count: { type: Number } } } },
      expires: { type: Date, ttl: true },
    },
  },
  params: { timestamps: true },
} as const;

export const makeEntries = (client: DynamoDBClient, name: string) => {
  const entries = new Table({ client, name, schema, partial: true });
  return { table: entries, entry: entries.getModel("Entry") };
};

export const Entries = table("onetable-entries", {
  hashKey: "pk",
  rangeKey: "sk",
  kind: "_type",
  indexes: { gs1: { hashKey: "gs1pk", rangeKey: "gs1sk", projection: "all" } },
  ttl: "expires",
});

const milliseconds = () => timestamp({ unit: "milliseconds" });

export const Entry = Entries.model(
  "Entry",
  {
    userId: string(),
    at: milliseconds(),
    team: string(),
    data: map({ color: string(), size: number() }),
    note: string().nullable(),
    lines: list(map({ text: string(), count: number() })),
    expires: timestamp(),
    created: milliseconds()
      .required()
      .default(() => new Date()),
    updated: milliseconds().onWrite(() => new Date()),
  },
  {
    key: { pk: template`user:${"userId"}`, sk: template`entry:${{ column: "at", width: 13 }}` },
    indexes: {
      byTeam: { on: "gs1", gs1pk: template`team:${"team"}`, gs1sk: template`entry:${{ column: "at", width: 13 }}` },
    },
  },
);
