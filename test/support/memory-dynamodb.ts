/**
 * One table in memory that answers as DynamoDB does to what bloop sends: for more programs than DynamoDB Local has time
 * for. Not a stand-in for it: test/live/serial.test.ts runs the same programs on both.
 */

import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ConditionNode, Operand } from "../../src/expression/condition.js";
import type { Step } from "../../src/types/codec/context.js";
import { type Attribute, type Attributes, elementsOf, setOf } from "../../src/wire/attribute.js";
import { canonical } from "../../src/wire/canonical.js";
import { addNumbers, numberProblem, parseDecimal } from "../../src/wire/decimal.js";
import { sameAttribute } from "../../src/wire/same.js";
import { evaluate } from "./evaluate.js";
import type { Random } from "./random.js";
import { sdkError } from "./recording-client.js";

export type Request = Readonly<Record<string, unknown>>;

export interface Expressions {
  readonly Key: Attributes;
  readonly Item?: Attributes;
  readonly UpdateExpression?: string;
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Attributes;
  readonly ReturnValues?: string;
}

interface BatchedKeys {
  readonly Keys: readonly Attributes[];
  readonly ConsistentRead?: boolean;
}

interface ScanInput extends Request {
  readonly Limit?: number;
  readonly ExclusiveStartKey?: Attributes;
  readonly Segment?: number;
  readonly TotalSegments?: number;
  readonly FilterExpression?: string;
}

/** So many earlier states of an item can be read by a read that is not consistent. */
const remembered = 3;

export class MemoryTable {
  readonly #items = new Map<string, Attributes>();
  /** The earlier states of items, the latest last. */
  readonly #earlier = new Map<string, (Attributes | undefined)[]>();
  readonly #keyNames: readonly string[];
  readonly #random: Random | undefined;

  /** With `random`, a read that is not consistent may find an earlier state of an item. */
  constructor(keyNames: readonly string[] = ["id"], random?: Random) {
    this.#keyNames = keyNames;
    this.#random = random;
  }

