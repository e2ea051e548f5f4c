/** OneTable. An object that was loaded is saved by update(), with what it holds. */

import { Table } from "dynamodb-onetable";

export function open(client, name) {
  const schema = {
    version: "0.0.1",
    format: "onetable:1.1.0",
    indexes: { primary: { hash: "id" } },
    models: {
      Person: {
        id: { type: String, required: true },
        note: { type: String },
        count: { type: Number },
        total: { type: Number },
        address: { type: Object, schema: { city: { type: String }, street: { type: String } } },
      },
    },
    params: { timestamps: false },
  };
  const table = new Table({ client, name, schema, partial: true });
  const person = table.getModel("Person");
  const load = (id) => person.get({ id }, { consistent: true });
  const save = ({ id, address }) => person.update({ id, address }, { exists: null });
  return {
    load,
    saveCity: (object, city) => save({ ...object, address: { ...object.address, city } }),
    saveStreet: (object, street) => save({ ...object, address: { ...object.address, street } }),
    increment: (id) => person.update({ id }, { add: { count: 1 }, exists: null }),
    loadTotal: async (id) => (await load(id)).total,
  };
}
