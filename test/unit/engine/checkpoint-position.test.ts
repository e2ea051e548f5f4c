/** Checkpoints as the position of a stream are checked as options are. */

import { checkpointModel, Engine, InvalidOption, InvalidPosition, model, string } from "bloop-dynamodb";
import { expect, test } from "vitest";
import { recordingClient } from "../../support/recording-client.js";

const Account = model("Account", { id: string().hashKey() }, { stream: { include: ["new"] } });
const checkpoints = checkpointModel("Checkpoint");
const engine = new Engine({ dynamodb: recordingClient(), streams: { send: async () => ({ Streams: [] }) } });

test.each([
  [{ checkpoints }, /name is the name of a reader, a text, got undefined/],
  [{ checkpoints, name: "" }, /name is the name of a reader, a text/],
  [{ checkpoints: Account, name: "a" }, /checkpoints is a model that checkpointModel\(\) made/],
  [{ checkpoints, nmae: "a", name: "a" }, /checkpoints has no option "nmae"; did you mean "name"/],
])("refuses %o", (position, message) => {
  expect(() => engine.stream(Account, position as never)).toThrow(InvalidOption);
  expect(() => engine.stream(Account, position as never)).toThrow(message);
});

test("refuses a start that is no position, in the stream's words", () => {
  const position = { checkpoints, name: "a", start: "oldest" } as never;
  expect(() => engine.stream(Account, position)).toThrow(InvalidPosition);
});
