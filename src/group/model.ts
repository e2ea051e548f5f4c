/** The state of a group of workers, as a model: one row for each lease and each place. */

import { model } from "../model/declaration/model.js";
import type { Model } from "../model/infer.js";
import { boolean } from "../types/boolean.js";
import { type Integer, integer } from "../types/number.js";
import { string } from "../types/string.js";
import type { Type } from "../types/type.js";

type Text = Type<string, "S">;

type Columns = {
  group: Type<string, "S", "hash" | "required">;
  id: Type<string, "S", "range" | "required">;
  kind: Text;
  shard: Text;
  epoch: Integer;
  owner: Text;
  beat: Integer;
  want: Text;
  position: Text;
  parents: Text;
  since: Integer;
  from: Integer;
  readTo: Integer;
  ended: Type<boolean, "BOOL">;
};

/**
 * The rows of groups: bind it as any other model. Its table is "bloop-groups", in the engine's naming. Rows of kinds that
 * are not known are left alone.
 *
 * @example
 * await engine.bind([Account, GroupRow]);
 */
export const GroupRow: Model<"GroupRow", Columns, Record<never, never>> = /* @__PURE__ */ model(
  "GroupRow",
  {
    /** The group's name and the stream's ARN. */
    group: /* @__PURE__ */ string().hashKey(),
    /** Its kind, and its shard. */
    id: /* @__PURE__ */ string().rangeKey(),
    kind: /* @__PURE__ */ string(),
    shard: /* @__PURE__ */ string(),
    epoch: /* @__PURE__ */ integer(),
    owner: /* @__PURE__ */ string(),
    beat: /* @__PURE__ */ integer(),
    want: /* @__PURE__ */ string(),
    position: /* @__PURE__ */ string(),
    parents: /* @__PURE__ */ string(),
    since: /* @__PURE__ */ integer(),
    from: /* @__PURE__ */ integer(),
    readTo: /* @__PURE__ */ integer(),
    ended: /* @__PURE__ */ boolean(),
  },
  { tableName: "bloop-groups" },
);
