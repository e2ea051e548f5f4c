/** Dynamoose. An object that was loaded is changed and saved. */

import dynamoose from "dynamoose";

export function open(client, tableName) {
  dynamoose.aws.ddb.set(client);
  const schema = new dynamoose.Schema({
    id: { type: String, hashKey: true },
    note: String,
    count: Number,
    total: Number,
    address: { type: Object, schema: { city: String, street: String } },
  });
  const Person = dynamoose.model(tableName, schema);
  new dynamoose.Table(tableName, [Person], { create: false, waitForActive: false, update: false });
  const load = (id) => Person.get(id, { consistent: true });
  return {
    load,
    async saveCity(person, city) {
      person.address = { ...person.address, city };
      await person.save();
    },
    async saveStreet(person, street) {
      person.address = { ...person.address, street };
      await person.save();
    },
    increment: (id) => Person.update({ id }, { $ADD: { count: 1 } }),
    loadTotal: async (id) => (await load(id)).total,
  };
}
