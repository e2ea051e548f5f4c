/**
 * The options of each operation and their allowed values: the one source for the check at run time, the names in
 * messages and the defaults. An option that is only here, or only among the types of ./options.ts, does not compile.
 */

import type { CapacityDetail } from "../wire/capacity.js";
import type { InvalidPolicy } from "./context.js";
import type {
  AnySearchOptions,
  BindOptions,
  BulkOptions,
  CommitOptions,
  DerivedOptions,
  EngineOptions,
  KeyDeleteOptions,
  ModifyOptions,
  MoveOptions,
  ReadOptions,
  ReadTransactionOptions,
  RecordOptions,
  SaveOptions,
  ScanSegments,
  StreamOptions,
  TransactedOptions,
  TransactedUpdateOptions,
  UpdateOptions,
  WriteOptions,
} from "./options.js";
import {
  array,
  byDefault,
  callback,
  clientOf,
  condition,
  either,
  flag,
  index,
  milliseconds,
  oneOf,
  plainObject,
  type Rule,
  type Rules,
  signal,
  text,
  wholeNumber,
} from "./rule.js";

const onInvalid: Rule<InvalidPolicy> = /* @__PURE__ */ oneOf("throw", "omit");
const capacity: Rule<CapacityDetail> = /* @__PURE__ */ oneOf("total", "indexes");
const old: Rule<"old"> = /* @__PURE__ */ oneOf("old");

export const engineRules: Rules<EngineOptions, "road" | "onInvalid"> = {
  dynamodb: /* @__PURE__ */ clientOf("a DynamoDBClient of @aws-sdk/client-dynamodb"),
  streams: /* @__PURE__ */ clientOf("a DynamoDBStreamsClient of @aws-sdk/client-dynamodb-streams"),
  road: /* @__PURE__ */ byDefault("lean", oneOf("lean", "sdk")),
  tableName: /* @__PURE__ */ either(text, callback()),
  onInvalid: /* @__PURE__ */ byDefault("throw", onInvalid),
  capacity,
};

export const derivedRules: Rules<DerivedOptions> = {
  tableName: engineRules.tableName,
  onInvalid,
  capacity,
};

export const bindRules: Rules<BindOptions, "tables" | "timeout"> = {
  tables: /* @__PURE__ */ byDefault("create", oneOf("create", "validate", "skip")),
  timeout: /* @__PURE__ */ byDefault(600_000, milliseconds),
  turnOnTtl: /* @__PURE__ */ array("an array of models"),
  signal,
};

export const readRules: Rules<ReadOptions> = { consistent: flag, onInvalid, signal };

export const writeRules: Rules<WriteOptions<string>> = {
  condition: /* @__PURE__ */ condition(),
  atomic: flag,
  returning: old,
  once: flag,
  signal,
};

export const saveRules: Rules<SaveOptions<string>> = {
  condition: writeRules.condition,
  atomic: flag,
  returning: old,
  once: flag,
  sync: /* @__PURE__ */ oneOf("new"),
  actions: /* @__PURE__ */ plainObject("an object of actions by column, such as { views: add(1) }"),
  signal,
};

export const keyDeleteRules: Rules<KeyDeleteOptions<string>> = {
  condition: writeRules.condition,
  returning: old,
  once: flag,
  onInvalid,
  signal,
};

export const moveRules: Rules<MoveOptions<string>> = { condition: writeRules.condition, quiet: flag, signal };

const given = /* @__PURE__ */ plainObject('an object of columns, such as { status: "open" }');

export const updateRules: Rules<UpdateOptions<string>> = {
  condition: writeRules.condition,
  given,
  returning: old,
  once: flag,
  onInvalid,
  signal,
};

export const modifyRules: Rules<ModifyOptions<never>, "attempts"> = {
  attempts: /* @__PURE__ */ byDefault(20, wholeNumber),
  create: /* @__PURE__ */ callback(),
  once: flag,
  onInvalid,
  signal,
};

export const bulkRules: Rules<BulkOptions, "concurrency"> = {
  concurrency: /* @__PURE__ */ byDefault(4, wholeNumber),
  progress: /* @__PURE__ */ callback(),
  report: /* @__PURE__ */ callback(),
  signal,
};

const onUnknown = /* @__PURE__ */ oneOf("skip", "error", "raw");

/** The common options of both searches. */
const searchRules: Rules<Omit<AnySearchOptions, "key" | "forward" | keyof ScanSegments>> = {
  filter: /* @__PURE__ */ condition(),
  projection: /* @__PURE__ */ either(oneOf("all", "keys"), array("an array of columns")),
  limit: wholeNumber,
  pageSize: wholeNumber,
  consistent: flag,
  onInvalid,
  onUnknown,
  signal,
};

export const queryRules: Rules<Omit<AnySearchOptions, keyof ScanSegments>> = {
  ...searchRules,
  key: /* @__PURE__ */ condition(),
  forward: flag,
};

export const parallelRules: Rules<NonNullable<ScanSegments["parallel"]>> = { segment: index, total: wholeNumber };

export const scanRules: Rules<Omit<AnySearchOptions, "key" | "forward">> = {
  ...searchRules,
  segments: wholeNumber,
  parallel: /* @__PURE__ */ plainObject("an object such as { segment: 0, total: 4 }"),
};

export const transactedRules: Rules<TransactedOptions> = {
  condition: writeRules.condition,
  atomic: flag,
};

export const transactedDeleteRules: Rules<Pick<TransactedOptions, "condition">> = { condition: writeRules.condition };

export const transactedUpdateRules: Rules<TransactedUpdateOptions> = { condition: writeRules.condition, given };

export const commitRules: Rules<CommitOptions> = { signal };

export const readTransactionRules: Rules<ReadTransactionOptions> = { onInvalid, signal };

export const recordRules: Rules<RecordOptions> = { onInvalid, onUnknown };

export const streamRules: Rules<StreamOptions> = {
  ...recordRules,
  acknowledge: /* @__PURE__ */ oneOf("pull", "manual"),
  maxBufferedRecords: wholeNumber,
  maxBufferedBytes: wholeNumber,
  concurrency: wholeNumber,
  idleInterval: {
    expects: "a number of milliseconds from 250 to 60000",
    fits: (value) => typeof value === "number" && value >= 250 && value <= 60_000,
  },
  onInvalidRecord: /* @__PURE__ */ callback(),
  signal,
};
