/** The modifiers onWrite() and from(): what they refuse. */

import { InvalidModel, string } from "bloop-dynamodb";
import { expect, test } from "vitest";

const make = () => "made";
/** A call as somebody without a compiler writes it. */
const from = (columns: unknown, computed: unknown) => () => string().from(columns as never, computed as never);

test.each<[what: string, attempt: () => unknown, sentence: string]>([
  [
    "a name in place of an array",
    from("id", make),
    "from() takes an array of columns' names, got a text of 2 characters.",
  ],
  ["no names", from([], make), "from() takes an array of columns' names, got an array of 0."],
  ["a number among names", from(["id", 7], make), "from() takes an array of columns' names, got an array of 2."],
  ["no function", from(["id"], undefined), "from() takes a function, got undefined."],
  ["no function", () => string().onWrite("made" as never), "onWrite() takes a function, got a text of 4 characters."],
])("%s is refused", (_, attempt, sentence) => {
  expect(attempt).toThrow(new InvalidModel(sentence));
});
