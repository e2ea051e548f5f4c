/**
 * The required content of DynamoDB's answer to each operation. The only file that reads answers, by whichever road they
 * came. An answer that lacks required content, or holds items that were not requested, is an error. It is never taken
 * for "not there" or "done".
 */

import { type Attributes, attributeOf, type Item } from "../wire/attribute.js";
import { canonicalKey } from "../wire/canonical.js";
import { sameAttribute, sameAttributes } from "../wire/same.js";
import { BrokenAnswer } from "./failure.js";
import type {
  BatchedWrite,
  BatchGetItemAnswer,
  BatchGetItemRequest,
  BatchWriteItemRequest,
  DeleteItemRequest,
  GetItemRequest,
  KeysOfTable,
  Page,
  PutItemRequest,
  QueryRequest,
  ScanRequest,
  TransactGetItemsRequest,
  TransactWriteItemsRequest,
  UpdateItemRequest,
} from "./session.js";

/** The request of each operation, and the result that its answer yields. */
export interface Exchanges {
  readonly GetItem: { readonly request: GetItemRequest; readonly result: Item | undefined };
  readonly UpdateItem: { readonly request: UpdateItemRequest; readonly result: Item | undefined };
  readonly PutItem: { readonly request: PutItemRequest; readonly result: undefined };
  readonly DeleteItem: { readonly request: DeleteItemRequest; readonly result: Item | undefined };
  readonly BatchGetItem: { readonly request: BatchGetItemRequest; readonly result: BatchGetItemAnswer };
  readonly BatchWriteItem: {
    readonly request: BatchWriteItemRequest;
    readonly result: BatchWriteItemRequest["RequestItems"];
  };
  readonly TransactWriteItems: { readonly request: TransactWriteItemsRequest; readonly result: undefined };
  readonly TransactGetItems: {
    readonly request: TransactGetItemsRequest;
    readonly result: readonly (Item | undefined)[];
  };
  readonly Query: { readonly request: QueryRequest; readonly result: Page };
  readonly Scan: { readonly request: ScanRequest; readonly result: Page };
}

export type Operation = keyof Exchanges;

/** An answer before it is checked: any of its members may be missing, null, or something else. */
interface Answer {
  readonly [member: string]: unknown;
}

type Reader<Name extends Operation> = (
  answer: Answer,
  request: Exchanges[Name]["request"],
) => Exchanges[Name]["result"];

const readers: { readonly [Name in Operation]: Reader<Name> } = {
  GetItem: ({ Item: item }, { Key }) => (isAbsent(item) ? undefined : itemWithKey(item, Key)),
  UpdateItem(answer, { Key, ReturnValues }) {
    if (ReturnValues === "ALL_NEW") return itemWithKey(answer["Attributes"], Key);
    return ReturnValues === undefined ? undefined : oldItem(answer, Key);
  },
  PutItem: () => undefined,
  DeleteItem: (answer, { Key, ReturnValues }) => (ReturnValues === undefined ? undefined : oldItem(answer, Key)),
  BatchGetItem: readBatch,
  BatchWriteItem: readUnwritten,
  TransactWriteItems: () => undefined,
  TransactGetItems: readTogether,
  Query: readPage,
  Scan: readPage,
};

/** Throws BrokenAnswer if this can't be DynamoDB's answer to this request. */
export function readAnswer<Name extends Operation>(
  operation: Name,
  answer: unknown,
  request: Exchanges[Name]["request"],
): Exchanges[Name]["result"] {
  const read: Reader<Name> = readers[operation];
  return read(objectOf(answer, "the answer"), request);
}

/** A required member of an answer. Throws BrokenAnswer if it is missing. */
export function present<Member>(member: Member | undefined | null, place: string): Member {
  if (isAbsent(member)) throw new BrokenAnswer(`${place} is missing`);
  return member;
}

/** JSON's null means that a member is absent, as it does to the SDK. */
function isAbsent(member: unknown): member is undefined | null {
  return member === undefined || member === null;
}

function objectOf(value: unknown, place: string): Answer {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Answer;
  throw new BrokenAnswer(isAbsent(value) ? `${place} is missing` : `${place} is no object`);
}

function arrayOf(value: unknown, place: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new BrokenAnswer(isAbsent(value) ? `${place} is missing` : `${place} is no array`);
}

/** The types that load the attributes check them. */
function itemOf(value: unknown): Item {
  return objectOf(value, "an item") as Attributes;
}

function itemsOf(value: unknown): readonly Item[] {
  const items = arrayOf(value, "Items");
  for (const item of items) itemOf(item);
  return items as readonly Item[];
}

/** The item of the requested key. Keys are compared as DynamoDB does: 1 is 1.0. */
function itemWithKey(value: unknown, key: Item): Item {
  const item = itemOf(value);
  for (const name in key) {
    if (!sameAttribute(attributeOf(item, name), attributeOf(key, name)))
      throw new BrokenAnswer("it holds an item of another key than was asked for");
  }
  return item;
}

/** There was no item if the member is missing, or empty, as emulators send it. */
function oldItem({ Attributes: attributes }: Answer, key: Item): Item | undefined {
  if (isAbsent(attributes) || Object.keys(attributes).length === 0) return undefined;
  return itemWithKey(attributes, key);
}

function readPage(
  { Items, Count, ScannedCount, LastEvaluatedKey }: Answer,
  { Select, ExclusiveStartKey }: ScanRequest,
): Page {
  const items = Select === "COUNT" && isAbsent(Items) ? [] : itemsOf(Items);
  const count = Select === "COUNT" ? countOf(Count, "Count") : items.length;
  return {
    items,
    count,
    scanned: isAbsent(ScannedCount) ? count : countOf(ScannedCount, "ScannedCount"),
    lastKey: lastKeyOf(LastEvaluatedKey, ExclusiveStartKey),
  };
}

