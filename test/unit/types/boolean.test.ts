import { boolean } from "../../../src/types/boolean.js";
import { table } from "../codec.js";

table("boolean", boolean(), {
  both: [
    [true, { BOOL: true }],
    [false, { BOOL: false }],
  ],
  refusesToLoad: [
    [{ N: "1" }, `the stored value has DynamoDB's type N, not BOOL: {"N":"1"}`],
    [{ S: "true" }, `the stored value has DynamoDB's type S, not BOOL: {"S":"true"}`],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [1, "expected true or false, got 1"],
    ["true", `expected true or false, got "true"`],
    [null, "expected true or false, got null; declare the column with nullable() to store NULL"],
    [undefined, "expected true or false, got undefined"],
  ],
});
