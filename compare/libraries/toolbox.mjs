/** DynamoDB-Toolbox. An object that was loaded is saved by UpdateItemCommand, with what it holds. */

import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { $add, Entity, GetItemCommand, item, map, number, string, Table, UpdateItemCommand } from "dynamodb-toolbox";

export function open(client, name) {
  const documentClient = DynamoDBDocumentClient.from(client);
  const table = new Table({ documentClient, name, partitionKey: { name: "id", type: "string" } });
  const schema = item({
    id: string().key(),
    note: string().optional(),
    count: number().optional(),
    total: number({ big: true }).optional(),
    address: map({ city: string(), street: string() }).optional(),
  });
  const person = new Entity({ name: "Person", table, schema, timestamps: false });
  const load = async (id) => (await person.build(GetItemCommand).key({ id }).options({ consistent: true }).send()).Item;
  const save = ({ id, address }) => person.build(UpdateItemCommand).item({ id, address }).send();
  return {
    load,
    saveCity: (object, city) => save({ ...object, address: { ...object.address, city } }),
    saveStreet: (object, street) => save({ ...object, address: { ...object.address, street } }),
    increment: (id) =>
      person
        .build(UpdateItemCommand)
        .item({ id, count: $add(1) })
        .send(),
    loadTotal: async (id) => (await load(id)).total,
  };
}