function countOf(value: unknown, place: string): number {
  if (typeof value === "number" && Number.isInteger(value) && value >= 0) return value;
  throw new BrokenAnswer(isAbsent(value) ? `${place} is missing` : `${place} is no number`);
}

/**
 * An empty key means the last page, as a missing one does. A key that does not advance would repeat the same page for
 * ever.
 */
function lastKeyOf(value: unknown, start: Item | undefined): Item | undefined {
  if (isAbsent(value)) return undefined;
  const key = objectOf(value, "LastEvaluatedKey") as Attributes;
  if (Object.keys(key).length === 0) return undefined;
  if (start !== undefined && sameAttributes(key, start))
    throw new BrokenAnswer("its page ends at the very key that it was to begin after");
  return key;
}

/** The keys that remain to be read are those of the request, exactly as they were sent. */
function readBatch({ Responses, UnprocessedKeys }: Answer, { RequestItems }: BatchGetItemRequest): BatchGetItemAnswer {
  const tables = new Map(Object.entries(RequestItems).map(([table, request]) => [table, keysByText(request)]));
  const items: Record<string, readonly Item[]> = {};
  for (const [table, found] of Object.entries(objectOf(Responses, "Responses"))) {
    const keys = keysOf(tables, table, "Responses");
    items[table] = isAbsent(found)
      ? []
      : arrayOf(found, `Responses of ${table}`).map((value) => {
          const item = itemOf(value);
          if (!keys.byText.has(canonicalKey(item, keys.names)))
            throw new BrokenAnswer("it holds an item of a key that was not asked for");
          return item;
        });
  }
  const unprocessed: Record<string, KeysOfTable> = {};
  for (const [table, left] of entriesOf(UnprocessedKeys, "UnprocessedKeys")) {
    const { byText, names } = keysOf(tables, table, "UnprocessedKeys");
    const texts = arrayOf(objectOf(left, table)["Keys"], "Keys").map((key) => canonicalKey(itemOf(key), names));
    const Keys = [...new Set(texts)].map((text) => asked(byText.get(text), "UnprocessedKeys"));
    if (Keys.length > 0) unprocessed[table] = { Keys, ConsistentRead: RequestItems[table]?.ConsistentRead ?? false };
  }
  return { items, unprocessed };
}

interface TableKeys {
  readonly names: readonly string[];
  readonly byText: ReadonlyMap<string, Item>;
}

function keysByText({ Keys }: KeysOfTable): TableKeys {
  const names = Object.keys(Keys[0] ?? {});
  return { names, byText: new Map(Keys.map((key) => [canonicalKey(key, names), key])) };
}

function keysOf(tables: ReadonlyMap<string, TableKeys>, table: string, place: string): TableKeys {
  const keys = tables.get(table);
  if (keys !== undefined) return keys;
  throw new BrokenAnswer(`${place} name a table that was not asked for`);
}

function entriesOf(value: unknown, place: string): readonly (readonly [string, unknown])[] {
  if (isAbsent(value)) return [];
  return Object.entries(objectOf(value, place)).filter(([, member]) => !isAbsent(member));
}

function asked<Part>(part: Part | undefined, place: string): Part {
  if (part === undefined) throw new BrokenAnswer(`${place} hold what was not asked for`);
  return part;
}

/** The writes that remain to be done: those of the request, exactly as they were sent. */
function readUnwritten(
  { UnprocessedItems }: Answer,
  { RequestItems }: BatchWriteItemRequest,
): BatchWriteItemRequest["RequestItems"] {
  const place = "UnprocessedItems";
  const unwritten: Record<string, readonly BatchedWrite[]> = {};
  for (const [table, left] of entriesOf(UnprocessedItems, place)) {
    const writes = asked(RequestItems[table], place);
    const found = arrayOf(left, `${place} of ${table}`).map((value) => {
      const wanted = contentOf(objectOf(value, "a write"));
      return asked(
        writes.find((write) => isWrite(write, wanted)),
        place,
      );
    });
    if (found.length > 0) unwritten[table] = [...new Set(found)];
  }
  return unwritten;
}

/** The item that a write puts, or the key of the item that it deletes. */
function contentOf(write: Answer): { readonly put: Item | undefined; readonly key: Item | undefined } {
  const { PutRequest: put, DeleteRequest: deletion } = write;
  return {
    put: isAbsent(put) ? undefined : itemOf(objectOf(put, "PutRequest")["Item"]),
    key: isAbsent(deletion) ? undefined : itemOf(objectOf(deletion, "DeleteRequest")["Key"]),
  };
}

function isWrite(write: BatchedWrite, { put, key }: ReturnType<typeof contentOf>): boolean {
  if ("PutRequest" in write) return put !== undefined && sameAttributes(write.PutRequest.Item, put);
  return key !== undefined && sameAttributes(write.DeleteRequest.Key, key);
}

function readTogether(
  { Responses }: Answer,
  { TransactItems }: TransactGetItemsRequest,
): readonly (Item | undefined)[] {
  const found = arrayOf(Responses, "Responses");
  if (found.length !== TransactItems.length)
    throw new BrokenAnswer(`it has ${found.length} Responses to ${TransactItems.length} keys`);
  return TransactItems.map(({ Get: { Key } }, index) => {
    const { Item: item } = isAbsent(found[index]) ? {} : objectOf(found[index], "a response");
    return isAbsent(item) ? undefined : itemWithKey(item, Key);
  });
}
