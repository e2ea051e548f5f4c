/** Conditions as data: how they print, and the limits that hold while one is built. */

import { always, and, type Condition, InvalidCondition, map, model, number, or, set, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";

const Account = model("Account", {
  id: string().hashKey(),
  age: number(),
  name: string().storedAs("n"),
  tags: set(string()),
  home: map({ city: string() }),
});

describe("a condition as text names places, and no values", () => {
  test.each<[Condition, string]>([
    [Account.age.gt(3), "Account.age > ?"],
    [Account.name.eq("secret"), "Account.name = ?"],
    [Account.home.at("city").beginsWith("O"), "Account.home.city.beginsWith(?)"],
    [Account.age.between(1, 2), "Account.age between ? and ?"],
    [Account.name.in(["a", "b"]), "Account.name in (?, ?)"],
    [Account.tags.size.lt(Account.age), "Account.tags.size < Account.age"],
    [Account.tags.contains("x").not(), "not (Account.tags.contains(?))"],
    [Account.age.exists().and(Account.name.notExists()), "(Account.age.exists()) and (Account.name.notExists())"],
    [or(Account.age.ne(1), Account.name.hasType("S")), "(Account.age <> ?) or (Account.name.hasType(?))"],
    [always(), "always()"],
  ])("%s", (condition, text) => {
    expect(String(condition)).toBe(text);
  });
});

describe("a condition that grows", () => {
  const one = Account.age.gt(1);
  const grow = (times: number, step: (condition: Condition, index: number) => Condition) => {
    let condition: Condition = always();
    for (let index = 0; index < times; index++) condition = step(condition, index);
    return condition;
  };

  test.each<[string, (condition: Condition, index: number) => Condition]>([
    ["by or()", (condition) => condition.or(one)],
    ["by and()", (condition) => condition.and(one)],
    ["in depth", (condition, index) => (index % 2 === 0 ? condition.and(one) : condition.or(one))],
    ["by and(...)", (condition) => and(condition, one)],
    ["by not()", (condition) => condition.or(one).not()],
  ])("%s is refused at DynamoDB's limit, in little time", (_, step) => {
    const start = process.cpuUsage();
    expect(() => grow(10_000, step)).toThrow(InvalidCondition);
    expect(() => grow(10_000, step)).toThrow("operators; DynamoDB takes 300");
    expect(process.cpuUsage(start).user).toBeLessThan(2_000_000);
  });

  test("is taken up to the limit", () => {
    expect(String(grow(150, (condition) => condition.or(one)))).toContain("or");
    expect(() => grow(151, (condition) => condition.or(one))).toThrow(InvalidCondition);
  });
});
