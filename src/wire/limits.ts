/**
 * DynamoDB's limits that can be checked before a request.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */

/** Significant digits of a number. */
export const maxDigits = 38;
/** Exponent of a number's first digit. */
export const maxExponent = 125;
export const minExponent = -130;

export const maxHashKeyBytes = 2048;
export const maxRangeKeyBytes = 1024;
export const maxItemBytes = 409_600;
/** Levels of nested lists and maps. */
export const maxDepth = 32;
/** Values that IN compares with. */
export const maxInOperands = 100;

/** Bytes of one expression's text, and its number of operators and functions. */
export const maxExpressionBytes = 4096;
export const maxOperators = 300;

/** Keys of one BatchGetItem. */
export const maxBatchGetKeys = 100;
/** Puts and deletions of one BatchWriteItem. */
export const maxBatchWrites = 25;

/** Items of one transaction, and bytes of all of them. */
export const maxTransactionItems = 100;
export const maxTransactionBytes = 4_194_304;
/**
 * The minutes during which DynamoDB recognises a repeated transaction.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html
 */
export const tokenMinutes = 10;

/** Attributes of a hash key, and of a range key, of a global index. */
export const maxKeyAttributes = 4;

/** Local indexes of a table. */
export const maxLocalIndexes = 5;

/** The name of a key of a table or index, and of an attribute that an index projects by name. */
export const maxKeyNameBytes = 255;
