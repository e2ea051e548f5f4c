/** ElectroDB. It has no save(): an object that was loaded is changed by patch(), with the attributes that it has. */

import { Entity } from "electrodb";

export function open(client, table) {
  const person = new Entity(
    {
      model: { entity: "person", version: "1", service: "compare" },
      attributes: {
        id: { type: "string", required: true },
        note: { type: "string" },
        count: { type: "number" },
        total: { type: "number" },
        address: { type: "map", properties: { city: { type: "string" }, street: { type: "string" } } },
      },
      indexes: { primary: { pk: { field: "id", composite: ["id"], template: "${id}", casing: "none" } } },
    },
    { client, table },
  );
  const load = async (id) => (await person.get({ id }).go({ ignoreOwnership: true, consistent: true })).data;
  const save = ({ id, address }) => person.update({ id }).set({ address }).go();
  return {
    load,
    saveCity: (object, city) => save({ ...object, address: { ...object.address, city } }),
    saveStreet: (object, street) => save({ ...object, address: { ...object.address, street } }),
    increment: (id) => person.update({ id }).add({ count: 1 }).go(),
    loadTotal: async (id) => (await load(id)).total,
  };
}

export function openOrders(client, table) {
  const order = new Entity(
    {
      model: { entity: "order", version: "1", service: "compare" },
      attributes: {
        customer: { type: "string", required: true },
        id: { type: "string", required: true },
        status: { type: "string" },
        priority: { type: "string" },
      },
      indexes: {
        primary: { pk: { field: "pk", composite: ["customer"] }, sk: { field: "sk", composite: ["id"] } },
        byStatus: {
          index: "gsi1",
          pk: { field: "gsi1pk", composite: [] },
          sk: { field: "gsi1sk", composite: ["status", "priority"] },
        },
      },
    },
    { client, table },
  );
  const save = ({ customer, id, status, priority }) => order.patch({ customer, id }).set({ status, priority }).go();
  return {
    create: (object) => order.create(object).go(),
    load: async (customer, id) => (await order.get({ customer, id }).go({ consistent: true })).data,
    saveStatus: (object, status) => save({ ...object, status }),
    savePriority: (object, priority) => save({ ...object, priority }),
    ofCustomer: async (customer) => (await order.query.primary({ customer }).go({ consistent: true })).data,
  };
}
