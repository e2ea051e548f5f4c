/** Types only: the client of an engine, and the road of its requests. */

/**
 * A DynamoDBClient of @aws-sdk/client-dynamodb. The type names only the members that bloop uses, so that it accepts a
 * client of another SDK version than the one that bloop was compiled with.
 */
export interface DynamoDBClientLike {
  send(command: never, options: never): unknown;
}

/**
 * How requests for items reach DynamoDB. "lean" bypasses the SDK's middleware if a client has only the SDK's own; "sdk"
 * never does.
 */
export type Road = "lean" | "sdk";
