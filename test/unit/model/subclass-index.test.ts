/** Indexes of classes that extend a model: searches of them give objects of the class (T22). */

import { Engine, InvalidModel, InvalidOption, integer, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Account = model(
  "Account",
  { id: string().hashKey(), email: string(), logins: integer() },
  {
    indexes: { byEmail: { hashKey: "email", projection: "all" }, byLogins: { hashKey: "logins", projection: "keys" } },
  },
);
class Employee extends Account {
  greet() {
    return `Hello ${this.email}`;
  }
}
class Manager extends Employee {}

const Items = [{ id: { S: "1" }, email: { S: "ada@example.org" }, logins: { N: "2" } }];
const client = () => recordingClient(() => ({ Items, Count: 1, ScannedCount: 1 }));
const key = Account.email.eq("ada@example.org");

test.each([
  ["the model", Account],
  ["a subclass", Employee],
  ["a subclass of a subclass", Manager],
])("a search of an index of %s gives its objects", async (_, made) => {
  const engine = new Engine({ dynamodb: client() });
  for (const search of [
    engine.query(made.byEmail, { key }),
    engine.scan(made.byEmail),
    engine.scan(made.byLogins),
    engine.query(made.byEmail, { key, projection: ["email"] }),
  ]) {
    const [found] = await search.all();
    expect(found).toBeInstanceOf(made);
    expect(Object.getPrototypeOf(found)).toBe(made.prototype);
  }
  const found = await engine.query(made.byEmail, { key }).one();
  if (found instanceof Employee) expect(found.greet()).toBe("Hello ada@example.org");
  else expect(made).toBe(Account);
});

test("an index is one object for each class, and is there as before", () => {
  expect(Employee.byEmail).toBe(Employee.byEmail);
  expect(Account.byEmail).toBe(Account.byEmail);
  expect(Employee.byEmail).not.toBe(Account.byEmail);
  expect(Employee.byEmail).not.toBe(Manager.byEmail);
  const { byEmail } = Account;
  expect(byEmail).toBe(Account.byEmail);
  expect(Object.keys(Account)).toContain("byEmail");
  expect(() => Object.assign(Account, { byEmail: 1 })).toThrow(TypeError);
  expect(Reflect.get(Account, "byEmail", {})).toBe(Account.byEmail);
});

test("a token of an index is taken by the searches of each of its classes", async () => {
  const engine = new Engine({ dynamodb: client() });
  const search = engine.query(Employee.byEmail, { key });
  await search.first();
  expect(() => engine.query(Account.byEmail, { key }).moveTo(search.token)).not.toThrow();
});

test("an invalid class is refused when its index is used", () => {
  class Hidden extends Account {
    // @ts-expect-error: a method called as a column
    override email() {
      return "";
    }
  }
  expect(() => Hidden.byEmail).toThrow(InvalidModel);
  expect(() => new Engine({ dynamodb: client() }).scan({} as never)).toThrow(InvalidOption);
});
