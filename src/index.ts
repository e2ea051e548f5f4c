/** `bloop-dynamodb`: models, types, conditions, the engine and its streams. Everything public, listed by hand; no logic. */

export type { CheckpointPosition } from "./engine/checkpoint-position.js";
export { Engine } from "./engine/engine.js";
export {
  BloopError,
  ConstraintViolation,
  InvalidCondition,
  InvalidModel,
  InvalidOption,
  InvalidPosition,
  InvalidRecord,
  InvalidSearch,
  InvalidStream,
  InvalidTransaction,
  InvalidValue,
  MissingKey,
  MissingObjects,
  RequestFailed,
  TableMismatch,
  type ThrottlingReason,
  TimedOut,
  TransactionCanceled,
  type TransactionReason,
  TransactionTokenExpired,
  UnexpectedCount,
  UniqueViolation,
  type VersionMismatch,
  type WriteFailure,
  WriteFailures,
} from "./errors.js";
export {
  type Action,
  add,
  addTo,
  append,
  deleteFrom,
  type Increase,
  type Merge,
  merge,
  prepend,
  remove,
  setIfMissing,
} from "./expression/action.js";
export { always, and, type Both, type Condition, or } from "./expression/condition.js";
export type {
  AnyOperations,
  DynamicPlace,
  EqualityOperations,
  Equals,
  KeyCondition,
  ListPlace,
  MapPlace,
  Ordered,
  OrderOperations,
  Place,
  Ranged,
  Reference,
  Rejected,
  ScalarPlace,
  SetPlace,
  Sized,
  SizePlace,
  TextPlace,
} from "./expression/infer.js";
export { changes, type ObjectChange } from "./model/change/changes.js";
export { ifNotExists } from "./model/declaration/if-not-exists.js";
export type { GlobalIndex, LocalIndex } from "./model/declaration/infer.js";
export {
  type ColumnMetadata,
  type ComputedMetadata,
  type DefaultMetadata,
  type IndexMetadata,
  type ModelMetadata,
  metadataOf,
} from "./model/declaration/metadata.js";
export { model, onModelCreated } from "./model/declaration/model.js";
export type { MemberMetadata, TypeMetadata, VariantMetadata } from "./model/declaration/type-metadata.js";
export type {
  AnyModel,
  Changes,
  ChangesOfShape,
  EachFound,
  IncludeOf,
  Input,
  Item,
  Key,
  KeyOfShape,
  Model,
  ModelOptions,
  ObjectActions,
  Searchable,
  ShapeOf,
  UnknownAttribute,
  UnknownItem,
  UnknownPolicy,
} from "./model/infer.js";
export type {
  KeySpec,
  KindModel,
  KindOptions,
  OptionsCheck,
  Table,
  TableDeclaration,
  TableIndexDeclaration,
  TableType,
  TableTypes,
} from "./model/kinds/declare/infer.js";
export { table } from "./model/kinds/declare/table.js";
export {
  type KeyTemplate,
  key,
  type LetterPart,
  type PaddedPart,
  type PartOf,
  template,
  type WidePart,
} from "./model/kinds/declare/template.js";
export { keyOf } from "./model/kinds/key/key-of.js";
export type { InvalidPolicy } from "./operation/context.js";
export type {
  BindOptions,
  BulkOptions,
  BulkProgress,
  BulkReport,
  CommitOptions,
  DerivedOptions,
  EngineOptions,
  Given,
  KeyDeleteOptions,
  ModifyOptions,
  MoveOptions,
  QueryOptions,
  ReadOptions,
  ReadTransactionOptions,
  SaveOptions,
  ScanOptions,
  SearchOptions,
  StreamOptions,
  TransactedOptions,
  TransactedUpdateOptions,
  UpdateOptions,
  WriteOptions,
} from "./operation/options.js";
export type { OperationContext } from "./operation/trace.js";
export { type Cursors, makeCursors } from "./read/cursor.js";
export type { ReadTransaction } from "./read/read-transaction.js";
export type { Search } from "./read/search.js";
export type { SearchToken } from "./read/search-token.js";
export type { DynamoDBClientLike } from "./session/client.js";
export type { DynamoDBStreamsClientLike } from "./session/streams.js";
export type { RequestContext, RetryMessage } from "./session/watch.js";
export type { Signals } from "./signals.js";
export type { BatchOptions } from "./stream/batch.js";
export type { GapMessage, LagMessage } from "./stream/channels.js";
export { type CheckpointModel, checkpointModel } from "./stream/checkpoint/checkpoint-model.js";
export type { EachOf, RecordMeta, RecordOf, RecordsOf, StreamRecord, UnknownRecord } from "./stream/infer.js";
export type { StreamSignals } from "./stream/signals.js";
export type { CheckpointTransaction, Stream } from "./stream/stream.js";
export type { StreamPosition, StreamToken } from "./stream/token.js";
export { streamToken } from "./stream/token-column.js";
export { binary } from "./types/binary.js";
export { boolean } from "./types/boolean.js";
export type { CustomJson, Json, TypeOptions } from "./types/codec/outline.js";
export { type Dynamic, type DynamicNumber, dynamicList, dynamicMap, StoredNumber } from "./types/dynamic.js";
export type { InputOfShape, LocalOf, Values } from "./types/infer.js";
export type { IsoOptions } from "./types/iso.js";
export { json, type StandardSchema } from "./types/json.js";
export { list } from "./types/list.js";
export { map, record } from "./types/map.js";
export { bigint, type Integer, integer, number } from "./types/number.js";
export { oneOf } from "./types/one-of.js";
export { recursive } from "./types/recursive.js";
export { set } from "./types/set.js";
export { string, uuid } from "./types/string.js";
export { datetime, type Fractions, type TimestampOptions, timestamp } from "./types/time.js";
export type { Shape, Type } from "./types/type.js";
export { union } from "./types/union.js";
export type { ModelNameOf, ModelObject } from "./util/model-object.js";
export type { AnyWire, Wire } from "./wire/attribute.js";
export type { CapacityDetail, ConsumedCapacity } from "./wire/capacity.js";
export type { PreparedTransaction } from "./write/prepared.js";
export type { WriteTransaction } from "./write/transaction.js";
