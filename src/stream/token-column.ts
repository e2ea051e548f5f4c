/** A column for tokens of streams. */

import { InvalidPosition } from "../errors.js";
import { json, type StandardSchema } from "../types/json.js";
import type { Type } from "../types/type.js";
import { isPlainObject } from "../util/object.js";
import { type StreamToken, startOf } from "./token.js";

/**
 * A token of a stream, as JSON in a text: a value that is none is refused when it is saved or loaded.
 *
 * @example
 * const Reader = model("Reader", { name: string().hashKey(), token: streamToken() });
 * await engine.update(Reader, { name: "tally" }, { token: stream.token });
 */
export function streamToken(): Type<StreamToken, "S"> {
  return json(tokenSchema);
}

const tokenSchema: StandardSchema<StreamToken> = {
  "~standard": {
    version: 1,
    vendor: "bloop",
    validate(value: unknown) {
      try {
        startOf(value, isPlainObject(value) ? String(value.tableName) : "", 0);
        return isPlainObject(value)
          ? { value: value as never }
          : { issues: [{ message: "it is no token of a stream" }] };
      } catch (error) {
        if (error instanceof InvalidPosition) return { issues: [{ message: error.message }] };
        throw error;
      }
    },
  },
};
