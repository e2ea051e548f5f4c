import { Temporal } from "temporal-polyfill";
import { binary, datetime, timestamp } from "../../../src/ext/python.js";
import { set } from "../../../src/types/set.js";
import { table } from "../codec.js";

const bytes = (...values: number[]) => new Uint8Array(values);
const ascii = (text: string) => new Uint8Array(Buffer.from(text));
const { Instant } = Temporal;
const noBase64 = "the stored bytes are no base64 text, as Python's Bloop stores; take the core's binary()";

table("binary of Python", binary(), {
  both: [
    [bytes(0, 1, 255), { B: ascii("AAH/") }],
    [bytes(), { B: ascii("") }],
    [bytes(1), { B: ascii("AQ==") }],
  ],
  refusesToLoad: [
    [{ B: bytes(0, 1, 255) }, noBase64],
    [{ B: ascii("AQ=") }, noBase64],
    [{ B: ascii("***=") }, noBase64],
    [{ S: "AAH/" }, "the stored value has DynamoDB's type S, not B: a text of 4 characters"],
  ],
  refusesToDump: [["AAH/", "expected a Uint8Array, got a text of 4 characters"]],
});

table("a set of Python's binaries", set(binary()), {
  both: [[new Set([bytes(1), bytes(2)]), { BS: [ascii("AQ=="), ascii("Ag==")] }]],
});

table("datetime of Python, rounded", datetime({ fractions: "round" }), {
  dumps: [[Instant.from("2026-01-31T12:00:00.1234565Z"), { S: "2026-01-31T12:00:00.123457+00:00" }]],
});

table("datetime of Python", datetime(), {
  refusesToDump: [
    [
      Instant.from("2026-01-31T12:00:00.1234565Z"),
      'the time is finer than the 6 digits of instant({ digits: 6 }); add fractions: "floor" to drop the rest',
    ],
    [new Date(0), "expected a Temporal.Instant, got a Date"],
  ],
});

table("timestamp of Python", timestamp(), {
  both: [[new Date(-1000), { N: "-1" }]],
  refusesToDump: [
    [
      new Date(1500),
      'its seconds have a fraction, and a timestamp holds whole ones; declare it with timestamp({ fractions: "floor" }) to drop it',
    ],
  ],
});
