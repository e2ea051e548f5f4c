/** Type level only: the client that an engine is given, and how its requests are sent. */

/**
 * A DynamoDBClient of @aws-sdk/client-dynamodb. Named by what bloop asks of it, so that a client of another version
 * of the SDK than the one bloop was compiled with is taken too.
 */
export interface DynamoDBClientLike {
  send(command: never, options: never): unknown;
}

/**
 * How requests for items go to DynamoDB: "lean" does without the SDK's middleware where a client has only the SDK's
 * own, "sdk" never does.
 */
export type Road = "lean" | "sdk";
