/** model() of a table of several kinds: bad declarations, each with its sentence. */

import {
  binary,
  boolean,
  InvalidModel,
  integer,
  key,
  list,
  map,
  set,
  string,
  table,
  template,
  timestamp,
} from "bloop-dynamodb";
import { describe, expect, test } from "vitest";

const keys = { hashKey: "pk", rangeKey: "sk" } as const;
const Shop = table("shop", {
  ...keys,
  kind: "_type",
  ttl: "expires",
  indexes: {
    gsi: { hashKey: "g", rangeKey: "h", projection: "all" },
    other: { hashKey: "g", projection: "all" },
    bare: { hashKey: "b", projection: "keys" },
    typed: { hashKey: "t", projection: ["_type"] },
  },
});
const Simple = table("simple", { hashKey: "pk", kind: "_type" });
const Pair = table("pair", { hashKey: "pk", kind: ["_entity", "_version"] });
const Bare = table("bare", keys);
const ByKind = table("by-kind", { ...keys, hashKey: "_type", kind: "_type" });
const Expiring = table("expiring", { hashKey: "pk", ttl: "pk" });

interface AnyTable {
  model: unknown;
}
/** A declaration as somebody without a compiler writes it. */
function declare(of: AnyTable, name: unknown, columns: unknown, options: unknown): unknown {
  return (of.model as (name: unknown, columns: unknown, options: unknown) => unknown)(name, columns, options);
}
function expectRefused(attempt: () => unknown, problem: string): void {
  expect(attempt).toThrow(InvalidModel);
  expect(attempt).toThrow(`The model "Bad" can't be: ${problem}`);
}

const columns = { id: string(), n: integer(), flag: boolean(), tags: set(string()), bytes: binary() };
const own = { pk: key`A#${"id"}`, sk: key`A` };
const lower = { pk: template`a#${{ column: "id", case: "lower" }}`, sk: key`A` };

describe("is refused", () => {
  test.each<[name: unknown, sentence: string]>([
    [7, "The model 7 can't be: its name is not a text."],
    ["", 'The model "" can\'t be: its name is empty.'],
  ])("with the name %j", (name, sentence) => {
    expect(() => declare(Shop, name, columns, { key: own })).toThrow(new InvalidModel(sentence));
  });

  test.each<[columns: unknown, problem: string]>([
    [undefined, "its columns are undefined, not an object"],
    [[string()], "its columns are [{}], not an object"],
    [{ ...columns, a: "string" }, 'the column "a" is "string", not a type such as string()'],
    [
      { ...columns, type: string().storedAs("_type") },
      'the column "type" is stored as "_type", which bloop writes by itself',
    ],
  ])("with the columns %j", (given, problem) => {
    expectRefused(() => declare(Shop, "Bad", given, { key: own }), problem);
  });

  test.each<[options: unknown, problem: string]>([
    [undefined, "its options are undefined, not an object"],
    [[], "its options are [], not an object"],
    [{ key: own, view: "yes" }, 'view is "yes", not true or false'],
    [{ key: own, missing: 1 }, "missing is 1, not true or false"],
    [{ key: own, uniq: ["id"] }, 'there is no option called "uniq"; did you mean "unique"?'],
    [{ key: "id" }, 'its key is "id", not an object'],
    [{ key: { ...own, skk: "id" } }, 'there is no attribute of its key called "skk"; did you mean "sk"?'],
  ])("with the options %j", (options, problem) => {
    expectRefused(() => declare(Shop, "Bad", columns, options), problem);
  });
});

