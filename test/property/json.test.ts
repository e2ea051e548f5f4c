/** toJson() and fromJson(): exact both ways for every type, and whatever is read can be stored. */

import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { InvalidValue, model, string } from "bloop-dynamodb";
import { fromJson, jsonSchemaOf, toJson } from "bloop-dynamodb/json";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { effort } from "../support/effort.js";
import { dump } from "../unit/codec.js";
import { dynamic, text } from "./arbitraries.js";
import { all, anySample, type JsonSample } from "./json-samples.js";
import { alike } from "./oracle.js";

const modelOf = ({ type }: Pick<JsonSample, "type">) => model("Any", { id: string().hashKey(), it: type });

function assertExact(sample: JsonSample, value: unknown): void {
  const Any = modelOf(sample);
  const written = toJson(Any, { id: "1", it: value });
  const sent: unknown = JSON.parse(JSON.stringify(written));
  expect(sent).toEqual(written);
  for (const body of [written, sent]) {
    const { id, it: read } = fromJson(Any, body);
    expect(id).toBe("1");
    expect(read).toEqual(value);
    expect(alike(dump(sample.type, read), dump(sample.type, value))).toBe(true);
    expect(toJson(Any, { id, it: read })).toEqual(written);
  }
}

describe("what was written is read as the same value, also by way of text:", () => {
  test.each(all)("$name", (sample) => {
    fc.assert(fc.property(sample.values, (value) => assertExact(sample, value)));
  });

  test("any type composed of others", () => {
    const typed = anySample.chain((sample) =>
      sample.values.map((value) => ({
        sample,
        value,
        [fc.toStringMethod]: () => `${sample.name}: ${fc.stringify(value)}`,
      })),
    );
    fc.assert(
      fc.property(typed, ({ sample, value }) => assertExact(sample, value)),
      { numRuns: effort(500, 5000) },
    );
  });
});

/** JSON that somebody sends: of any form, with the names that trip JavaScript, tags, and what no parser makes. */
const nonsense = fc.letrec((tie) => ({
  any: fc.oneof(
    { depthSize: "small", maxDepth: 5 },
    text,
    fc.double(),
    fc.integer(),
    fc.boolean(),
    fc.constantFrom(null, undefined, "AQ==", "AR==", "1", "-0", "1e3", "2026-01-31T12:00:00.000Z", 1e300, 1e-200),
    fc.array(tie("any"), { maxLength: 3 }),
    fc
      .array(
        fc.tuple(
          fc.oneof(text, fc.constantFrom("__proto__", "$SS", "$N", "$B", "$BS", "$NS", "$M", "$S", "kind", "of", "it")),
          tie("any"),
        ),
        { maxLength: 3 },
      )
      .map((entries) => Object.fromEntries(entries)),
    dynamic,
  ),
})).any;

/** A value that was written, with one place in it replaced. */
function withOther(json: unknown, other: unknown, at: number): unknown {
  const keys = typeof json === "object" && json !== null ? Object.keys(json) : [];
  const key = keys[at % (keys.length + 1)];
  if (key === undefined) return other;
  const copy = Array.isArray(json) ? [...json] : { ...(json as object) };
  const value = withOther(Reflect.get(copy, key), other, Math.floor(at / (keys.length + 1)));
  Object.defineProperty(copy, key, { value, enumerable: true, configurable: true, writable: true });
  return copy;
}

/** A value that was written, with another one in some place, or another one altogether. */
const bodies = anySample.chain((sample) =>
  fc.tuple(sample.values, nonsense, fc.nat(1000), fc.boolean()).map(([value, other, at, isWhole]) => ({
    sample,
    value,
    other,
    at,
    isWhole,
    [fc.toStringMethod]: () => `${sample.name}: ${fc.stringify([value, other, at, isWhole])}`,
  })),
);

test("whatever is read can be stored and written again, and all else is refused as InvalidValue of its column", () => {
  const prototype = Object.getOwnPropertyNames(Object.prototype);
  let read = 0;
  let refused = 0;
  fc.assert(
    fc.property(bodies, ({ sample, value, other, at, isWhole }) => {
      const Any = modelOf(sample);
      const written = toJson(Any, { id: "1", it: value });
      const it = isWhole ? other : withOther(written["it"], other, at);
      try {
        const values = fromJson(Any, { id: "1", it });
        dump(sample.type, values.it ?? value);
        const again = toJson(Any, values);
        expect(toJson(Any, fromJson(Any, again))).toEqual(again);
        read++;
      } catch (error) {
        if (!(error instanceof InvalidValue)) throw error;
        expect(error).toMatchObject({ model: "Any", origin: "input" });
        expect(error.path[0]).toBe("it");
        expect(error.message.length).toBeLessThan(1000);
        refused++;
      }
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(prototype);
    }),
    { numRuns: effort(1000, 5000) },
  );
  expect(read).toBeGreaterThan(50);
  expect(refused).toBeGreaterThan(50);
});

/** A validator that many use, which also looks at formats. Without `ownProperties`, it takes "toString" for a key. */
function validatorOf(sample: JsonSample) {
  const ajv = new Ajv2020({ strict: false, ownProperties: true });
  addFormats.default(ajv);
  return ajv.compile(jsonSchemaOf(modelOf(sample)));
}

describe("the JSON Schema", () => {
  test.each(all)("of $name takes what is written", (sample) => {
    const validate = validatorOf(sample);
    fc.assert(
      fc.property(sample.values, (it) => {
        const written = toJson(modelOf(sample), { id: "1", it });
        expect([validate(written), validate.errors]).toEqual([true, null]);
      }),
    );
  });

  test("takes what is written and what is read: what it refuses is refused", () => {
    let refused = 0;
    let wider = 0;
    fc.assert(
      fc.property(bodies, ({ sample, value, other, at, isWhole }) => {
        // Ajv leaves a property of this name out of every schema.
        fc.pre(!sample.name.includes('"__proto__":'));
        const Any = modelOf(sample);
        const validate = validatorOf(sample);
        const written = toJson(Any, { id: "1", it: value });
        expect([validate(written), validate.errors]).toEqual([true, null]);
        // What comes from JSON has neither undefined nor objects of classes in it.
        const replaced = isWhole ? other : withOther(written["it"], other, at);
        const text = JSON.stringify({ id: "1", it: replaced }, (_, inner) =>
          typeof inner === "bigint" ? String(inner) : inner,
        );
        const body: unknown = JSON.parse(text);
        const isValid = validate(body);
        const isRead = reads(() => fromJson(Any, body));
        expect([isValid || !isRead, validate.errors, text]).toEqual([true, validate.errors, text]);
        if (!isValid) refused++;
        else if (!isRead) wider++;
      }),
      { numRuns: effort(80, 1500) },
    );
    expect(refused).toBeGreaterThan(wider);
  });
});

function reads(run: () => unknown): boolean {
  try {
    run();
    return true;
  } catch (error) {
    if (error instanceof InvalidValue) return false;
    throw error;
  }
}
