/** Every error class that bloop throws. Fields and names only: the code that finds an error writes its sentence. */

export { BloopError } from "./errors/base.js";
export {
  InvalidCondition,
  InvalidModel,
  InvalidOption,
  InvalidPosition,
  InvalidRecord,
  InvalidSearch,
  InvalidStream,
  InvalidValue,
  MissingKey,
} from "./errors/input.js";
export {
  MissingObjects,
  RequestFailed,
  TableMismatch,
  type ThrottlingReason,
  TimedOut,
  UnexpectedCount,
} from "./errors/request.js";
export {
  ConstraintViolation,
  InvalidTransaction,
  TransactionCanceled,
  type TransactionReason,
  TransactionTokenExpired,
  UniqueViolation,
  type VersionMismatch,
  type WriteFailure,
  WriteFailures,
} from "./errors/write.js";