describe("a kind is refused that is", () => {
  test.each<[of: AnyTable, kind: unknown, problem: string]>([
    [Shop, 7, 'its kind is 7 in "_type", which takes a well-formed text that is not empty'],
    [Shop, null, 'its kind is null in "_type", which takes a well-formed'],
    [Shop, "", 'its kind is "" in "_type", which takes a well-formed'],
    [Shop, "\ud800", 'its kind is "\\ud800" in "_type", which takes a well-formed'],
    [Shop, "bloop:unique", 'its kind is "bloop:unique", which bloop gives to markers'],
    [Shop, { _type: "a", type: "b" }, 'there is no attribute of its kind called "type"; did you mean "_type"?'],
    [Pair, "a", 'its kind is an object of "_entity" and "_version", by which its table tells kinds apart'],
    [Pair, undefined, 'its kind is an object of "_entity" and "_version"'],
    [Pair, { _entity: "a" }, 'its kind is undefined in "_version", which takes a well-formed'],
    [Bare, "a", 'it has the option kind, and the table "bare" declares no attribute of kinds'],
  ])("$1", (of, kind, problem) => {
    const options = { kind, key: of === Pair ? { pk: own.pk } : own };
    expectRefused(() => declare(of, "Bad", columns, options), problem);
  });

  test("that of a view", () => {
    expectRefused(
      () => declare(Shop, "Bad", columns, { view: true, kind: "A" }),
      "it has the option kind, and it is a view",
    );
  });

  test("missing in a table without an attribute of kinds", () => {
    expectRefused(() => declare(Bare, "Bad", columns, { key: own, missing: true }), "it has the option missing, and");
  });

  test("another model's", () => {
    const Twins = table("twins", { ...keys, kind: "_type" });
    Twins.model("One", columns, { kind: "same", key: own });
    expectRefused(
      () => declare(Twins, "Bad", columns, { kind: "same", key: own }),
      'its items have the kind "_type" "same", and so have those of "One"',
    );
  });

  test("another one under the same name, while the same one may be declared again", () => {
    const Twice = table("twice", { ...keys, kind: "_type" });
    const again = (options: object) => () => declare(Twice, "Bad", columns, { key: own, ...options });
    expect(again({})).not.toThrow();
    expect(again({})).not.toThrow();
    const problem = 'the table "twice" has a model of this name already, with another kind or another key';
    expectRefused(again({ kind: "Other" }), problem);
    expectRefused(again({ key: { ...own, sk: key`B` } }), problem);
  });

  test("that of a key of another type", () => {
    const Typed = table("typed", { hashKey: "pk", kind: "_type" });
    Typed.model("Text", columns, { key: { pk: "id" } });
    expectRefused(
      () => declare(Typed, "Bad", columns, { key: { pk: "n" } }),
      '"pk", a key of its table or of an index, is N, and for "Text" it is S',
    );
  });

  test("that of keys which begin alike, without an attribute", () => {
    const Alike = table("alike", keys);
    Alike.model("Order", columns, { key: { pk: key`C#${"id"}`, sk: key`ORDER#${"n"}` } });
    expectRefused(
      () => declare(Alike, "Bad", columns, { key: { pk: key`C#${"id"}`, sk: key`ORDER#${"n"}#LINE` } }),
      'a search of "Bad" by the beginning of its keys would find items of "Order": give the table "alike" an attribute that tells kinds apart',
    );
  });
});

describe("the table's key is refused if", () => {
  test.each<[what: string, of: AnyTable, more: object, given: object, problem: string]>([
    [
      "an attribute is left out",
      Shop,
      {},
      { pk: own.pk },
      '"sk" of the table\'s key is missing; give a key, such as sk:',
    ],
    [
      "a column has its name and not its role",
      Shop,
      { p: string().storedAs("pk") },
      { sk: own.sk },
      'the column "p" is stored as "pk", the table\'s hash key; call hashKey() on it',
    ],
    [
      "a column has its name and the other role",
      Shop,
      { p: string().hashKey().storedAs("sk") },
      { pk: own.pk },
      'the column "p" is stored as "sk", the table\'s range key; call rangeKey() on it',
    ],
    [
      "a column has its role and another name",
      Shop,
      { p: string().hashKey() },
      own,
      'the hash key "p" is stored as "p", and that of the table "shop" is "pk"; use storedAs("pk"), or the option key',
    ],
    [
      "a column has a role that the table has not",
      Simple,
      { p: string().rangeKey() },
      { pk: own.pk },
      'the range key "p" is stored as "p", and that of the table "simple" is not there',
    ],
    [
      "it is composed, and a column has its name",
      Shop,
      { p: string().hashKey().storedAs("pk") },
      own,
      '"pk" of the table\'s key is composed, and the column "p" is stored under that name, too',
    ],
    [
      "it names the column that it is already",
      Shop,
      { p: string().hashKey().storedAs("pk") },
      { ...own, pk: "p" },
      '"pk" of the table\'s key is the column "p" already, which is stored under that name; leave it out',
    ],
    [
      "it is composed, and the kind",
      ByKind,
      {},
      { _type: key`A`, sk: own.sk },
      '"_type" of the table\'s key is the kind, which bloop writes by itself',
    ],
    [
      "it is neither a column nor a template",
      Shop,
      {},
      { ...own, pk: 7 },
      "\"pk\" of the table's key is 7; it is a column's name, or made by key`` or template``",
    ],
  ])("%s", (_, of, more, given, problem) => {
    expectRefused(() => declare(of, "Bad", { ...columns, ...more }, { key: given }), problem);
  });
});

