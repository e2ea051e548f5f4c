/** Whether two tables are told to be one: by the client, by the name, by an ARN. */

import { expect, test } from "vitest";
import { model } from "../../../src/model/declaration/model.js";
import { compareHomes, makeHome } from "../../../src/model/object/home.js";
import { metaOf } from "../../../src/model/registry.js";
import { string } from "../../../src/types/string.js";

const meta = metaOf(model("Thing", { id: string().hashKey() }));
const [client, another] = [{}, {}];
const arn = (region: string, name: string) => `arn:aws:dynamodb:${region}:123456789012:table/${name}`;

test.each([
  ["two names", ["things", client], ["others", client], "other"],
  ["two names of which one is an ARN", ["things", client], [arn("eu-west-1", "others"), client], "other"],
  ["a name, and an ARN that ends in it", ["things", client], [arn("eu-west-1", "things"), client], "unknown"],
  ["two ARNs of one name", [arn("eu-west-1", "things"), client], [arn("eu-west-2", "things"), client], "other"],
  ["one name of two clients", ["things", client], ["things", another], "unknown"],
  ["two names of two clients", ["things", client], ["others", another], "unknown"],
] as const)("%s", (_, [leftName, leftClient], [rightName, rightClient], expected) => {
  const [left, right] = [makeHome(meta, leftName, leftClient), makeHome(meta, rightName, rightClient)];
  expect(compareHomes(left, right)).toBe(expected);
  expect(compareHomes(right, left)).toBe(expected);
});

test("one and the same", () => {
  const home = makeHome(meta, "things", client);
  expect(compareHomes(home, home)).toBe("same");
});
