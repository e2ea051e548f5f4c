/** Kinds of columns for random models: each with values, actions and changes that try what its type can't load. */

import {
  add,
  addTo,
  append,
  bigint,
  datetime,
  deleteFrom,
  dynamicMap,
  integer,
  json,
  list,
  map,
  merge,
  number,
  prepend,
  record,
  remove,
  set,
  setIfMissing,
  string,
  timestamp,
  union,
  uuid,
} from "bloop-dynamodb";
import type { AnyType } from "../../src/types/type.js";

export interface Kind {
  readonly type: AnyType;
  readonly values: readonly unknown[];
  /** For update(), or for the actions of a save. */
  readonly actions: readonly unknown[];
  /** Changes of what an object holds; what they return is assigned. */
  readonly changes: readonly ((value: never) => unknown)[];
}

/** A kind, with `Value` for what its changes get. */
function kind<Value>(
  type: AnyType,
  values: readonly unknown[],
  actions: readonly unknown[],
  ...changes: ((value: Value) => unknown)[]
): Kind {
  return { type, values, actions: [...actions, setIfMissing(values[0] as never)], changes };
}

const upper = "6F1C2B34-8F0A-4D6E-9B1A-0C2D3E4F5A6B";
const most = 2 ** 53 - 1;
const tags = () => set(string());
type Tags = Set<string> | undefined;
const without =
  (...gone: string[]) =>
  (all: Tags) =>
    new Set([...(all ?? [])].filter((one) => !gone.includes(one)));
const withTag = (tag: string) => (all: Tags) => new Set([...(all ?? []), tag]);

const home = () => map({ city: string().required(), zip: string(), tags: tags().required(), n: number() });
const someHome = (...all: string[]) => ({ city: "c", tags: new Set(all), n: 0.1 });
interface Home {
  city: string;
  zip?: string | undefined;
  tags: Set<string>;
  n?: number | undefined;
}
const homeChanges = [
  merge({ zip: "1" }),
  merge({ city: "d" }),
  merge({ city: "d", tags: addTo("x") }),
  merge({ tags: deleteFrom("a") }),
  merge({ tags: deleteFrom("a", "b"), n: add(0.2) }),
  merge({ n: add(most), zip: remove() }),
];

