/**
 * Changes that programs make, each said twice: what is done by bloop, to an object or as actions, and what it means for an
 * item, apart from bloop.
 */

import {
  add,
  addTo,
  append,
  deleteFrom,
  dynamicMap,
  type Item,
  integer,
  list,
  map,
  merge,
  model,
  number,
  remove,
  set,
  setIfMissing,
  string,
  union,
} from "bloop-dynamodb";
import { drop, elementsAt, get, put, putElements, type State, type Value } from "./state.js";

export const Doc = model("Doc", {
  id: string().hashKey(),
  n: integer(),
  s: set(string()),
  l: list(number()),
  m: map({ x: number(), s: set(string()), inner: map({ y: number() }) }),
  home: map({ city: string().required(), zip: string() }),
  shape: union("kind", {
    circle: { size: number().required(), note: string() },
    label: { size: string().required() },
  }),
});
export type Doc = Item<typeof Doc>;

/** Another model of the same table, which declares what Doc does not. */
export const Other = model("Other", { id: string().hashKey(), u: string(), m: dynamicMap() }, { tableName: "Doc" });

/** What a change means at one moment: the item after it, or undefined if it has to be refused. */
export type Meaning = (item: State) => State | undefined;

/** A change of a loaded object. It means something if the object, as it was last seen, is not so already. */
export interface ObjectChange {
  readonly name: string;
  /** What it changes of the item; two changes of one save change different things. */
  readonly place: string;
  make(doc: Doc): void;
  mean(seen: State): Meaning[];
}

/** A change by key, without a load. */
export interface KeyChange {
  readonly name: string;
  readonly place: string;
  readonly changes: object;
  readonly mean: Meaning;
}

type Path = readonly string[];
type Holder = Record<string, unknown>;

function assign(object: object, [name = "", ...rest]: Path, value: unknown): void {
  const holder = object as Holder;
  if (rest.length === 0) {
    if (value === undefined) delete holder[name];
    else holder[name] = value;
    return;
  }
  if (value !== undefined) holder[name] ??= {};
  if (holder[name] !== undefined) assign(holder[name] as object, rest, value);
}

function read(object: object, path: Path): unknown {
  return path.reduce((inner: unknown, name) => (inner as Holder | undefined)?.[name], object);
}

const value = (path: Path, to: Value): ObjectChange => ({
  name: `${path.join(".")} = ${to}`,
  place: path.join("."),
  make: (doc) => assign(doc, path, to),
  mean: (seen) => (get(seen, path) === to ? [] : [(item) => put(item, path, to)]),
});

const gone = (path: Path): ObjectChange => ({
  name: `delete ${path.join(".")}`,
  place: path.join("."),
  make: (doc) => assign(doc, path, undefined),
  mean: (seen) => (get(seen, path) === undefined ? [] : [(item) => drop(item, path)]),
});

const plus = (path: Path, element: string): ObjectChange => ({
  name: `${path.join(".")} + ${element}`,
  place: `${path.join(".")}`,
  make: (doc) => assign(doc, path, new Set([...((read(doc, path) as Set<string> | undefined) ?? []), element])),
  mean: (seen) =>
    elementsAt(seen, path).includes(element)
      ? []
      : [(item) => putElements(item, path, [...elementsAt(item, path), element])],
});

const minus = (path: Path, element: string): ObjectChange => ({
  name: `${path.join(".")} - ${element}`,
  place: `${path.join(".")}`,
  make: (doc) => void (read(doc, path) as Set<string> | undefined)?.delete(element),
  mean: (seen) => (elementsAt(seen, path).includes(element) ? [without(path, element)] : []),
});

const without =
  (path: Path, element: string): Meaning =>
  (item) =>
    putElements(
      item,
      path,
      elementsAt(item, path).filter((one) => one !== element),
    );

/** One element that comes and one that leaves. */
const swap = (path: Path, come: string, leave: string): ObjectChange => {
  const [first, second] = [plus(path, come), minus(path, leave)];
  return {
    name: `${first.name} - ${leave}`,
    place: first.place,
    make(doc) {
      first.make(doc);
      second.make(doc);
    },
    mean: (seen) => [...first.mean(seen), ...second.mean(seen)],
  };
};

/** A map with a required key: a key of it alone is not put where there is none. */
const homeZip = (zip: string): ObjectChange => ({
  name: `home.zip = ${zip}`,
  place: "home",
  make(doc) {
    if (doc.home === undefined) doc.home = { city: "c", zip };
    else doc.home.zip = zip;
  },
  mean(seen) {
    if (get(seen, ["home"]) === undefined)
      return [(item) => put(put(item, ["home", "city"], "c"), ["home", "zip"], zip)];
    if (get(seen, ["home", "zip"]) === zip) return [];
    return [(item) => (get(item, ["home"]) === undefined ? undefined : put(item, ["home", "zip"], zip))];
  },
});

const declared: { readonly [kind: string]: readonly string[] } = {
  circle: ["kind", "size", "note"],
  label: ["kind", "size"],
};

/** The union's value as one; keys that neither its own kind nor the new one declares stay. */
const recast =
  (kind: string, after: State): Meaning =>
  (item) => {
    const before = get(item, ["shape"]) as State | undefined;
    const known = [...(declared[String(before?.["kind"])] ?? []), ...(declared[kind] ?? [])];
    const kept = Object.entries(before ?? {}).filter(([name]) => !known.includes(name));
    return put(item, ["shape"], { ...Object.fromEntries(kept), ...after });
  };

