/** A large table that exists as the bytes of one page: what a scan of it answers, segment by segment. */

import { crc32 } from "node:zlib";
import { type Answer, answerOf } from "./answers.js";
import { owner, wireOf } from "./item.js";

export interface Pages {
  readonly items: number;
  readonly itemsOfPage: number;
}

interface ScanBody {
  readonly ExclusiveStartKey?: { readonly id: { readonly S: string } };
  readonly Segment?: number;
  readonly TotalSegments?: number;
}

/** Answers the body of a scan request. */
export function makeScan({ items, itemsOfPage }: Pages): (body: string) => Answer {
  const page = Array.from({ length: itemsOfPage }, (_, n) => wireOf(n));
  const prepared = answerOf({ Count: itemsOfPage, ScannedCount: itemsOfPage, Items: page });
  const head = prepared.body.subarray(0, -1);
  const checksum = crc32(head);
  const pages = Math.ceil(items / itemsOfPage);
  return (body) => {
    const { ExclusiveStartKey, Segment = 0, TotalSegments = 1 } = JSON.parse(body) as ScanBody;
    const own = Math.floor(pages / TotalSegments) + (Segment < pages % TotalSegments ? 1 : 0);
    const at = Number(ExclusiveStartKey?.id.S ?? 0) + 1;
    if (own === 0) return answerOf({ Count: 0, ScannedCount: 0, Items: [] });
    const lastKey = { owner: { S: owner }, id: { S: String(at) } };
    const tail = Buffer.from(at < own ? `,"LastEvaluatedKey":${JSON.stringify(lastKey)}}` : "}");
    const whole = Buffer.concat([head, tail]);
    const changed = { "content-length": String(whole.length), "x-amz-crc32": String(crc32(tail, checksum)) };
    return { body: whole, headers: { ...prepared.headers, ...changed } };
  };
}
