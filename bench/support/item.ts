/** The item that every library reads and writes: 17 attributes, about 800 bytes on the wire. */

import type { AttributeValue } from "@aws-sdk/client-dynamodb";

export type Wire = { readonly [name: string]: unknown };

/** The item in a form that all libraries' objects can be brought to: dates as text, sets as sorted arrays, bytes as base64. */
export type Plain = { readonly [name: string]: unknown };

/** Where libraries share a real database, each has a table of its own. */
export const tableName: string = process.env.BENCH_TABLE ?? "Person";
export const owner = "org#7f3c2a90-55d1-4e0b";
export const queried = 100;
export const transacted = 10;

const note =
  "Asked to be called back in spring. Prefers letters to calls, mornings to evenings, and never on the first of a month. " +
  "Moved here from Bergen with two cats.";

export const attributes = [
  "owner",
  "id",
  "email",
  "name",
  "kind",
  "note",
  "age",
  "total",
  "logins",
  "score",
  "active",
  "verified",
  "createdAt",
  "tags",
  "history",
  "address",
  "avatar",
] as const;

export function idOf(n: number): string {
  return `person-${String(n).padStart(8, "0")}`;
}

/** What an update changes, different for each `n`. */
export interface Changed {
  readonly name: string;
  readonly logins: number;
  readonly total: number;
}

export function changedOf(n: number): Changed {
  return { name: `Ada Lovelace ${n}`, logins: 1000 + n, total: n + 0.25 };
}

/** The values as a user of TypeScript holds them. */
export function valuesOf(n: number) {
  return {
    owner,
    id: idOf(n),
    email: `ada.lovelace.${n}@example.org`,
    name: "Ada Lovelace",
    kind: "customer",
    note,
    age: 36,
    total: 1234.56,
    logins: 1 + n,
    score: 0.875,
    active: true,
    verified: n % 2 === 0,
    createdAt: new Date(Date.UTC(2026, 0, 1, 12, 30, 0, n % 1000)),
    tags: new Set(["early", "newsletter", "vip"]),
    history: [3, 1, 4, 15],
    address: { street: "Karl Johans gate 1", city: "Oslo", zip: "0154", country: "NO" },
    avatar: Uint8Array.from({ length: 64 }, (_, at) => (at * 7 + n) % 256),
  };
}

export type Values = ReturnType<typeof valuesOf>;

export function plainOf(object: object): Plain {
  const found = object as { readonly [name: string]: unknown };
  return Object.fromEntries(attributes.map((name) => [name, plainValue(found[name])]));
}

function plainValue(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Set) return [...value].sort();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof ArrayBuffer) return Buffer.from(value).toString("base64");
  if (Array.isArray(value)) return value.every((one) => typeof one === "string") ? [...value].sort() : [...value];
  if (typeof value === "object" && value !== null) return { ...value };
  return value;
}

/** The item as DynamoDB's JSON has it: bytes as base64. */
export function wireOf(n: number): Wire {
  const values = valuesOf(n);
  const { street, city, zip, country } = values.address;
  return {
    owner: { S: values.owner },
    id: { S: values.id },
    email: { S: values.email },
    name: { S: values.name },
    kind: { S: values.kind },
    note: { S: values.note },
    age: { N: String(values.age) },
    total: { N: String(values.total) },
    logins: { N: String(values.logins) },
    score: { N: String(values.score) },
    active: { BOOL: values.active },
    verified: { BOOL: values.verified },
    createdAt: { S: values.createdAt.toISOString() },
    tags: { SS: [...values.tags] },
    history: { L: values.history.map((one) => ({ N: String(one) })) },
    address: { M: { street: { S: street }, city: { S: city }, zip: { S: zip }, country: { S: country } } },
    avatar: { B: Buffer.from(values.avatar).toString("base64") },
  };
}

/** The item as the bare SDK takes it. */
export function attributeValuesOf(n: number): Record<string, AttributeValue> {
  return { ...(wireOf(n) as Record<string, AttributeValue>), avatar: { B: valuesOf(n).avatar } };
}

/** What the bare SDK, or JSON.parse, answers with, in the plain form. */
export function plainOfAttributes(item: object): Plain {
  const found = item as { readonly [name: string]: Wire };
  return Object.fromEntries(attributes.map((name) => [name, plainAttribute(found[name] ?? {})]));
}

function plainAttribute(attribute: Wire): unknown {
  const [[tag, value] = []] = Object.entries(attribute);
  if (tag === "N") return Number(value);
  if (tag === "SS") return [...(value as string[])].sort();
  if (tag === "L") return (value as Wire[]).map(plainAttribute);
  if (tag === "M")
    return Object.fromEntries(Object.entries(value as Wire).map(([key, one]) => [key, plainAttribute(one as Wire)]));
  if (tag === "B") return typeof value === "string" ? value : Buffer.from(value as Uint8Array).toString("base64");
  return value;
}
