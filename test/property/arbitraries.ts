/** Random values, attributes and types. */

import fc, { type Arbitrary } from "fast-check";
import { binary } from "../../src/types/binary.js";
import { boolean } from "../../src/types/boolean.js";
import { type Dynamic, dynamicList, dynamicMap, StoredNumber } from "../../src/types/dynamic.js";
import { json } from "../../src/types/json.js";
import { list } from "../../src/types/list.js";
import { map, record } from "../../src/types/map.js";
import { bigint, integer, number } from "../../src/types/number.js";
import { recursive } from "../../src/types/recursive.js";
import { set } from "../../src/types/set.js";
import { string, uuid } from "../../src/types/string.js";
import { datetime, timestamp } from "../../src/types/time.js";
import type { Shape, Type } from "../../src/types/type.js";
import { union } from "../../src/types/union.js";
import type { Attribute, Attributes, Wire } from "../../src/wire/attribute.js";
import { normalNumber } from "./oracle.js";

/** Any text that UTF-8 can hold, with the names that trip JavaScript among them. */
export const text: Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.string({ unit: "binary", maxLength: 8 }) },
  { weight: 1, arbitrary: fc.constantFrom("__proto__", "constructor", "toString", "", "true", "1") },
);

const bytes: Arbitrary<Uint8Array> = fc.uint8Array({ maxLength: 6 }).map((array) => new Uint8Array(array));

/** Digits, where the point is, and the power of ten: every number that DynamoDB holds. */
const parts = fc
  .record({
    negative: fc.boolean(),
    digits: fc.oneof(fc.bigInt(1n, 10n ** 38n - 1n), fc.bigInt(1n, 1000n), fc.constant(10n ** 38n - 1n)).map(String),
    exponent: fc.oneof(
      fc.integer({ min: -130, max: 125 }),
      fc.integer({ min: -20, max: 20 }),
      fc.constantFrom(-130, 125),
    ),
  })
  .map(({ negative, digits, exponent }) => ({ negative, digits, exponent }));

/** DynamoDB takes any text but the empty one for a key. */
export const key: Arbitrary<string> = text.filter((name) => name !== "");

/** A number's text as DynamoDB or another program may write it. `exponent` is that of the first digit. */
const spelled = fc
  .tuple(parts, fc.nat(45), fc.nat(3), fc.nat(3), fc.constantFrom("E", "e"), fc.boolean())
  .map(([{ negative, digits, exponent }, point, leading, trailing, e, plus]) => {
    const all = "0".repeat(leading) + digits + "0".repeat(trailing);
    const at = Math.min(point, all.length);
    const power = exponent + 1 + leading - at;
    const mantissa = at === all.length ? all : `${all.slice(0, at)}.${all.slice(at)}`;
    return `${negative ? "-" : ""}${mantissa}${power === 0 ? "" : `${e}${plus && power > 0 ? "+" : ""}${power}`}`;
  });

const zero = fc.constantFrom("0", "-0", "0.00", "0E5", "-.0E-7", "000");
const plain = fc.integer().map(String);

export const storedNumber: Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: spelled },
  { weight: 2, arbitrary: plain },
  { weight: 1, arbitrary: zero },
  { weight: 1, arbitrary: fc.constantFrom("1E+3", "1E-130", "1E125", `${"9".repeat(38)}E88`, "9007199254740993") },
);

/** What a number() holds: doubles within DynamoDB's exponents. */
export const double: Arbitrary<number> = fc
  .oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer())
  .filter((value) => value === 0 || (Math.abs(value) >= 1e-130 && Math.abs(value) < 1e126))
  .map((value) => (value === 0 ? 0 : value));

const anyBigint: Arbitrary<bigint> = fc
  .tuple(fc.bigInt(-(10n ** 38n) + 1n, 10n ** 38n - 1n), fc.nat(87))
  .map(([digits, zeros]) => digits * 10n ** BigInt(zeros));

const date = fc.date({ min: new Date(-62167219200000), max: new Date(253402300799999), noInvalidDate: true });

