/** `bloop-dynamodb/lambda`: the records of streams in functions of AWS Lambda. */

export { streamHandler } from "./handler.js";
export type {
  BatchResponse,
  HandlerContext,
  LambdaChange,
  LambdaContext,
  LambdaEvent,
  LambdaRecord,
  RecordFailure,
  StreamHandlerOptions,
} from "./infer.js";
export { type ImageOptions, objectOf, recordsOf } from "./objects.js";
