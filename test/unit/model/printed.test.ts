/** What objects, indexes, places and conditions are in a text: names and keys, and no other value (T25). */

import { and, integer, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { loadedFrom } from "../../support/model.js";

const Account = model(
  "Account",
  { id: string().hashKey(), at: integer().rangeKey().storedAs("t"), name: string(), age: integer() },
  { indexes: { byName: { hashKey: "name", projection: "keys" } } },
);
class Employee extends Account {}
class Named extends Account {
  override toString() {
    return "mine";
  }
}
const account = new Account({ id: "a b", at: 7, name: "secret", age: 42 });

test.each<[name: string, value: unknown, text: string]>([
  ["an object", account, 'Account (id "a b", at 7)'],
  ["an object that was loaded", loadedFrom(Account, { id: { S: "1" }, t: { N: "2" } }), 'Account (id "1", at 2)'],
  ["an object of a subclass", new Employee({ id: "1", at: 2, name: "secret" }), 'Account (id "1", at 2)'],
  ["an object whose class says it", new Named({ id: "1", at: 2 }), "mine"],
  [
    "an object without a key",
    Object.assign(new Account({ id: "1", at: 2 }), { id: undefined, name: "secret" }),
    "Account",
  ],
  ["an object with a key that can't be", Object.assign(new Account({ id: "1", at: 2 }), { id: 5 }), "Account"],
  ["an index", Account.byName, "Account.byName"],
  ["a place", Account.name, "Account.name"],
  ["a size", Account.name.size, "Account.name.size"],
  ["a condition", Account.age.gt(3), "Account.age > ?"],
  [
    "a joined condition",
    and(Account.age.between(1, 2), Account.name.in(["secret", "b"]).not(), Account.name.size.gt(3)),
    "(Account.age between ? and ?) and (not (Account.name in (?, ?))) and (Account.name.size > ?)",
  ],
])("%s", (_, value, text) => {
  expect(String(value)).toBe(text);
  expect(`${value}`).toBe(text);
});

test("a printed object shows its columns, and nothing else", () => {
  expect(Object.keys(account)).toEqual(["id", "at", "name", "age"]);
  expect({ ...account }).toEqual({ id: "a b", at: 7, name: "secret", age: 42 });
  expect(JSON.parse(JSON.stringify(account))).toEqual({ id: "a b", at: 7, name: "secret", age: 42 });
});

test("a column that is called toString is a column", () => {
  const Odd = model("Odd", { id: string().hashKey(), toString: string() });
  const odd = new Odd({ id: "1", toString: "x" });
  expect({ ...odd }).toEqual({ id: "1", toString: "x" });
});