function uniqueSet<Value>(elements: Arbitrary<Value>, contentOf: (value: Value) => string): Arbitrary<Set<Value>> {
  const all = fc.uniqueArray(elements, { minLength: 1, maxLength: 4, selector: contentOf });
  return all.map((values) => new Set(values));
}

function ownKeys<Value>(value: Arbitrary<Value>): Arbitrary<{ [key: string]: Value }> {
  return fc.array(fc.tuple(key, value), { maxLength: 4 }).map((entries) => Object.fromEntries(entries));
}

/** A number as it loads in a dynamic value. */
function dynamicNumber(stored: string): number | bigint | StoredNumber {
  const value = Number(stored);
  if (normalNumber(String(value)) === normalNumber(stored)) return value === 0 ? 0 : value;
  const [coefficient = "", exponent = ""] = normalNumber(stored).split("e");
  return Number(exponent) < 0 ? new StoredNumber(stored) : BigInt(coefficient) * 10n ** BigInt(exponent);
}

const anyNumber = storedNumber.map(dynamicNumber);

export const dynamic: Arbitrary<Dynamic> = fc.letrec<{ any: Dynamic }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    text,
    anyNumber,
    fc.boolean(),
    fc.constant(null),
    bytes,
    uniqueSet(text, String),
    uniqueSet(anyNumber, (value) => normalNumber(String(value))),
    uniqueSet(bytes, String),
    fc.array(tie("any"), { maxLength: 4 }),
    ownKeys(tie("any")),
  ),
})).any;

/** Any attribute that DynamoDB could send. */
export const attribute: Arbitrary<Attribute> = fc.letrec<{ any: Attribute }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    text.map((S) => ({ S })),
    storedNumber.map((N) => ({ N })),
    bytes.map((B) => ({ B })),
    fc.boolean().map((BOOL) => ({ BOOL })),
    fc.constant({ NULL: true } as const),
    uniqueSet(text, String).map((SS) => ({ SS: [...SS] })),
    uniqueSet(storedNumber, normalNumber).map((NS) => ({ NS: [...NS] })),
    uniqueSet(bytes, String).map((BS) => ({ BS: [...BS] })),
    fc.array(tie("any"), { maxLength: 4 }).map((L) => ({ L })),
    ownKeys(tie("any")).map((M: Attributes) => ({ M })),
  ),
})).any;

/** A type and the values that it holds. */
export interface Sample {
  readonly name: string;
  readonly type: Type<unknown, Wire, never>;
  readonly values: Arbitrary<unknown>;
}

function sample<Local, W extends Wire>(name: string, type: Type<Local, W, never>, values: Arbitrary<Local>): Sample {
  return { name, type, values };
}

interface Tree {
  name: string;
  children?: Tree[] | undefined;
}
const tree: Type<Tree, "M", never> = map({ name: string().required(), children: list(recursive(() => tree)) });
const trees: Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.record(
    { name: text, children: fc.array(tie("tree"), { maxLength: 2, depthIdentifier: "tree" }) },
    { requiredKeys: ["name"] },
  ),
})).tree;

const stringSample = sample("string", string(), text);
const numberSample = sample("number", number(), double);
const bigintSample = sample("bigint", bigint(), anyBigint);
const binarySample = sample("binary", binary(), bytes);
const datetimeSample = sample("datetime", datetime(), date);

