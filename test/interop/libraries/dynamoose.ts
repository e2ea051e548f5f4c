/** The schema of Dynamoose that writes and reads the table of examples/coming-from/dynamoose.ts. */

import type { DynamoDB } from "@aws-sdk/client-dynamodb";
// #region schema
import dynamoose from "dynamoose";

const schema = new dynamoose.Schema(
  {
    id: { type: String, hashKey: true },
    email: { type: String, required: true, index: { name: "byEmail", type: "global" } },
    level: { type: String, enum: ["low", "high"], default: "low" },
    logins: Number,
    tags: { type: Set, schema: [String] },
    phones: { type: Array, schema: [String] },
    address: { type: Object, schema: { city: String, since: Date } },
    born: Date,
    seenAt: { type: { value: Date, settings: { storage: "iso" } } },
    expires: { type: { value: Date, settings: { storage: "seconds" } } },
  },
  { timestamps: true },
);

export const makeUser = (client: DynamoDB, table: string) => {
  dynamoose.aws.ddb.set(client);
  const User = dynamoose.model(table, schema);
  new dynamoose.Table(table, [User], { create: false, update: false, waitForActive: false });
  return User;
};
// #endregion