/** For a union of a kind only. */
const held =
  (kind: string, meaning: Meaning): Meaning =>
  (item) =>
    get(item, ["shape", "kind"]) === kind ? meaning(item) : undefined;

const shape = (kind: "circle" | "label", size: Value): ObjectChange => ({
  name: `shape = ${kind} ${size}`,
  place: "shape",
  make: (doc) => Object.assign(doc, { shape: { kind, size } }),
  mean(seen) {
    if (get(seen, ["shape", "kind"]) !== kind) return [recast(kind, { kind, size })];
    const path = ["shape", "size"];
    const note = gone(["shape", "note"]).mean(seen);
    const sized: Meaning[] = get(seen, path) === size ? [] : [(item) => put(item, path, size)];
    return [...sized, ...note].map((meaning) => held(kind, meaning));
  },
});

const note = (text: string): ObjectChange => ({
  name: `shape.note = ${text}`,
  place: "shape",
  make(doc) {
    if (doc.shape?.kind === "circle") doc.shape.note = text;
  },
  mean(seen) {
    if (get(seen, ["shape", "kind"]) !== "circle") return [];
    return value(["shape", "note"], text)
      .mean(seen)
      .map((meaning) => held("circle", meaning));
  },
});

export const objectChanges: readonly ObjectChange[] = [
  ...[5, 6].flatMap((to) => [value(["n"], to), value(["m", "x"], to), value(["m", "inner", "y"], to)]),
  ...[["n"], ["s"], ["m"], ["m", "x"], ["m", "s"], ["m", "inner"], ["home"], ["shape"]].map(gone),
  ...[["s"], ["m", "s"]].flatMap((path) => [
    plus(path, "a"),
    plus(path, "b"),
    minus(path, "a"),
    minus(path, "b"),
    swap(path, "c", "a"),
    swap(path, "a", "b"),
  ]),
  homeZip("1"),
  homeZip("2"),
  shape("circle", 1),
  shape("circle", 2),
  shape("label", "one"),
  note("new"),
  {
    name: "l + 9",
    place: "l",
    make: (doc) => Object.assign(doc, { l: [...(doc.l ?? []), 9] }),
    mean: (seen) => [(item) => put(item, ["l"], [...((get(seen, ["l"]) as number[] | undefined) ?? []), 9])],
  },
];

const numberAt = (item: State, path: Path): number => (get(item, path) as number | undefined) ?? 0;

const byKey = (place: string, changes: object, mean: Meaning): KeyChange => ({
  name: `update ${place}: ${JSON.stringify(changes, (_, inner) => (typeof inner === "object" && `${inner}` !== "[object Object]" ? `${inner}` : inner))}`,
  place,
  changes,
  mean,
});

export const keyChanges: readonly KeyChange[] = [
  byKey("n", { n: add(1) }, (item) => put(item, ["n"], numberAt(item, ["n"]) + 1)),
  byKey("n", { n: 7 }, (item) => put(item, ["n"], 7)),
  byKey("n", { n: setIfMissing(3) }, (item) => (get(item, ["n"]) === undefined ? put(item, ["n"], 3) : item)),
  byKey("s", { s: addTo("d") }, (item) => putElements(item, ["s"], [...elementsAt(item, ["s"]), "d"])),
  byKey("s", { s: deleteFrom("a") }, without(["s"], "a")),
  byKey("s", { s: deleteFrom("d") }, without(["s"], "d")),
  byKey("m.s", { m: merge({ s: deleteFrom("d") }) }, without(["m", "s"], "d")),
  byKey("s", { s: deleteFrom("d") }, without(["s"], "d")),
  byKey("m.s", { m: merge({ s: deleteFrom("d") }) }, without(["m", "s"], "d")),
  byKey("s", { s: new Set(["a", "b"]) }, (item) => putElements(item, ["s"], ["a", "b"])),
  byKey("m.s", { m: merge({ s: addTo("d") }) }, (item) =>
    putElements(item, ["m", "s"], [...elementsAt(item, ["m", "s"]), "d"]),
  ),
  byKey("m.s", { m: merge({ s: deleteFrom("a") }) }, without(["m", "s"], "a")),
  byKey("m.x", { m: merge({ x: remove() }) }, (item) => drop(item, ["m", "x"])),
  byKey("m.inner.y", { m: merge({ inner: merge({ y: add(1) }) }) }, (item) =>
    put(item, ["m", "inner", "y"], numberAt(item, ["m", "inner", "y"]) + 1),
  ),
  byKey("m", { m: remove() }, (item) => drop(item, ["m"])),
  byKey("home", { home: merge({ zip: "3" }) }, (item) =>
    get(item, ["home"]) === undefined ? undefined : put(item, ["home", "zip"], "3"),
  ),
  byKey("home", { home: remove() }, (item) => drop(item, ["home"])),
  byKey("shape", { shape: { kind: "circle", size: 3 } }, (item) => put(item, ["shape"], { kind: "circle", size: 3 })),
  byKey("l", { l: append(8) }, (item) => put(item, ["l"], [...((get(item, ["l"]) as number[] | undefined) ?? []), 8])),
];

/** By the other model: attributes and keys that Doc does not declare. */
export const otherChanges: readonly KeyChange[] = [
  byKey("u", { u: "theirs" }, (item) => put(item, ["u"], "theirs")),
  byKey("m", { m: merge({ unknown: 1 }) }, (item) => put(item, ["m", "unknown"], 1)),
];
