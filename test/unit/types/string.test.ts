import { string, uuid } from "../../../src/types/string.js";
import { table } from "../codec.js";

const half = "a\ud800b";
const halfMessage =
  "a text of 3 characters holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()";

table("string()", string(), {
  both: [
    ["", { S: "" }],
    ["text", { S: "text" }],
    ["__proto__", { S: "__proto__" }],
    ["💩\u0000\uffff", { S: "💩\u0000\uffff" }],
  ],
  refusesToLoad: [
    [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
    [{ SS: ["a"] }, "the stored value has DynamoDB's type SS, not S: a set of 1"],
    [{ S: half }, halfMessage],
  ],
  refusesToDump: [
    [1, "expected a string, got a number"],
    [1n, "expected a string, got a bigint"],
    [undefined, "expected a string, got undefined"],
    [null, "expected a string, got null; declare the column with nullable() to store NULL"],
    [Symbol("x"), "expected a string, got a symbol"],
    [new String("x"), "expected a string, got an object of String"],
    [half, halfMessage],
    ["\udc00", "a text of 1 character holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()"],
  ],
});

table("string of some", string("sale", "refund", ""), {
  both: [
    ["sale", { S: "sale" }],
    ["", { S: "" }],
  ],
  refusesToLoad: [
    [{ S: "Sale" }, 'expected "sale", "refund" or "", got a text of 4 characters; did you mean "sale"?'],
    [{ S: "something else" }, 'expected "sale", "refund" or "", got a text of 14 characters'],
    [{ N: "1" }, "the stored value has DynamoDB's type N, not S: a number"],
  ],
  refusesToDump: [
    ["refnud", 'expected "sale", "refund" or "", got a text of 6 characters; did you mean "refund"?'],
    ["toString", 'expected "sale", "refund" or "", got a text of 8 characters'],
    [7, "expected a string, got a number"],
  ],
});

const id = "6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b";
const example = "expected a UUID such as 6f1c2b34-8f0a-4d6e-9b1a-0c2d3e4f5a6b, got";

table("uuid", uuid(), {
  both: [
    [id, { S: id }],
    ["00000000-0000-0000-0000-000000000000", { S: "00000000-0000-0000-0000-000000000000" }],
  ],
  loads: [[{ S: id.toUpperCase() }, id]],
  dumps: [[id.toUpperCase(), { S: id }]],
  refusesToLoad: [
    [{ S: "" }, `${example} an empty text`],
    [{ S: `${id}\n` }, `${example} a text of 37 characters`],
    [{ B: new Uint8Array(16) }, "the stored value has DynamoDB's type B, not S: 16 bytes"],
  ],
  refusesToDump: [
    [`{${id}}`, `${example} a text of 38 characters`],
    [id.replaceAll("-", ""), `${example} a text of 32 characters`],
    [`urn:uuid:${id}`, `${example} a text of 45 characters`],
    [12, "expected a string, got a number"],
  ],
});
