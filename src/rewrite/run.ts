/** Reads the pages of a table, has the items of each compared and, for a rewriting, written, and counts. */

import { BloopError } from "../errors.js";
import { keyOfItem } from "../model/key.js";
import { isOfKind } from "../model/kinds/asked.js";
import { plainKey } from "../model/kinds/key/key-of.js";
import type { Home } from "../model/object/home.js";
import type { Context } from "../operation/context.js";
import { readBatches } from "../read/search-pages.js";
import type { SearchPlan } from "../read/search-request.js";
import { type Position, searchTokenOf } from "../read/search-token.js";
import { runBounded } from "../util/async.js";
import type { Item } from "../wire/attribute.js";
import { type Compared, compareItem } from "./compare.js";
import { type KeyFinding, type KeyReport, noOutcomes, noProblems } from "./finding.js";
import { type Mark, marksOf, type Owner, type Unmarked } from "./marks.js";
import type { KeyRewriteOptions } from "./options.js";
import type { Pace } from "./pace.js";
import { type Checked, type FindingOf, type Rewriting, rewriteItem } from "./rewrite-item.js";

export interface Run {
  readonly context: Context;
  readonly plan: SearchPlan;
  readonly homes: readonly Home[];
  readonly positions: readonly Position[];
  readonly options: KeyRewriteOptions;
  readonly concurrency: number;
  readonly pace: Pace;
  /** Undefined: nothing is written. */
  readonly rewriting: Rewriting | undefined;
}

export async function runKeys(run: Run): Promise<KeyReport> {
  const { context, plan, options, pace } = run;
  const { signal, pageSize, segments, parallel, finding, progress } = options;
  const position = { positions: [...run.positions], scanned: 0 };
  const unmarked: Unmarked | undefined = run.rewriting === undefined ? new Map() : undefined;
  const counts = { items: 0, right: 0, problems: { ...noProblems }, outcomes: { ...noOutcomes } };
  const report = (): KeyReport => {
    const isOver = position.positions.every((one) => one === "end");
    const token = isOver ? undefined : searchTokenOf(plan, position.positions);
    const { items, right, problems, outcomes } = counts;
    const { scanned } = position;
    return { scanned, items, right, problems: { ...problems }, outcomes: { ...outcomes }, token };
  };
  const pages = { plan, options: { signal, pageSize, segments, parallel }, progress: position };
  for await (const batch of readBatches(context, pages)) {
    signal?.throwIfAborted();
    const checked = await checkItems(run, batch.items, unmarked);
    const findings = await settled(run, checked);
    counts.items += checked.length;
    counts.right += checked.filter((one) => one.findings.length === 0).length;
    for (const one of findings) {
      counts.problems[one.problem] += 1;
      counts.outcomes[one.outcome] += 1;
      await finding?.(one);
    }
    batch.finish();
    await progress?.(report());
    await pace.reads(signal);
  }
  return report();
}

/** An item of one of the models, with what was made of its columns, or why nothing could. */
interface Compare {
  readonly owner: Owner;
  readonly compared: Compared | string;
}

function comparedIn({ homes }: Run, items: readonly Item[]): Compare[] {
  return items.flatMap((item) => {
    const home = homes.find(({ meta }) => isOfKind(meta, item));
    if (home === undefined) return [];
    const compared = comparedOrReason(home, item);
    const values = typeof compared === "string" ? item : compared.after;
    return [{ owner: { home, item, values, key: keyOfItem(home.meta.keys, item) }, compared }];
  });
}

async function checkItems(run: Run, items: readonly Item[], unmarked: Unmarked | undefined): Promise<Checked[]> {
  const { context, options } = run;
  const all = comparedIn(run, items);
  const marks = await marksOf(
    { context, unmarked, signal: options.signal },
    all.map(({ owner }) => owner),
  );
  return all.map(({ owner, compared }) => {
    const own = typeof compared === "string" ? [invalidFinding(owner, compared)] : findingsOf(owner, compared);
    const marked = (marks.get(owner) ?? []).map((mark) => markFinding(owner, mark));
    const findings = [...own.map((finding) => ({ finding })), ...marked];
    return { owner, compared: typeof compared === "string" ? undefined : compared, findings };
  });
}

/** Why nothing can be made of the columns, if so. */
function comparedOrReason({ meta }: Home, item: Item): Compared | string {
  try {
    return compareItem(meta, item);
  } catch (error) {
    if (error instanceof BloopError) return error.message;
    throw error;
  }
}

function found({ home, key }: Owner) {
  return { model: home.meta.name, key: plainKey(home.meta, key), outcome: "found" } as const;
}

function invalidFinding(owner: Owner, reason: string): KeyFinding {
  return { ...found(owner), problem: "invalid", reason };
}

function findingsOf(owner: Owner, { meta, computed, keyProblem, differences }: Compared): KeyFinding[] {
  return [
    ...(keyProblem === undefined
      ? []
      : [{ ...found(owner), problem: keyProblem, computed: plainKey(meta, computed) } satisfies KeyFinding]),
    ...(differences.length === 0
      ? []
      : [{ ...found(owner), problem: "attributes", attributes: differences } satisfies KeyFinding]),
  ];
}

function markFinding(owner: Owner, { unique, problem, owner: other, reason }: Mark): FindingOf {
  const columns = unique.columns.map(({ property }) => property);
  const base = { ...found(owner), ...(reason !== undefined && { reason }) };
  if (problem === "invalid") return { finding: invalidFinding(owner, reason ?? ""), unique };
  if (problem === "marker") return { finding: { ...base, problem, columns }, unique };
  const otherKey = other && plainKey(owner.home.meta, other);
  return { finding: { ...base, problem, columns, owner: otherKey }, unique };
}

/** The findings as they are in the end. */
async function settled({ rewriting, concurrency }: Run, checked: readonly Checked[]): Promise<KeyFinding[]> {
  const wrong = checked.filter(({ findings }) => findings.length > 0);
  if (rewriting === undefined) return wrong.flatMap(({ findings }) => findings.map(({ finding }) => finding));
  const outcomes = await runBounded(wrong, concurrency, (one) => rewriteItem(rewriting, one));
  return outcomes.flatMap((outcome) => {
    if (outcome.status === "rejected") throw outcome.reason;
    return outcome.value;
  });
}
