/** bloop: each function does what its name says, as the library's manual has it. */

import { add, bigint, Engine, map, model, number, string } from "bloop-dynamodb";

export function open(client, tableName) {
  const columns = { id: string().hashKey(), note: string(), count: number() };
  const address = map({ city: string(), street: string() });
  const Person = model("Person", { ...columns, address }, { tableName, stream: { include: ["new", "old"] } });
  const Exact = model("Exact", { id: string().hashKey(), total: bigint() }, { tableName });
  const engine = new Engine({ dynamodb: client });
  return {
    load: (id) => engine.get(Person, { id }, { consistent: true }),
    async saveCity(person, city) {
      person.address.city = city;
      await engine.save(person);
    },
    async saveStreet(person, street) {
      person.address.street = street;
      await engine.save(person);
    },
    increment: (id) => engine.update(Person, { id }, { count: add(1) }, { once: true }),
    async loadTotal(id) {
      const { total } = await engine.get(Exact, { id }, { consistent: true });
      return total;
    },
  };
}
