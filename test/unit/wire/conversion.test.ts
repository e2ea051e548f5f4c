/** Binary values in requests and answers, wherever they stand, and names that are traps. */

import { describe, expect, test } from "vitest";
import { newAttributes } from "../../../src/wire/attribute.js";
import { withBase64, withBytes } from "../../../src/wire/binary.js";

const bytes = Uint8Array.of(0, 1, 250, 255);
const text = "AAH6/w==";

describe("requests", () => {
  test.each([
    [{ Key: { id: { B: bytes } } }, `{"Key":{"id":{"B":"${text}"}}}`],
    [{ Key: { id: { BS: [bytes, bytes] } } }, `{"Key":{"id":{"BS":["${text}","${text}"]}}}`],
    [{ Item: { a: { L: [{ M: { b: { B: bytes } } }] } } }, `{"Item":{"a":{"L":[{"M":{"b":{"B":"${text}"}}}]}}}`],
    [{ Item: { B: { S: "x" } }, Limit: 3, Segment: undefined }, '{"Item":{"B":{"S":"x"}},"Limit":3}'],
    [{ Item: { a: { B: new Uint8Array() } } }, '{"Item":{"a":{"B":""}}}'],
  ])("%j", (request, printed) => {
    expect(JSON.stringify(withBase64(request))).toBe(printed);
  });

  test("a part of a larger buffer is only that part", () => {
    expect(JSON.stringify(withBase64({ B: Uint8Array.of(9, ...bytes, 9).subarray(1, 5) }))).toBe(`{"B":"${text}"}`);
  });

  test("the request stays as it was, and a name __proto__ survives the copy", () => {
    const map = newAttributes(JSON.parse('{"b":{},"__proto__":{"S":"own"}}'));
    map["b"] = { B: bytes };
    const request = { Item: { m: { M: map } } };
    expect(JSON.parse(JSON.stringify(withBase64(request)))).toEqual(
      JSON.parse(`{"Item":{"m":{"M":{"b":{"B":"${text}"},"__proto__":{"S":"own"}}}}}`),
    );
    expect(map["b"]).toEqual({ B: bytes });
  });
});

test("base64 of an answer is sent as it is", () => {
  const request = { Key: { id: { B: text }, ids: { BS: [text] } } };
  expect(JSON.stringify(withBase64(request))).toBe(`{"Key":{"id":{"B":"${text}"},"ids":{"BS":["${text}"]}}}`);
});

test("the SDK takes bytes, also where base64 came by the lean road, and texts as they are", () => {
  const request = { TableName: "B", Key: { B: { B: text }, s: { S: text } }, ExpressionAttributeNames: { "#B": "B" } };
  expect(withBytes(request)).toEqual({ ...request, Key: { B: { B: bytes }, s: { S: text } } });
  expect(request.Key.B.B).toBe(text);
});

describe("answers", () => {
  test.each([
    [`{"Item":{"id":{"B":"${text}"}}}`, { Item: { id: { B: bytes } } }],
    [`{"Item":{"id":{"BS":["${text}"]}}}`, { Item: { id: { BS: [bytes] } } }],
    [`{"Items":[{"a":{"L":[{"M":{"B":{"B":"${text}"}}}]}}]}`, { Items: [{ a: { L: [{ M: { B: { B: bytes } } }] } }] }],
    [
      `{"Item":{"B":{"S":"B"},"BS":{"S":"BS"},"a":{"SS":["B","BS"]}}}`,
      { Item: { B: { S: "B" }, BS: { S: "BS" }, a: { SS: ["B", "BS"] } } },
    ],
    [
      `{"Item":{"BS":{"L":[{"S":"x"}]},"b":{"B":""}}}`,
      { Item: { BS: { L: [{ S: "x" }] }, b: { B: new Uint8Array() } } },
    ],
    [`{"Responses":{"t":[{"b":{"B":"${text}"}}]}}`, { Responses: { t: [{ b: { B: bytes } }] } }],
    [`{"Responses":[{},{"Item":{"b":{"B":"${text}"}}}]}`, { Responses: [{}, { Item: { b: { B: bytes } } }] }],
    [
      `{"UnprocessedKeys":{"t":{"Keys":[{"b":{"B":"${text}"}}]}}}`,
      { UnprocessedKeys: { t: { Keys: [{ b: { B: bytes } }] } } },
    ],
    [
      `{"UnprocessedItems":{"t":[{"PutRequest":{"Item":{"b":{"B":"${text}"}}}},{"DeleteRequest":{"Key":{"b":{"B":"${text}"}}}}]}}`,
      {
        UnprocessedItems: {
          t: [{ PutRequest: { Item: { b: { B: bytes } } } }, { DeleteRequest: { Key: { b: { B: bytes } } } }],
        },
      },
    ],
    [`{"Attributes":{"b":{"B":"${text}"}}}`, { Attributes: { b: { B: bytes } } }],
    [`{"Items":[],"LastEvaluatedKey":{"b":{"B":"${text}"}}}`, { Items: [], LastEvaluatedKey: { b: { B: bytes } } }],
    [
      `{"CancellationReasons":[{"Code":"None"},{"Item":{"b":{"B":"${text}"}}}]}`,
      { CancellationReasons: [{ Code: "None" }, { Item: { b: { B: bytes } } }] },
    ],
    ["{}", {}],
  ])("%s", (printed, answer) => {
    expect(withBytes(JSON.parse(printed))).toEqual(answer);
  });

  test("a name __proto__ is a name, and bytes below it are bytes", () => {
    const answer = withBytes(JSON.parse(`{"Item":{"__proto__":{"B":"${text}"},"x":{"S":"y"}}}`));
    const { Item }: { Item?: object } = answer;
    expect(Object.getOwnPropertyDescriptor(Item, "__proto__")?.value).toEqual({ B: bytes });
  });
});