/** Types that hold nothing else. */
export const scalars: readonly Sample[] = [
  stringSample,
  numberSample,
  bigintSample,
  binarySample,
  datetimeSample,
  sample("string of some", string("a", "__proto__", ""), fc.constantFrom("a", "__proto__", "")),
  sample("uuid", uuid(), fc.uuid()),
  sample(
    "integer",
    integer(),
    fc.maxSafeInteger().map((value) => (value === 0 ? 0 : value)),
  ),
  sample("boolean", boolean(), fc.boolean()),
  sample(
    "timestamp",
    timestamp(),
    fc.integer({ min: -253_402_300_799, max: 253_402_300_799 }).map((seconds) => new Date(seconds * 1000)),
  ),
  sample(
    "timestamp in milliseconds",
    timestamp({ unit: "milliseconds" }),
    fc.integer({ min: -253_402_300_799_999, max: 253_402_300_799_999 }).map((time) => new Date(time)),
  ),
  sample("json", json(), fc.jsonValue({ noUnicodeString: false }).map(withoutMinusZero)),
  sample("set of strings", set(string()), uniqueSet(text, String)),
  sample("set of numbers", set(number()), uniqueSet(double, String)),
  sample("set of bigints", set(bigint()), uniqueSet(anyBigint, String)),
  sample("set of bytes", set(binary()), uniqueSet(bytes, String)),
  sample(
    "set of datetimes",
    set(datetime()),
    uniqueSet(date, (value) => value.toISOString()),
  ),
  sample("recursive", tree, trees),
  sample("dynamicList", dynamicList(), fc.array(dynamic, { maxLength: 4 })),
  sample("dynamicMap", dynamicMap(), ownKeys(dynamic)),
  sample(
    "transform",
    string().transform({
      load: (stored) => ({ wrapped: stored }),
      dump: (value: { wrapped: string }) => value.wrapped,
    }),
    fc.record({ wrapped: text }),
  ),
];

function withoutMinusZero(value: unknown): never {
  return JSON.parse(JSON.stringify(value)) as never;
}

const asColumn = ({ type }: Sample, required: boolean, storedName: string): Shape[string] => {
  const stored = type.storedAs(storedName);
  return required ? stored.required() : stored;
};

function mapSample(fields: readonly (readonly [key: string, inner: Sample, required: boolean])[]): Sample {
  const shape = Object.fromEntries(
    fields.map(([key, inner, required], index) => [key, asColumn(inner, required, `${index}${key}`)]),
  );
  const entries = fc.tuple(
    ...fields.map(([key, { values }, required]) => {
      const entry = values.map((value) => [[key, value] as const]);
      return required ? entry : fc.oneof(entry, fc.constant([]));
    }),
  );
  return {
    name: `map(${fields.map(([key, { name }]) => `${JSON.stringify(key)}: ${name}`).join(", ")})`,
    type: map(shape),
    values: entries.map((all) => Object.fromEntries(all.flat())),
  };
}

function unionSample(fields: readonly (readonly [key: string, inner: Sample, required: boolean])[]): Sample {
  const kinds = fields.map(([kind, inner]) => [kind, { of: inner.type.required() }] as const);
  return {
    name: `union(${fields.map(([kind, { name }]) => `${JSON.stringify(kind)}: ${name}`).join(", ")})`,
    type: union("kind", Object.fromEntries(kinds)),
    values: fc.oneof(...fields.map(([kind, { values }]) => values.map((of) => ({ kind, of })))),
  };
}

const fieldsOf = (inner: Arbitrary<Sample>) =>
  fc.uniqueArray(fc.tuple(key, inner, fc.boolean()), { minLength: 1, maxLength: 3, selector: ([name]) => name });

/** Any type at all, composed at random. */
export const samples: Arbitrary<Sample> = fc.letrec<{ any: Sample }>((tie) => {
  const nested = tie("any");
  return {
    any: fc.oneof(
      { depthSize: "small", maxDepth: 3 },
      fc.constantFrom(...scalars),
      nested.map(({ name, type, values }) => ({
        name: `list(${name})`,
        type: list(type),
        values: fc.array(values, { maxLength: 3 }),
      })),
      nested.map(({ name, type, values }) => ({
        name: `record(${name})`,
        type: record(type),
        values: ownKeys(values),
      })),
      nested.map(({ name, type, values }) => ({
        name: `${name} or null`,
        type: type.nullable(),
        values: fc.oneof(values, fc.constant(null)),
      })),
      fieldsOf(nested).map(mapSample),
      fieldsOf(nested).map(unionSample),
    ),
  };
}).any;
