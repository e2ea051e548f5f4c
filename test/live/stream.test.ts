/** Streams on a real DynamoDB: positions, tokens, acknowledgement, errors, and an end that leaves nothing running. */

import { DeleteTableCommand, UpdateTableCommand } from "@aws-sdk/client-dynamodb";
import { DynamoDBStreamsClient } from "@aws-sdk/client-dynamodb-streams";
import {
  add,
  Engine,
  InvalidPosition,
  InvalidRecord,
  InvalidStream,
  integer,
  type Item,
  model,
  RequestFailed,
  type StreamToken,
  string,
} from "bloop";
import { describe, expect, inject, test } from "vitest";
import { live } from "../support/live.js";

const { engine, client, tableName } = live("stream");

/** A model of a table of its own, with some records in its stream. */
async function begin(name: string, count = 0) {
  const Note = model(
    name,
    { id: string().hashKey(), text: string(), views: integer() },
    { stream: { include: ["new", "old"] } },
  );
  await engine.bind(Note);
  const write = async (...ids: string[]): Promise<void> => {
    for (const id of ids) await engine.save(new Note({ id, text: `text of ${id}` }));
  };
  await write(...Array.from({ length: count }, (_, index) => String(index)));
  return { Note, write };
}

describe("records", () => {
  test("each kind of change has its images, and the objects are the model's", async () => {
    const { Note } = await begin("Kinds");
    const note = new Note({ id: "1", text: "a" });
    await engine.save(note);
    await engine.update(Note, { id: "1" }, { views: add(1) });
    await engine.delete(note);
    const stream = engine.stream(Note, "trim_horizon");
    const records = [await stream.poll(), await stream.poll(), await stream.poll(), await stream.poll()];
    expect(records).toMatchObject([
      { type: "insert", key: { id: "1" }, new: { id: "1", text: "a" }, old: undefined },
      { type: "modify", key: { id: "1" }, new: { id: "1", text: "a", views: 1 }, old: { id: "1", text: "a" } },
      { type: "remove", key: { id: "1" }, new: undefined, old: { id: "1", text: "a", views: 1 } },
      undefined,
    ].map((record) => record ?? undefined) as object[]);
    const [first] = records;
    expect(first?.new).toBeInstanceOf(Note);
    expect(first?.meta.expired).toBe(false);
    expect(first?.meta.sizeBytes).toBeGreaterThan(0);
    await stream.close();
  });
});
