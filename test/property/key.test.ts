import { expect, test } from "vitest";
import { encodeClosed } from "../../src/key/closed.js";
import type { KeyFormat } from "../../src/key/format.js";
import { mayBegin, mayEqual } from "../../src/key/format.js";
import { decodeKey, encodeKey, type KeyRange, type PartRange, selectKeys } from "../../src/key/key.js";
import { openFormat } from "../../src/key/open.js";
import type { Attribute } from "../../src/wire/attribute.js";
import { effort } from "../support/effort.js";
import {
  compareAll,
  compareKeys,
  compareValues,
  constant,
  kinds,
  near,
  part,
  randomFormat,
  randomText,
  randomValue,
  randomValues,
} from "../support/keys.js";
import { pick, type Random, seededRandom } from "../support/random.js";

const seed = Number(process.env.BLOOP_SEED ?? 17);

test("keys of one format sort as their parts do, and two of them are equal only if their parts are", () => {
  const random = seededRandom(seed);
  for (let run = 0; run < effort(10_000, 1_000_000); run++) {
    const format = randomFormat(random, random() < 0.8 ? pick(random, kinds) : undefined);
    const values = randomValues(random, format);
    const others = near(random, format, values);
    const [left, right] = [encodeKey(format, values), encodeKey(format, others)];
    const order = compareAll(values, others);
    const found = compareKeys(left, right);
    if (Math.sign(order) === Math.sign(found)) continue;
    throw new Error(
      `seed ${seed}, run ${run}: ${JSON.stringify({ format, values, others, left, right, order, found })}`,
    );
  }
});

test("a key gives back the values of its parts, and what is no key of the format gives nothing", () => {
  const random = seededRandom(seed);
  for (let run = 0; run < effort(5000, 100_000); run++) {
    const format = randomFormat(random, pick(random, kinds));
    const values = randomValues(random, format);
    const key = encodeKey(format, values);
    const read = decodeKey(format, key);
    expect(read !== undefined && compareAll(read, values) === 0, `seed ${seed}, run ${run}: ${key}`).toBe(true);
    const at = Math.floor(random() * (key.length + 1));
    const broken =
      key.slice(0, at) + pick(random, ["#", "$", "$9", "0", "~", "é"]) + key.slice(at + Math.floor(random() * 2));
    const reread = decodeKey(format, broken);
    if (reread !== undefined) expect(encodeKey(format, reread)).toBe(broken);
  }
});

test("no key is the beginning of another one, whatever their kinds", () => {
  const random = seededRandom(seed);
  for (let run = 0; run < effort(5000, 200_000); run++) {
    const format = randomFormat(random, pick(random, kinds));
    const other = random() < 0.5 ? format : randomFormat(random, pick(random, kinds));
    const [left, right] = [
      encodeKey(format, randomValues(random, format)),
      encodeKey(other, randomValues(random, other)),
    ];
    const isLonger = right.length > left.length && right.startsWith(left);
    // Of one number of pieces: `ORDER#1#` begins `ORDER#1#LINE#2#`, which is why those two need the attribute of a kind.
    if (isLonger) expect(other.pieces.length, `${left} ${right}`).toBeGreaterThan(format.pieces.length);
    if (left === right) expect(mayEqual(format, other)).toBe(true);
    if (right.startsWith(format.beginning)) expect(mayBegin(format, other)).toBe(true);
  }
});

const operators = ["lt", "le", "gt", "ge", "between", "beginsWith", "none"] as const;

function randomRange(random: Random, format: KeyFormat, equal: number): PartRange | undefined {
  const one = format.parts[equal];
  if (one === undefined || one.wire === "BOOL") return undefined;
  const kind = pick(random, operators);
  const value = randomValue(random, one);
  if (kind === "none" || (kind === "beginsWith" && one.wire !== "S")) return undefined;
  if (kind !== "between") return { kind, value };
  const other = randomValue(random, one);
  return compareValues(value, other) <= 0 ? { kind, low: value, high: other } : { kind, low: other, high: value };
}

/** What a filter on the parts says. */
function holds(range: PartRange | undefined, value: Attribute | undefined): boolean {
  if (range === undefined) return true;
  if (value === undefined) return false;
  if (range.kind === "between") return compareValues(range.low, value) <= 0 && compareValues(value, range.high) <= 0;
  if (range.kind === "beginsWith") return "S" in value && "S" in range.value && value.S.startsWith(range.value.S);
  const order = compareValues(value, range.value);
  return { lt: order < 0, le: order <= 0, gt: order > 0, ge: order >= 0 }[range.kind];
}

/** What DynamoDB does. */
function selects(range: KeyRange, key: string): boolean {
  if (range.kind === "all") return true;
  if (range.kind === "beginsWith") return key.startsWith(range.text);
  if (range.kind === "between") {
    if (range.low === "" || range.high === "") throw new Error("DynamoDB takes no empty bound");
    return compareKeys(range.low, key) <= 0 && compareKeys(key, range.high) <= 0;
  }
  if (range.text === "") throw new Error("DynamoDB takes no empty bound");
  const order = compareKeys(key, range.text);
  return { "=": order === 0, "<": order < 0, "<=": order <= 0, ">": order > 0, ">=": order >= 0 }[range.comparator];
}