  get items(): Attributes[] {
    return [...this.#items.values()];
  }

  put(item: Attributes, key: Attributes): void {
    this.#set(this.#idOf(key), structuredClone(item));
  }

  /** As the time to live does: nobody is asked, and nobody told. */
  remove(key: Attributes): void {
    this.#set(this.#idOf(key), undefined);
  }

  #set(id: string, item: Attributes | undefined): void {
    if (this.#random !== undefined) {
      const earlier = [...(this.#earlier.get(id) ?? []), this.#items.get(id)];
      this.#earlier.set(id, earlier.slice(-remembered));
    }
    if (item === undefined) this.#items.delete(id);
    else this.#items.set(id, item);
  }

  #read(key: Attributes, isConsistent: unknown): Attributes | undefined {
    const id = this.#idOf(key);
    const earlier = this.#earlier.get(id) ?? [];
    const random = this.#random;
    if (isConsistent === true || random === undefined || earlier.length === 0 || random() < 0.5) return this.get(key);
    return structuredClone(earlier[Math.floor(random() * earlier.length)]);
  }

  /** A page of all items. A segment has those whose place among them has its remainder. */
  #scan(input: ScanInput): object {
    const { Limit, ExclusiveStartKey, Segment = 0, TotalSegments = 1, FilterExpression } = input;
    const after = ExclusiveStartKey === undefined ? "" : this.#idOf(ExclusiveStartKey);
    const isOfSegment = (id: string) => (id.codePointAt(id.length - 5) ?? 0) % TotalSegments === Segment;
    const ids = [...this.#items.keys()].sort().filter((id) => id > after && isOfSegment(id));
    const page = ids.slice(0, Limit ?? ids.length);
    const read = page.map((id) => structuredClone(this.#items.get(id)));
    const filter = FilterExpression === undefined ? undefined : conditionOf(FilterExpression, input);
    const Items = read.filter((item) => filter === undefined || evaluate(filter, item ?? {}));
    const last = read.at(-1);
    const LastEvaluatedKey = last && Object.fromEntries(this.#keyNames.map((name) => [name, last[name]]));
    return {
      Items,
      Count: Items.length,
      ScannedCount: page.length,
      ...(ids.length > page.length && { LastEvaluatedKey }),
    };
  }

  /** A key's attributes have no order. */
  #idOf(key: Attributes): string {
    return JSON.stringify(this.#keyNames.map((name) => key[name]));
  }

  get(key: Attributes): Attributes | undefined {
    return structuredClone(this.#items.get(this.#idOf(key)));
  }

  /** The answer to a request. Throws as the SDK does. */
  answer(name: string, input: Request): object {
    switch (name) {
      case "GetItem": {
        const Item = this.#read(input["Key"] as Attributes, input["ConsistentRead"]);
        return Item === undefined ? {} : { Item };
      }
      case "BatchGetItem": {
        const tables = Object.entries(input["RequestItems"] as Record<string, BatchedKeys>);
        const found = tables.map(([table, { Keys, ConsistentRead }]) => [
          table,
          Keys.map((key) => this.#read(key, ConsistentRead)).filter((item) => item !== undefined),
        ]);
        return { Responses: Object.fromEntries(found), UnprocessedKeys: {} };
      }
      case "Scan":
        return this.#scan(input as ScanInput);
      case "TransactGetItems": {
        const gets = input["TransactItems"] as readonly { readonly Get: Expressions }[];
        return { Responses: gets.map(({ Get: { Key } }) => ({ Item: this.get(Key) })) };
      }
      case "BatchWriteItem": {
        const writes = Object.values(input["RequestItems"] as Record<string, Record<string, Expressions>[]>);
        for (const write of writes.flat())
          for (const [kind, one] of Object.entries(write)) this.#write(kind.replace("Request", ""), one);
        return { UnprocessedItems: {} };
      }
      case "TransactWriteItems":
        return this.#transact(input["TransactItems"] as readonly Record<string, Expressions>[]);
      default: {
        const { ReturnValues } = input as unknown as Expressions;
        const { before, after } = this.#write(name.replace("Item", ""), input as unknown as Expressions);
        if (ReturnValues === "ALL_NEW") return { Attributes: after };
        return ReturnValues === "ALL_OLD" && before !== undefined ? { Attributes: before } : {};
      }
    }
  }

  #transact(writes: readonly Record<string, Expressions>[]): object {
    const before = new Map(this.#items);
    const earlier = new Map(this.#earlier);
    let invalid: unknown;
    const ids = new Set<string>();
    const reasons = writes.map((write) => {
      const [[kind, input] = ["", undefined]] = Object.entries(write);
      if (input !== undefined) ids.add(this.#idOf(input.Key ?? input.Item ?? {}));
      try {
        if (input !== undefined) this.#write(kind, input);
        return { Code: "None" };
      } catch (thrown) {
        const { name, message, Item } = thrown as Error & { Item?: Attributes };
        // As DynamoDB Local does: the whole request is refused, without saying whose it was.
        if (name === "ValidationException") invalid ??= thrown;
        return { Code: "ConditionalCheckFailed", Message: message, ...(Item && { Item }) };
      }
    });
    if (ids.size < writes.length)
      invalid = sdkError("ValidationException", "Transaction request cannot include multiple operations on one item");
    if (invalid === undefined && reasons.every(({ Code }) => Code === "None")) return {};
    this.#items.clear();
    for (const [id, item] of before) this.#items.set(id, item);
    this.#earlier.clear();
    for (const [id, states] of earlier) this.#earlier.set(id, states);
    if (invalid !== undefined) throw invalid;
    throw sdkError("TransactionCanceledException", "Transaction cancelled", { CancellationReasons: reasons });
  }

  #write(kind: string, input: Expressions): { before: Attributes | undefined; after: Attributes | undefined } {
    const key = input.Key ?? Object.fromEntries(this.#keyNames.map((name) => [name, input.Item?.[name]]));
    const before = this.get(key as Attributes);
    const condition = input.ConditionExpression && new Parser(input.ConditionExpression, input).condition();
    if (condition && !evaluate(condition, before ?? {})) {
      throw sdkError("ConditionalCheckFailedException", "The conditional request failed", before && { Item: before });
    }
    const after = afterWrite(kind, input, before);
    if (kind === "Update" && this.#keyNames.some((name) => !sameAttribute(after?.[name], key[name])))
      throw sdkError("ValidationException", "Cannot update attribute. This attribute is part of the key");
    if (kind === "Delete") this.#set(this.#idOf(key as Attributes), undefined);
    else if (after !== undefined && kind !== "ConditionCheck") this.#set(this.#idOf(key as Attributes), after);
    return { before, after: structuredClone(after) };
  }
}

/** A client of the SDK's kind. It is no table of its own: there is nothing to bind. */
export function memoryClient(table: MemoryTable): Pick<DynamoDBClient, "send"> {
  const client = {
    async send(command: { readonly constructor: { readonly name: string }; readonly input: Request }) {
      const name = command.constructor.name.replace(/Command$/, "");
      await Promise.resolve();
      return table.answer(name, command.input);
    },
  };
  return client as never;
}

function afterWrite(kind: string, input: Expressions, before: Attributes | undefined): Attributes | undefined {
  if (kind === "Put") return input.Item;
  if (kind !== "Update") return before;
  const base = before ?? input.Key;
  const after = structuredClone(base) as Record<string, Attribute>;
  const changes = new Parser(input.UpdateExpression ?? "", input).update(base);
  const paths = changes.map(({ path }) => JSON.stringify(path).slice(0, -1));
  if (paths.some((path, place) => paths.some((other, index) => index !== place && `${other},`.startsWith(`${path},`))))
    throw sdkError("ValidationException", "Invalid UpdateExpression: Two document paths overlap with each other");
  for (const change of changes) set(after, change.path, change.value);
  return after;
}

interface Change {
  readonly path: readonly Step[];
  readonly value: Attribute | undefined;
}

function invalidPath(): Error {
  return sdkError("ValidationException", "The document path provided in the update expression is invalid for update");
}

function wrongType(): Error {
  return sdkError("ValidationException", "An operand in the update expression has an incorrect data type");
}

function find(item: Attributes, path: readonly Step[]): Attribute | undefined {
  return path.reduce(
    (inner: Attribute | undefined, name) => (inner !== undefined && "M" in inner ? inner.M[name] : undefined),
    { M: item },
  );
}

function set(item: Record<string, Attribute>, path: readonly Step[], value: Attribute | undefined): void {
  const holder = path.length === 1 ? { M: item } : find(item, path.slice(0, -1));
  if (holder === undefined || !("M" in holder)) throw invalidPath();
  const map = holder.M as Record<string, Attribute>;
  if (value === undefined) delete map[String(path.at(-1))];
  else map[String(path.at(-1))] = structuredClone(value);
}

type SetTag = "SS" | "NS" | "BS";

/** What ADD and DELETE make of what is stored. */
function combine(clause: string, stored: Attribute | undefined, given: Attribute): Attribute | undefined {
  if (clause === "ADD" && "N" in given) {
    if (stored !== undefined && !("N" in stored)) throw wrongType();
    return { N: sum(stored === undefined ? "0" : (stored as { N: string }).N, given.N) };
  }
  const tag = Object.keys(given)[0] as SetTag;
  if (stored !== undefined && !(tag in stored)) throw wrongType();
  const elements = new Map((stored === undefined ? [] : elementsOf(stored)).map((one) => [canonical(one), one]));
  for (const one of elementsOf(given)) {
    if (clause === "ADD") elements.set(canonical(one), one);
    else elements.delete(canonical(one));
  }
  return setOf(tag, [...elements.values()]);
}

function sum(left: string, right: string): string {
  const total = addNumbers(left, right);
  const decimal = parseDecimal(total);
  if (decimal === undefined || numberProblem(decimal) !== undefined)
    throw sdkError("ValidationException", "DynamoDB only supports precision up to 38 digits");
  return total;
}

const clauses = ["SET", "REMOVE", "ADD", "DELETE"];

/** The condition that an expression of a request says. */
export function conditionOf(text: string, input: Request): ConditionNode {
  return new Parser(text, input as unknown as Expressions).condition();
}

/** Reads the expressions that expression/render.ts writes. */
class Parser {
  readonly #tokens: string[];
  readonly #input: Expressions;

  constructor(text: string, input: Expressions) {
    this.#tokens = text.match(/[#:]\w+|[A-Za-z_]+|\d+|<=|>=|<>|[^\s]/g) ?? [];
    this.#input = input;
  }

  #peek(): string | undefined {
    return this.#tokens[0];
  }

  #take(expected?: string): string {
    const token = this.#tokens.shift();
    if (token === undefined || (expected !== undefined && token !== expected))
      throw new Error(`expected ${expected ?? "more"}, got ${token}`);
    return token;
  }

  #skip(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#take();
    return true;
  }

  condition(): ConditionNode {
    return this.#joined("or", "OR", () => this.#joined("and", "AND", () => this.#negated()));
  }

  #joined(kind: "and" | "or", word: string, next: () => ConditionNode): ConditionNode {
    const parts = [next()];
    while (this.#skip(word)) parts.push(next());
    return parts.length === 1 && parts[0] !== undefined ? parts[0] : { kind, parts };
  }

  #negated(): ConditionNode {
    if (this.#skip("NOT")) return { kind: "not", inner: this.#negated() };
    if (this.#skip("(")) {
      const inner = this.condition();
      this.#take(")");
      return inner;
    }
    const word = this.#peek() ?? "";
    if (word.startsWith("attribute") || word === "begins_with") return this.#function(this.#take());
    const left = this.#operand();
    if (this.#skip("BETWEEN")) {
      const low = this.#operand();
      this.#take("AND");
      return { kind: "between", subject: left, low, high: this.#operand() };
    }
    return { kind: "compare", comparator: this.#take() as "=", left, right: this.#operand() };
  }

  #function(name: string): ConditionNode {
    this.#take("(");
    const path = this.#pathOperand();
    if (name !== "attribute_type" && name !== "begins_with") {
      this.#take(")");
      return { kind: name === "attribute_exists" ? "exists" : "notExists", path };
    }
    this.#take(",");
    const argument = this.#operand();
    this.#take(")");
    return { kind: name === "attribute_type" ? "hasType" : "beginsWith", path, argument };
  }

  #operand(): Operand {
    if (this.#peek()?.startsWith(":")) return { kind: "value", value: this.#value() };
    if (!this.#skip("size")) return { kind: "path", path: this.#pathOperand() };
    this.#take("(");
    const path = this.#pathOperand();
    this.#take(")");
    return { kind: "size", path };
  }

  #pathOperand() {
    const stored = this.#path();
    return { owner: { name: "memory" }, stored, local: stored };
  }

  #path(): Step[] {
    const path = [this.#name()];
    while (this.#skip(".")) path.push(this.#name());
    return path;
  }

  #name(): string {
    const slot = this.#take();
    const name = this.#input.ExpressionAttributeNames?.[slot];
    if (name === undefined) throw new Error(`no name ${slot}`);
    return name;
  }

  #value(): Attribute {
    const slot = this.#take();
    const value = this.#input.ExpressionAttributeValues?.[slot];
    if (value === undefined) throw new Error(`no value ${slot}`);
    return value;
  }

  /** The changes of an update, all computed from the item as it is before any of them. */
  update(item: Attributes): Change[] {
    const changes: Change[] = [];
    let clause = "";
    while (this.#tokens.length > 0) {
      if (clauses.includes(this.#peek() ?? "")) clause = this.#take();
      const path = this.#path();
      if (path.length > 1 && !("M" in (find(item, path.slice(0, -1)) ?? {}))) throw invalidPath();
      changes.push({ path, value: this.#changed(clause, path, item) });
      this.#skip(",");
    }
    return changes;
  }

  #changed(clause: string, path: readonly Step[], item: Attributes): Attribute | undefined {
    if (clause === "REMOVE") return undefined;
    if (clause !== "SET") return combine(clause, find(item, path), this.#value());
    this.#take("=");
    const left = this.#setOperand(item);
    if (!this.#skip("+")) return left;
    const right = this.#setOperand(item);
    if (!("N" in left && "N" in right)) throw wrongType();
    return { N: sum(left.N, right.N) };
  }

  #setOperand(item: Attributes): Attribute {
    if (this.#peek()?.startsWith(":")) return this.#value();
    const name = this.#take();
    this.#take("(");
    const first = name === "if_not_exists" ? find(item, this.#path()) : this.#setOperand(item);
    this.#take(",");
    const second = this.#setOperand(item);
    this.#take(")");
    if (name === "if_not_exists") return first ?? second;
    if (first === undefined || !("L" in first && "L" in second)) throw wrongType();
    return { L: [...first.L, ...second.L] };
  }
}
