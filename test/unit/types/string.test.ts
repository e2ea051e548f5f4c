import { string, uuid } from "../../../src/types/string.js";
import { table } from "../codec.js";

const half = "a\ud800b";
const halfMessage = `"a\\ud800b" holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()`;

table("string()", string(), {
  both: [
    ["", { S: "" }],
    ["text", { S: "text" }],
    ["__proto__", { S: "__proto__" }],
    ["💩\u0000\uffff", { S: "💩\u0000\uffff" }],
  ],
  refusesToLoad: [
    [{ N: "1" }, `the stored value has DynamoDB's type N, not S: {"N":"1"}`],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
    [{ SS: ["a"] }, `the stored value has DynamoDB's type SS, not S: {"SS":["a"]}`],
    [{ S: half }, halfMessage],
  ],
  refusesToDump: [
    [1, "expected a string, got 1"],
    [1n, "expected a string, got 1n"],
    [undefined, "expected a string, got undefined"],
    [null, "expected a string, got null; declare the column with nullable() to store NULL"],
    [Symbol("x"), "expected a string, got Symbol(x)"],
    [new String("x"), `expected a string, got "x"`],
    [half, halfMessage],
    ["\udc00", `"\\udc00" holds half a surrogate pair, which UTF-8 can't; repair it with toWellFormed()`],
  ],
});

table("string of some", string("sale", "refund", ""), {
  both: [
    ["sale", { S: "sale" }],
    ["", { S: "" }],
  ],
  refusesToLoad: [
    [{ S: "Sale" }, `expected "sale", "refund" or "", got "Sale"; did you mean "sale"?`],
    [{ S: "something else" }, `expected "sale", "refund" or "", got "something else"`],
    [{ N: "1" }, `the stored value has DynamoDB's type N, not S: {"N":"1"}`],
  ],
  refusesToDump: [
    ["refnud", `expected "sale", "refund" or "", got "refnud"; did you mean "refund"?`],
    ["toString", `expected "sale", "refund" or "", got "toString"`],
    [7, "expected a string, got 7"],
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
    [{ S: "" }, `${example} ""`],
    [{ S: `${id}\n` }, `${example} "${id}\\n"`],
    [{ B: new Uint8Array(16) }, `the stored value has DynamoDB's type B, not S: {"B":"16 bytes"}`],
  ],
  refusesToDump: [
    [`{${id}}`, `${example} "{${id}}"`],
    [id.replaceAll("-", ""), `${example} "${id.replaceAll("-", "")}"`],
    [`urn:uuid:${id}`, `${example} "urn:uuid:${id}"`],
    [12, "expected a string, got 12"],
  ],
});
