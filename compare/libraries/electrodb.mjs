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