describe("a part of the table's key is refused that is", () => {
  const odd = {
    ...columns,
    maybe: string().nullable(),
    version: integer().version(),
    late: string().default("a", { onLoad: true }),
    many: list(string()),
    inner: map({}),
  };
  test.each<[part: string, pk: unknown, problem: string]>([
    ["misspelt", key`A#${"idd"}`, 'names a column "idd" that is not there; did you mean "id"?'],
    ["a constant alone", "A", 'names a column "A" that is not there'],
    [
      "a set",
      key`A#${"tags"}`,
      'is composed of the column "tags", which is stored as SS; a part of a key is stored as',
    ],
    ["a list", key`A#${"many"}`, 'is composed of the column "many", which is stored as L; a part of a key'],
    ["a map", "inner", 'is composed of the column "inner", which is stored as M; a part of a key'],
    [
      "nullable",
      key`A#${"maybe"}`,
      'is composed of the column "maybe", which is nullable; a part of a key can\'t be NULL',
    ],
    ["the version", key`A#${"version"}`, 'is composed of the column "version", which is the version, and changes with'],
    ["loaded with a default", key`A#${"late"}`, 'is composed of the column "late", which has a default with onLoad'],
    ["a boolean by itself", "flag", 'is the column "flag", which is stored as BOOL; a key is S, N or B; use key`'],
    ["a text with a width", key`${{ column: "id", width: 3 }}`, 'gives "id" a width, and it is stored as S'],
    ["a number with a case", template`${{ column: "n", case: "lower" }}`, 'gives "n" a case, and it is stored as N'],
  ])("%s", (_, pk, problem) => {
    expectRefused(() => declare(Shop, "Bad", odd, { key: { ...own, pk } }), `"pk" of the table's key ${problem}`);
  });

  test.each<[part: string, pk: unknown, problem: string]>([
    [
      "pasted to the next one",
      template`${"id"}${"n"}`,
      'nothing stands between "id" and "n", so that a key would not say',
    ],
    ["bytes of a template", template`${"bytes"}`, '"bytes" is stored as B, which template() does not take'],
  ])("%s", (_, pk, problem) => {
    expectRefused(() => declare(Shop, "Bad", odd, { key: { ...own, pk } }), `"pk" of the table's key: ${problem}`);
  });
});

