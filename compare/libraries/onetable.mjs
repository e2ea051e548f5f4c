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

export function openOrders(client, name) {
  const schema = {
    version: "0.0.1",
    format: "onetable:1.1.0",
    indexes: { primary: { hash: "pk", sort: "sk" }, gsi1: { hash: "gsi1pk", sort: "gsi1sk", project: "all" } },
    models: {
      Order: {
        pk: { type: String, value: "CUSTOMER#${customer}" },
        sk: { type: String, value: "ORDER#${id}" },
        gsi1pk: { type: String, value: "ORDERS" },
        gsi1sk: { type: String, value: "${status}#${priority}" },
        customer: { type: String, required: true },
        id: { type: String, required: true },
        status: { type: String },
        priority: { type: String },
      },
    },
    params: { timestamps: false },
  };
  const table = new Table({ client, name, schema, partial: true });
  const order = table.getModel("Order");
  const save = ({ customer, id, status, priority }) => order.update({ customer, id, status, priority });
  return {
    create: (object) => order.create(object),
    load: (customer, id) => order.get({ customer, id }, { consistent: true }),
    saveStatus: (object, status) => save({ ...object, status }),
    savePriority: (object, priority) => save({ ...object, priority }),
    ofCustomer: (customer) => order.find({ customer }, { consistent: true }),
  };
}
