import { boolean } from "../../../src/types/boolean.js";
import { table } from "../codec.js";

table("boolean", boolean(), {
  both: [
    [true, { BOOL: true }],
    [false, { BOOL: false }],
  ],
  refusesToLoad: [
    [{ N: "1" }, "the stored value has DynamoDB's type N, not BOOL: a number"],
    [{ S: "true" }, "the stored value has DynamoDB's type S, not BOOL: a text of 4 characters"],
    [{ NULL: true }, "the stored value is NULL; declare the column with nullable() to load it as null"],
  ],
  refusesToDump: [
    [1, "expected true or false, got a number"],
    ["true", "expected true or false, got a text of 4 characters"],
    [null, "expected true or false, got null; declare the column with nullable() to store NULL"],
    [undefined, "expected true or false, got undefined"],
  ],
});