export const kinds: Readonly<Record<string, Kind>> = {
  number: kind<number | undefined>(
    number(),
    [0.1, 12.345678901234, most, 1e20, -5],
    [add(0.1), add(98765.43210987654), add(most), add(-1), add(-1e20), 7],
    (value) => (value ?? 0) + 0.2,
  ),
  exact: kind<number>(
    number({ inexact: "error" }),
    [0.5, 0.1234567890123456, most],
    [add(1), add(4096), add(-most), add(0.5)],
  ),
  whole: kind<number | undefined>(
    integer(),
    [0, most, -most],
    [add(1), add(-1), add(most), add(-most)],
    (value) => -(value ?? 1),
  ),
  big: kind(bigint(), [1n, 10n ** 37n], [add(10n ** 37n), add(-1n), add(9n * 10n ** 37n)]),
  seconds: kind(
    timestamp(),
    [new Date(0), new Date(253_402_300_799_000)],
    [add(new Date(1000)), add(new Date(-253_402_300_799_000))],
  ),
  time: kind(datetime(), [new Date(0), new Date(8.64e13)], []),
  tags: kind<Tags>(
    tags(),
    [new Set(["a"]), new Set(["a", "b"])],
    [addTo("c"), deleteFrom("a"), deleteFrom("a", "b", "c"), new Set(["b"])],
    withTag("c"),
    without("a"),
    without("b"),
    without("a", "b", "c"),
  ),
  ids: kind<Set<string> | undefined>(
    set(uuid()),
    [new Set([upper]), new Set([upper.toLowerCase()])],
    [addTo(upper), addTo(upper.toLowerCase()), deleteFrom(upper)],
    withTag(upper),
  ),
  numbers: kind<Set<number> | undefined>(
    set(number()),
    [new Set([0.1, 1e20])],
    [addTo(0.30000000000000004), addTo(most), deleteFrom(0.1)],
    (all) => new Set([...(all ?? []), 0.1 + 0.7]),
  ),
  home: kind<Home | undefined>(
    home(),
    [someHome("a"), someHome("a", "b")],
    homeChanges,
    (value) => ({ ...(value ?? someHome("z")), zip: "2" }),
    (value) => ({ ...(value ?? someHome("z")), tags: without("a")(value?.tags) }),
    (value) => ({ ...(value ?? someHome("z")), tags: withTag("b")(value?.tags) }),
  ),
  homes: kind<Record<string, Home> | undefined>(
    record(home()),
    [{}, { k: someHome("a", "b") }],
    [...homeChanges.map((change) => merge({ k: change })), merge({ k: remove() }), merge({ other: someHome("q") })],
    ({ k, ...all } = {}) => ({ ...all, k: { ...(k ?? someHome("z")), city: "e" } }),
    ({ k: _, ...all } = {}) => all,
    ({ k, ...all } = {}) => ({ ...all, k: { ...(k ?? someHome("z")), tags: without("b")(k?.tags) } }),
  ),
  nullable: kind<{ city: string } | null | undefined>(
    map({ city: string().required(), zip: string() }).nullable(),
    [null, { city: "c" }],
    [merge({ zip: "1" }), merge({ city: "x" })],
    (value) => (value === null ? { city: "n" } : null),
  ),
  deep: kind<{ inner: { x: number; y?: number } } | undefined>(
    map({ inner: map({ x: number().required(), y: number() }).required(), z: number() }),
    [{ inner: { x: 1 } }],
    [merge({ z: 1 }), merge({ inner: merge({ y: 1 }) }), merge({ inner: merge({ x: add(1) }) }), merge({ z: add(1) })],
    (value) => ({ ...value, inner: { x: 1, ...value?.inner, y: 2 } }),
  ),
  shape: kind<{ kind: string; size?: unknown } | undefined>(
    union("kind", {
      circle: { size: number().required(), note: string() },
      label: { size: string().required(), parts: tags() },
      point: {},
    }),
    [{ kind: "circle", size: 1 }, { kind: "label", size: "s", parts: new Set(["a"]) }, { kind: "point" }],
    [{ kind: "point" }, { kind: "label", size: "t" }],
    (value) => (value?.kind === "circle" ? { ...value, size: 5 } : { kind: "circle", size: 2, note: "n" }),
    (value) => (value?.kind === "label" ? { ...value, parts: new Set(["b"]) } : { kind: "label", size: "u" }),
    () => ({ kind: "point" }),
  ),
  list: kind<{ n: number; id?: string }[] | undefined>(
    list(map({ n: number().required(), id: uuid() })),
    [[], [{ n: 0.1, id: upper }]],
    [append({ n: 1 }), prepend({ n: 0.2, id: upper })],
    (all) => [...(all ?? []), { n: 3 }].reverse(),
    (all) => (all ?? []).slice(1),
  ),
  json: kind(json(), [{ a: [1, null] }, "text"], []),
  dynamic: kind<Record<string, unknown> | undefined>(
    dynamicMap(),
    [{}, { a: { b: 1 }, s: new Set(["a"]) }],
    [merge({ c: add(1) }), merge({ s: deleteFrom("a") }), merge({ a: remove() })],
    (value) => ({ ...value, a: {} }),
  ),
  plan: kind<string>(string("free", "paid").default("free", { onLoad: true }), ["free", "paid"], []),
  always: kind<Set<string>>(
    tags().default(new Set(), { onLoad: true }),
    [new Set(["a"])],
    [addTo("b"), deleteFrom("a")],
    withTag("z"),
    without("a", "z"),
  ),
};
