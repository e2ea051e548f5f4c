/** The entities of ElectroDB with further kinds of indexes, as examples/coming-from/electrodb.ts declares them. */

import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { Entity, Service } from "electrodb";

export const makeTracker = (client: DynamoDBDocumentClient, table: string) => {
  // #region task
  const task = new Entity(
    {
      model: { service: "tracker", entity: "task", version: "1" },
      attributes: {
        orgId: { type: "string", required: true },
        projectId: { type: "string", required: true },
        taskNo: { type: "number", required: true, padding: { length: 6, char: "0" } },
        status: { type: ["Todo", "InProgress", "Done"] as const, required: true },
        priority: { type: "number", required: true, padding: { length: 2, char: "0" } },
        assigneeId: { type: "string", required: true },
        dueAt: { type: "string", required: true }, // new Date().toISOString()
        minutes: { type: "number" },
        extra: { type: "any" },
      },
      indexes: {
        work: {
          collection: ["org", "work"],
          pk: { field: "pk", composite: ["orgId"] },
          sk: { field: "sk", composite: ["projectId", "taskNo"] },
        },
        board: {
          index: "gsi1",
          collection: "board",
          type: "clustered",
          pk: { field: "gsi1pk", composite: ["projectId"] },
          sk: { field: "gsi1sk", composite: ["status", "priority", "taskNo"] },
        },
        byAssignee: {
          index: "gsi2",
          condition: ({ status }) => status !== "Done",
          pk: { field: "gsi2pk", composite: ["assigneeId"] },
          sk: { field: "gsi2sk", composite: ["dueAt"] },
        },
        byMinutes: {
          index: "gsi3",
          scope: "effort",
          pk: { field: "gsi3pk", composite: ["projectId"] },
          sk: { field: "gsi3sk", composite: ["minutes"], template: "${minutes}" },
        },
      },
    },
    { client, table },
  );
  // #endregion
  const project = new Entity(
    {
      model: { service: "tracker", entity: "project", version: "1" },
      attributes: {
        orgId: { type: "string", required: true },
        projectId: { type: "string", required: true },
        name: { type: "string", required: true },
      },
      indexes: {
        work: {
          collection: ["org", "work"],
          pk: { field: "pk", composite: ["orgId"] },
          sk: { field: "sk", composite: ["projectId"] },
        },
        board: {
          index: "gsi1",
          collection: "board",
          type: "clustered",
          pk: { field: "gsi1pk", composite: ["projectId"] },
          sk: { field: "gsi1sk", composite: [] },
        },
      },
    },
    { client, table },
  );
  return { task, project, service: new Service({ task, project }) };
};