describe("an index is refused", () => {
  test.each<[what: string, indexes: unknown, problem: string]>([
    ["of an array", [{ on: "gsi" }], 'its indexes are [{"on":"gsi"}], not an object'],
    ["that is a name", { x: "gsi" }, 'the index "x" is "gsi", not an object'],
    [
      "on none of the table's",
      { x: {} },
      'the index "x" is on undefined, and the table "shop" declares "gsi", "other"',
    ],
    ["called prototype", { prototype: { on: "other", g: "n" } }, 'an index can\'t be called "prototype"'],
    ["called as a column", { n: { on: "other", g: "n" } }, '"n" is both a column and an index'],
    [
      "with an attribute of another one",
      { x: { on: "other", g: "n", h: "id" } },
      'there is no option of the index "x" called "h"',
    ],
    [
      "without its hash key",
      { x: { on: "gsi", h: key`A` } },
      '"g" of the index "x" is missing; give a key, such as g:',
    ],
    [
      "whose key another one composes of other constants",
      { x: { on: "other", g: key`A#${"id"}` }, y: { on: "gsi", g: key`B#${"id"}`, h: "n" } },
      '"g" is composed in two ways, for the index "x" and for the index "y"',
    ],
    [
      "whose key another one composes of another column",
      { x: { on: "other", g: key`A#${"id"}` }, y: { on: "gsi", g: key`A#${"n"}`, h: "n" } },
      '"g" is composed in two ways, for the index "x" and for the index "y"',
    ],
    [
      "whose key another one copies",
      { x: { on: "other", g: key`${"id"}` }, y: { on: "gsi", g: "id", h: "n" } },
      '"g" is composed in two ways, for the index "x" and for the index "y"',
    ],
    [
      "that does not project the kind",
      { x: { on: "bare", b: "n" } },
      'the index "x" does not project "_type", by which kinds are told apart',
    ],
  ])("%s", (_, indexes, problem) => {
    expectRefused(() => declare(Shop, "Bad", columns, { key: own, indexes }), problem);
  });

  test("that does not project a part which the table's key does not tell", () => {
    expectRefused(
      () => declare(Shop, "Bad", columns, { key: lower, indexes: { x: { on: "typed", t: "n" } } }),
      'the index "x" does not project "id", and the table\'s key does not tell it, so that a search could not say which',
    );
  });

  test("of a table that has none", () => {
    expectRefused(
      () => declare(Simple, "Bad", columns, { key: { pk: own.pk }, indexes: { x: { on: "gsi" } } }),
      'the index "x" is on "gsi", and the table "simple" declares none',
    );
  });
});

test("two indexes have one key if they compose it in the same way, or the second one leaves it out", () => {
  const indexes = {
    x: { on: "other", g: key`A#${"id"}` },
    y: { on: "gsi", g: key`A#${"id"}`, h: "n" },
  } as const;
  const Same = Shop.model("Same", columns, { key: own, indexes });
  expect(Same.x).toBeDefined();
  const { g, ...y } = indexes.y;
  expect(() => declare(Shop, "Left", columns, { key: own, indexes: { x: { ...indexes.x, g }, y } })).not.toThrow();
  const copies = { x: { on: "other", g: "id" }, y: { on: "gsi", g: "id", h: "n" } };
  expect(() => declare(Shop, "Copied", columns, { key: own, indexes: copies })).not.toThrow();
});

describe("the time to live is refused that is", () => {
  const use = "DynamoDB takes seconds as N; use timestamp()";

  test("a text", () => {
    expectRefused(
      () => declare(Shop, "Bad", { ...columns, until: string().storedAs("expires") }, { key: own }),
      `the column "until", stored as "expires", is the table's time to live, and it is stored as S; ${use}`,
    );
  });

  test("in milliseconds", () => {
    const until = timestamp({ unit: "milliseconds" }).storedAs("expires");
    expectRefused(
      () => declare(Shop, "Bad", { ...columns, until }, { key: own }),
      `the column "until", stored as "expires", is the table's time to live, and it has milliseconds; ${use}`,
    );
  });

  test("a key of texts", () => {
    expectRefused(
      () => declare(Expiring, "Bad", columns, { key: { pk: own.pk } }),
      `the key "pk" is the table's time to live, and it is stored as S; ${use}`,
    );
  });

  test("none of these", () => {
    const until = timestamp().storedAs("expires");
    expect(() => declare(Shop, "Timed", { ...columns, until }, { key: own })).not.toThrow();
  });
});

describe("unique is refused that is", () => {
  test.each<[given: unknown, problem: string]>([
    ["id", 'unique is "id", not an array of columns'],
    [[7], "unique has 7; it takes a column's name, or an array of names"],
    [[["id", "id"]], 'unique has ["id","id"]; it takes a column\'s name, or an array of names'],
    [["id", "id"], 'unique names the column "id" twice'],
    [["idd"], 'unique names a column "idd" that is not there; did you mean "id"?'],
    [["tags"], 'unique is composed of the column "tags", which is stored as SS'],
  ])("%j", (unique, problem) => {
    expectRefused(() => declare(Shop, "Bad", columns, { key: own, unique }), problem);
  });
});
