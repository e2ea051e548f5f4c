/** table(): bad declarations of a table of several kinds, each with its sentence. */

import { InvalidModel, table } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";

const local = { rangeKey: "l", projection: "all" };
const six = Object.fromEntries(
  [1, 2, 3, 4, 5, 6].map((place) => [`index${place}`, { ...local, rangeKey: `l${place}` }]),
);
/** A table with these indexes. */
const indexed = (indexes: unknown) => ({ hashKey: "pk", rangeKey: "sk", indexes });

describe("is refused", () => {
  test.each<[name: unknown, sentence: string]>([
    [7, "The table 7 can't be: its name is not a text."],
    ["", 'The table "" can\'t be: its name is empty.'],
  ])("with the name %j", (name, sentence) => {
    expect(() => table(name as string, { hashKey: "pk" })).toThrow(new InvalidModel(sentence));
  });

  test.each<[declaration: unknown, problem: string]>([
    [undefined, "its declaration is undefined, not an object"],
    [[], "its declaration is [], not an object"],
    [{}, "its hashKey is undefined, not the name of an attribute"],
    [{ hashKey: "x".repeat(256) }, `its hashKey is "${"x".repeat(78)}…, not the name of an attribute`],
    [{ hashKey: "pk", rangeKey: "pk" }, '"pk" is both of its keys'],
    [{ hashKey: "pk", rangekey: "sk" }, 'there is no option called "rangekey"; did you mean "rangeKey"?'],
    [{ hashKey: "pk", kind: [] }, "its kind names no attribute; leave it out if keys tell its kinds apart"],
    [{ hashKey: "pk", kind: ["k", "k"] }, "its kind names an attribute twice"],
    [{ hashKey: "pk", kind: 7 }, "its kind is 7, not the name of an attribute"],
    [{ hashKey: "pk", kind: "k", ttl: "k" }, '"k" is both its kind, a text, and its time to live, a number'],
    [indexed("gsi"), 'its indexes are "gsi", not an object'],
    [indexed([local]), 'its indexes are [{"rangeKey":"l","projection":"all"}], not an object'],
    [indexed({ "by name": local }), 'the index "by name" has a name that DynamoDB does not take: 3 to 255 letters'],
    [indexed({ gsi: null }), 'the index "gsi" is null, not an object'],
    [indexed({ gsi: { hashKey: "g" } }), 'the index "gsi" has no projection: "all", "keys" or names of attributes'],
    [
      indexed({ gsi: { hashKey: "g", projection: "some" } }),
      'the projection of the index "gsi" is "some", not "all" or "keys"',
    ],
    [
      indexed({ gsi: { hashKey: "g", projection: [7] } }),
      'the projection of the index "gsi" is 7, not the name of an attribute',
    ],
    [indexed({ gsi: { projection: "all" } }), 'the index "gsi" has neither hashKey nor rangeKey'],
    [
      indexed({ gsi: { ...local, readUnits: 1 } }),
      'the index "gsi" is local, which shares the table\'s read and write units',
    ],
    [indexed(six), "it has 6 local indexes; DynamoDB takes 5"],
  ])("with the declaration %j", (declaration, problem) => {
    const declare = () => table("shop", declaration as never);
    expect(declare).toThrow(InvalidModel);
    expect(declare).toThrow(`The table "shop" can't be: ${problem}`);
  });
});
