/** The pages of a search. The segments' answers come one after the other, with at most one page of each in memory. */

import { nameOf } from "../model/search-target.js";
import type { Context } from "../operation/context.js";
import type { AnySearchOptions } from "../operation/options.js";
import { contextOf, isOperationHeard, tell } from "../operation/trace.js";
import type { Call, Page, QueryRequest } from "../session/session.js";
import type { Item } from "../wire/attribute.js";
import type { SearchPlan } from "./search-request.js";
import type { Position } from "./search-token.js";

/** The progress of an iteration: changed as it goes on. */
export interface Progress {
  readonly positions: Position[];
  scanned: number;
}

/** One page. The code that yields its items reports each, so that the position is exact to the last one yielded. */
export interface Batch {
  readonly items: readonly Item[];
  readonly count: number;
  /** This item was yielded. */
  advance(item: Item): void;
  /** The whole page was yielded. */
  finish(): void;
}

/** The pages of one iteration. */
interface Pages {
  readonly plan: SearchPlan;
  readonly options: AnySearchOptions;
  readonly progress: Progress;
  /** The highest number of objects to yield: without a filter, no page needs to hold more. */
  readonly limit?: number | undefined;
  readonly counting?: boolean;
}

/** Reads all segments in parallel. A segment's next page is requested when its last one was taken. */
export async function* readBatches(context: Context, pages: Pages): AsyncGenerator<Batch, void, undefined> {
  const { plan, options, progress } = pages;
  // With a single segment, somebody always awaits its request; and an AbortController takes longer than a page.
  const stop = progress.positions.length > 1 ? new AbortController() : undefined;
  const signals = [stop?.signal, options.signal].filter((one) => one !== undefined);
  const signal = signals.length > 1 ? AbortSignal.any(signals) : signals[0];
  const call: Call = { signal, subject: () => nameOf(plan.target) };
  const pending = new Map<number, Promise<{ segment: number; page: Page }>>();
  const request = (segment: number): void => {
    const position = progress.positions[segment] ?? "end";
    if (position === "end") return;
    const answer = tellPage(context, plan, pageRequest(pages, segment, position), call);
    const promise = answer.then((page) => ({ segment, page }));
    // If another segment fails first, nobody awaits this one any more.
    promise.catch(() => {});
    pending.set(segment, promise);
  };
  try {
    for (const segment of progress.positions.keys()) request(segment);
    while (pending.size > 0) {
      const { segment, page } = await Promise.race(pending.values());
      pending.delete(segment);
      progress.scanned += page.scanned;
      const batch = batchOf(progress, segment, plan.holds === undefined ? page : heldPage(plan.holds, page));
      yield batch;
      batch.finish();
      request(segment);
    }
  } finally {
    stop?.abort();
  }
}

/** A page without the items that the search does not take, and DynamoDB could not decide about. */
function heldPage(holds: (item: Item) => boolean, page: Page): Page {
  const items = page.items.filter(holds);
  return { ...page, items, count: items.length };
}

function batchOf(progress: Progress, segment: number, page: Page): Batch {
  return {
    items: page.items,
    count: page.count,
    advance(item) {
      progress.positions[segment] = { after: item };
    },
    finish() {
      progress.positions[segment] = page.lastKey === undefined ? "end" : { after: page.lastKey };
    },
  };
}

function tellPage(context: Context, { target }: SearchPlan, request: QueryRequest, call: Call): Promise<Page> {
  if (!isOperationHeard()) return readPage(context, request, call);
  const { TableName: table, IndexName: index, ConsistentRead: consistent } = request;
  const operation = "KeyConditionExpression" in request ? "query" : "scan";
  return tell(contextOf(operation, { model: target.meta.name, table, index, consistent }), readPage, [
    context,
    request,
    call,
  ]);
}

function readPage(context: Context, request: QueryRequest, call: Call): Promise<Page> {
  return "KeyConditionExpression" in request
    ? context.session.query(request, call)
    : context.session.scan(request, call);
}

function pageRequest(pages: Pages, segment: number, position: Position): QueryRequest {
  const { plan, options, limit } = pages;
  const counting = pages.counting === true && plan.holds === undefined;
  const { parallel, pageSize } = options;
  const size = pageSize ?? (plan.filtered || counting ? undefined : limit);
  const [part, parts] = parallel === undefined ? [segment, options.segments ?? 1] : [parallel.segment, parallel.total];
  return {
    ...(counting ? plan.countRequest : plan.request),
    ...(typeof position === "object" && { ExclusiveStartKey: position.after }),
    ...(size !== undefined && { Limit: size }),
    ...(parts > 1 && { Segment: part, TotalSegments: parts }),
  };
}