test("every range selects what a filter on the parts selects, and nothing of another kind", () => {
  const random = seededRandom(seed);
  let decisions = 0;
  for (let run = 0; run < effort(2000, 60_000); run++) {
    const kind = random() < 0.85 ? pick(random, kinds) : undefined;
    const format = randomFormat(random, kind);
    const chosen = randomValues(random, format);
    const equal = Math.floor(random() * (format.parts.length + 1));
    const range = randomRange(random, format, equal);
    const selected = selectKeys(format, chosen.slice(0, equal), range);
    expect(selected.except).toBeUndefined();
    for (let item = 0; item < 12; item++) {
      const values = near(random, format, chosen);
      const isWanted = compareAll(chosen.slice(0, equal), values) === 0 && holds(range, values[equal]);
      const key = encodeKey(format, values);
      const context = () =>
        `seed ${seed}, run ${run}: ${JSON.stringify({ selected, key, chosen, equal, range, values })}`;
      if (selects(selected.range, key) !== isWanted) throw new Error(context());
      decisions++;
      const otherKind = pick(
        random,
        kinds.filter((one) => one !== kind),
      );
      const other = randomFormat(random, otherKind);
      const foreign = encodeClosed(other, randomValues(random, other));
      if (kind !== undefined && selects(selected.range, foreign))
        throw new Error(`${foreign} of ${otherKind}: ${context()}`);
    }
  }
  expect(decisions).toBeGreaterThan(20_000);
});

const openFormats = [
  openFormat([constant("USER#"), part("a", "S")]),
  openFormat([constant("USER#"), part("a", "S"), constant("#POST#"), part("b", "S")]),
  openFormat([part("a", "S"), constant("_"), part("b", "S")]),
  openFormat([constant("N#"), part("a", "N", { width: 3 }), part("b", "S"), constant("#END")]),
  openFormat([constant("$shop#id_"), part("a", "S", { letters: "lower" })]),
  openFormat([part("a", "N"), constant("#"), part("b", "BOOL"), constant("#"), part("c", "S")]),
];

test("a key of template() that another value would have as well is refused", () => {
  const random = seededRandom(seed);
  const known = new Map<string, readonly Attribute[]>();
  const ids: string[] = [];
  for (let run = 0; run < effort(20_000, 200_000); run++) {
    const format = pick(random, openFormats);
    const text = () => randomText(random) + pick(random, ["", "#POST#", "_", "#", "#END", "POST"]) + randomText(random);
    const values = format.parts.map((one) => (one.wire === "S" ? { S: text() } : randomValue(random, one)));
    let key: string;
    try {
      key = encodeKey(format, values);
    } catch {
      continue;
    }
    const told = values.map((value, index) =>
      "S" in value && format.parts[index]?.letters !== undefined ? { S: value.S.toLowerCase() } : value,
    );
    const read = decodeKey(format, key);
    expect(read !== undefined && compareAll(read, told) === 0, key).toBe(true);
    const id = `${openFormats.indexOf(format)} ${key}`;
    const before = known.get(id) ?? told;
    expect(compareAll(before, told), key).toBe(0);
    known.set(id, told);
    ids.push(id);
    // As far as a query names the parts, it finds the keys of those values, and of no others.
    const other = pick(random, ids);
    const equal = Math.floor(random() * (format.parts.length + 1));
    const { range } = selectKeys(format, values.slice(0, equal));
    if (!other.startsWith(`${openFormats.indexOf(format)} `)) continue;
    const isWanted = compareAll(told.slice(0, equal), known.get(other) ?? []) === 0;
    expect(selects(range, other.slice(2)), `${JSON.stringify(range)} ${other}`).toBe(isWanted);
  }
  expect(known.size).toBeGreaterThan(1000);
});

const lowerDate = { isFixed: true, letters: "lower" } as const;

test("the ranges that template() allows select, with their filter, what a filter on the parts selects", () => {
  const random = seededRandom(seed);
  const allowed = [
    { format: openFormat([constant("USER#"), part("a", "S")]), equal: 0 },
    { format: openFormat([part("a", "S")]), equal: 0 },
    { format: openFormat([constant("N#"), part("a", "N", { width: 3 })]), equal: 0 },
    { format: openFormat([constant("N#"), part("a", "N", { width: 3 }), constant("#"), part("b", "S")]), equal: 0 },
    { format: openFormat([constant("N#"), part("a", "N", { width: 3 }), constant("#"), part("b", "S")]), equal: 1 },
    { format: openFormat([constant("D#"), part("a", "S", { isFixed: true })]), equal: 0 },
    { format: openFormat([part("a", "S", { isFixed: true }), constant("#"), part("b", "S")]), equal: 0 },
    {
      format: openFormat([constant("D#"), part("a", "S", { isFixed: true }), constant("#p_"), part("b", "N")]),
      equal: 0,
    },
    { format: openFormat([part("a", "S", lowerDate), constant("#p_"), part("b", "S")]), equal: 0 },
    { format: openFormat([constant("D#"), part("a", "S", lowerDate)]), equal: 0 },
    {
      format: openFormat([part("a", "S"), constant("@"), part("b", "S", lowerDate), constant("@"), part("c", "S")]),
      equal: 1,
    },
  ];
  for (let run = 0; run < effort(5000, 100_000); run++) {
    const { format, equal } = pick(random, allowed);
    const chosen = randomValues(random, format);
    const range = randomRange(random, format, equal);
    let selected: ReturnType<typeof selectKeys>;
    try {
      selected = selectKeys(format, chosen.slice(0, equal), range);
      const values = near(random, format, chosen);
      const key = encodeKey(format, values);
      if (key === "") continue;
      const isWanted = compareAll(chosen.slice(0, equal), values) === 0 && holds(range, values[equal]);
      const { except } = selected;
      const value = values[equal];
      const isFiltered = except !== undefined && value !== undefined && compareValues(except, value) === 0;
      expect(selects(selected.range, key) && !isFiltered, JSON.stringify({ selected, key, range })).toBe(isWanted);
    } catch (error) {
      if (!/has the text in it that divides|empty bound|exponent/.test(String(error))) throw error;
    }
  }
});
