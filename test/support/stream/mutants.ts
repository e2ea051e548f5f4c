/** Wrong consumers, as data: the source with a few words changed. */

export interface Edit {
  /** Of src/stream. */
  readonly file: string;
  /** Found exactly once. */
  readonly find: string;
  readonly replace: string;
}

export interface Mutant extends Edit {
  /** What it does wrong. */
  readonly name: string;
  /** Where another mend would hide it. */
  readonly and?: Edit;
  /** A history that is known to break, to be tried first. */
  readonly seed?: number;
}

export const mutants: readonly Mutant[] = [
  {
    name: "a child is read beside its parent",
    file: "lineage/shard-tree.ts",
    find: "if (known === undefined ? !this.#gone.has(parent) && !shard.isBegun : !known.done) return false;",
    replace: "void known;",
  },
  {
    name: "a child begins at its end",
    file: "reading/polling.ts",
    find: "    const call = shard.reader.request(",
    replace:
      "    if (shard.parents.size > 0 && !shard.isBegun && !shard.closed) shard.reader.beginAtEnd();\n    const call = shard.reader.request(",
  },
  {
    name: "only the first page of a listing is read",
    file: "reading/discovery.ts",
    find: "const goesOn = lastShardId !== undefined && !this.#isCircle(lastShardId);",
    replace: "const goesOn = false;",
  },
  {
    name: "only the first page of the streams is read",
    file: "reading/discovery.ts",
    find: "const goesOn = lastStreamArn !== undefined && lastStreamArn !== this.#lastStreamArn;",
    replace: "const goesOn = false;",
  },
  {
    name: "a token has what was fetched",
    file: "shard/progress.ts",
    find: "{ after: this.#acknowledged }",
    replace: "{ after: this.#fetched ?? this.#acknowledged }",
  },
  {
    name: "a token says of a shard that it has ended, and its last records are not acknowledged",
    file: "lineage/shard-tree.ts",
    find: "!shard.done || shard.isOwed || below.has(shard)",
    replace: "!shard.done || below.has(shard)",
  },
  {
    name: "a record is acknowledged when it is delivered",
    file: "shard/progress.ts",
    find: "    this.#last = sequenceNumber;",
    replace: "    this.#last = sequenceNumber;\n    this.acknowledge();",
  },
  {
    name: "children are not looked for",
    file: "reading/discovery.ts",
    find: "    onListing({ status, shards }, now);",
    replace: "    onListing({ status, shards }, now);\n    this.isStopped = true;",
  },
  {
    name: "ended shards are forgotten when a listing lacks them",
    file: "lineage/shard-tree.ts",
    find: "endedAt > now - tombstoneLife",
    replace: "endedAt > now",
  },
  {
    name: "an iterator of the end that expired is taken at the end again",
    file: "shard/shard-iterator.ts",
    find: "    this.#atEnd = false;\n  }\n\n  /** Goes on",
    replace: '    this.#atEnd = type === "LATEST";\n  }\n\n  /** Goes on',
  },
  {
    name: "an iterator is taken at the oldest record again",
    file: "shard/progress.ts",
    find: "    return this.isAtHorizon\n",
    replace: "    return this.#fetched !== null\n",
  },
  {
    name: "a page without a next one is the end",
    file: "shard/end-proof.ts",
    find: "if (this.#pages === 1) return false;",
    replace: "return true;",
  },
  {
    name: "a page without a next one is the end of a closed shard",
    file: "shard/end-proof.ts",
    find: "if (this.#pages === 1) return false;",
    replace: "",
  },
  {
    name: "an open shard ends",
    file: "shard/end-proof.ts",
    find: 'return closedness === "closed" ||',
    replace: 'return closedness !== "leaving" ||',
  },
  {
    name: "empty pages are taken for the end",
    file: "shard/end-proof.ts",
    find: "if (hasNext) {",
    replace: "if (hasNext && !isEmpty) {",
  },
  {
    name: "a gap is not told of",
    file: "reading/polling.ts",
    find: '    if (gap !== undefined) emit("gap", { shardId: shard.id, ...gap });',
    replace: "    void emit;",
  },
  {
    name: "what is trimmed is asked for again and again",
    file: "shard/progress.ts",
    find: "    this.#isRecovering = true;",
    replace: "",
  },
  {
    name: "a shard whose oldest record is refused is given up at once",
    file: "shard/refusals.ts",
    find: "return this.#trimmed.lasts(mistakeFor);",
    replace: "return true;",
  },
  {
    name: "a shard's first records are missing without a word",
    file: "reading/polling.ts",
    find: "const gap = shard.reader.gapBefore(page, now);",
    replace: "const gap = undefined;",
  },
  {
    name: "a throttled shard is given up",
    file: "../session/stream-failure.ts",
    find: '...timeouts, "ThrottlingError"], "transient"),',
    replace: '...timeouts, "ThrottlingError"], "notFound"),',
  },
  {
    name: "a parent that is not listed is not waited for",
    file: "lineage/lineage.ts",
    find: "onThere: (shardId, at) => this.#hold(shardId, at),",
    replace: "onThere: (shardId) => this.#tree.giveUpParent(shardId),",
  },
  {
    name: "listings that follow each other quickly are believed",
    file: "lineage/listing-times.ts",
    find: "if (!lieApart(at, now))",
    replace: "if (false)",
    seed: 4495,
  },
  {
    name: "a disabled stream has ended at once",
    file: "lineage/lineage.ts",
    find: "this.#disabled = { hold: { at: now, absences: 0 } };",
    replace: "this.#disabled = { hold: undefined };",
  },
  {
    name: "times are believed to the millisecond",
    file: "time.ts",
    find: "export const timeSlack = 61_000;",
    replace: "export const timeSlack = 0;",
  },
  {
    name: "the buffer has no limit",
    file: "reading/buffer.ts",
    find: "const limit = Math.min(this.#page.records, free);",
    replace: "const limit = 1000;",
  },
  {
    name: "a shard is read by several calls at once",
    file: "shard/shard-reader.ts",
    find: "    this.#isBusy = true;\n",
    replace: "",
  },
  {
    name: "a shard is read as often as it answers",
    file: "shard/pace.ts",
    find: "Math.max(this.#due, this.#polledAt + pollInterval)",
    replace: "this.#due",
  },
  {
    name: "shards are listed as often as they may be asked for",
    file: "call/limiter.ts",
    find: "const perSecond = 5;",
    replace: "const perSecond = 50;",
  },
  {
    name: "a move takes place before it is sure",
    file: "core.ts",
    find: "else if (reading.isReady) {",
    replace: "else {",
  },
  {
    name: "a child is never made before its parent is closed",
    file: "time.ts",
    find: "export const earlyChildSlack: number = 15 * 60_000;",
    replace: "export const earlyChildSlack: number = 61_000;",
  },
  {
    name: "only one shard is ever read of those that are ready",
    file: "lineage/lineage.ts",
    find: "&& this.#tree.areParentsDone(shard),\n    );\n  }\n\n  /** Shards that were begun",
    replace: "&& this.#tree.areParentsDone(shard),\n    ).slice(0, 1);\n  }\n\n  /** Shards that were begun",
  },
  {
    name: "a shard that the last listing lacks was not there",
    file: "lineage/listing-times.ts",
    find: "if (!lieApart(this.#times.at(-1) ?? Number.NEGATIVE_INFINITY, now)) return;",
    replace: "this.#times.length = 0;",
    seed: 338774,
  },
  {
    name: "a shard that has a child has no other",
    file: "lineage/lineage.ts",
    find: "if (endedAt < listedSince && this.#tree.hasChildren(id)) continue;",
    replace: "if (this.#tree.hasChildren(id)) continue;",
    seed: 310442,
  },
];

/** Mutants of the package that bring back what another simulator found, each with the history that shows it. */
export const outsideMutants: readonly (Mutant & { readonly history: RegExp })[] = [
  {
    name: "a token says that a shard has ended, whatever of its ancestors is acknowledged",
    file: "lineage/shard-tree.ts",
    find: "if (this.#parentsOf(shard).every((parent) => this.#checkPast(parent, below))) shard.leaveBehind();",
    replace: "shard.leaveBehind();",
    history: /S1/,
  },
  {
    name: "what was denied is not asked for again before a poll says that there is nothing",
    file: "call/attempt.ts",
    find: "if (this.#isBlocked) this.isOwed = true;",
    replace: "",
    and: { file: "driver.ts", find: "    this.run();\n    try {", replace: "    try {" },
    history: /S2/,
  },
  {
    name: "a shard that is read again keeps its end",
    file: "shard/shard.ts",
    find: "    this.reader.abandon();\n    this.reopen();",
    replace: "    this.reader.abandon();",
    history: /S3/,
  },
  {
    name: "records that were there at the start count from then on",
    file: "lineage/placement.ts",
    find: "shard.countLosses(Math.max(created ?? start, start), created !== undefined && created > start);",
    replace: "shard.countLosses(now, false);",
    history: /S4/,
  },
  {
    name: "children that no listing had in time are not told of",
    file: "lineage/lineage.ts",
    find: "    this.#tellOfLostChildren(now);\n",
    replace: "",
    history: /S5/,
  },
  {
    name: "a page without new shards is the last",
    file: "reading/discovery.ts",
    find: "const goesOn = lastShardId !== undefined && !this.#isCircle(lastShardId);",
    replace: "const goesOn = lastShardId !== undefined && this.#shards.size > known;",
    and: {
      file: "reading/discovery.ts",
      find: "    // One that has two parents is listed twice.",
      replace: "    const known = this.#shards.size;",
    },
    history: /S6/,
  },
  {
    name: "a shard that is missing in a listing is closed",
    file: "lineage/lineage.ts",
    find: "return shard.isAbsent || this.#tree.hasChildren(shard.id) ?",
    replace: "if (shard.isAbsent) return 'closed';\n    return this.#tree.hasChildren(shard.id) ?",
    history: /S7/,
  },
  {
    name: "an iterator at the end is taken after the position was",
    file: "reading/reading.ts",
    find: "      this.#lineage.leaveEnds();\n",
    replace: "",
    history: /S8/,
  },
  {
    name: "records behind an iterator at the end are compared with the clock",
    file: "shard/progress.ts",
    find: "const first = isAtEnd ? 0 : records",
    replace: "const first = records",
    history: /S9/,
  },
  {
    name: "what follows a shard that was read from its end is compared with the clock",
    file: "shard/progress.ts",
    find: "if (this.isBegun) return;",
    replace: "return;",
    history: /S9/,
  },
  {
    name: "a shard that is not found four times is gone",
    file: "call/streak.ts",
    find: "return this.#times >= timesToBelieve && this.#lasted >= milliseconds;",
    replace: "return this.#times >= timesToBelieve;",
    history: /S10/,
  },
  {
    name: "a shard is passed over by the time in its child's id, as if no child were made early",
    file: "lineage/placement.ts",
    find: "const slack = latest ? timeSlack : earlyChildSlack;",
    replace: "const slack = timeSlack;\n    void latest;",
    history: /S11: passed over/,
  },
  {
    name: "parents that are not listed are given up by the time in an id, as if no child were made early",
    file: "lineage/placement.ts",
    find: "created + earlyChildSlack < Math.min(since, now)",
    replace: "created + timeSlack < Math.min(since, now)",
    history: /S11: looked for/,
  },
  {
    name: "a shard that is listed with an end is never at its tip",
    file: "shard/shard-reader.ts",
    find: 'if (this.#sentAs === "open" || this.#emptyPages > emptyPagesToBelieve) return true;',
    replace: "return this.#sentAs === 'open';",
    history: /S12/,
  },
  {
    name: "records that come again are delivered again",
    file: "shard/progress.ts",
    find: "return first < 0 ? [] : page.slice(first);",
    replace: "return page;",
    history: /E10/,
  },
  {
    name: "the end of a shard is told of before its last record is handed over",
    file: "teller.ts",
    find: "else setImmediate(() => this.#tellOfEnd(() => isCurrent() && this.#tell(name, event)));",
    replace: "else queueMicrotask(() => this.#tell(name, event));",
    history: /S1\)/,
  },
  {
    name: "the end of a shard is told of while a batch is gathered that has its last record",
    file: "teller.ts",
    find: "if (this.#held === undefined) tell();",
    replace: "if (this.#held !== null) tell();",
    history: /in a batch/,
  },
  {
    name: "a batch acknowledges its records one by one, while it is gathered",
    file: "pump.ts",
    find: "const record = this.#next.take();",
    replace: "this.#core.pull(); const record = this.#next.take();",
    history: /killed while a batch/,
  },
  {
    name: "a record that is acknowledged passes those before it that are not",
    file: "shard/progress.ts",
    find: "const first = owed.findIndex((one) => !this.#doneEarly.has(one));",
    replace: "const first = owed.indexOf(sequenceNumber) + 1;",
    history: /any order/,
  },
  {
    name: "a page without records says that the shard is empty, though it names a next one",
    file: "shard/shard-reader.ts",
    find: "records.length === 0 && nextIterator === undefined, now",
    replace: "records.length === 0, now",
    history: /begin with empty pages/,
  },
  {
    name: "what is refused before and after a sleep was refused all the time",
    file: "call/streak.ts",
    find: "Math.min(step, this.#mostOfAStep)",
    replace: "step",
    history: /each time that a process wakes/,
  },
  {
    name: "records are acknowledged before the transaction with their checkpoint is committed",
    file: "checkpoint/checkpoint-keeper.ts",
    find: "this.#checkpoints.add(transaction, place, acknowledge);",
    replace: "acknowledge();\n      this.#checkpoints.add(transaction, place, () => {});",
    history: /checkpoints are refused/,
  },
  {
    name: "a checkpoint passes records that are not done",
    file: "shard/progress.ts",
    find: "return isBehindHole ? undefined :",
    replace: "if (isBehindHole) return owed.findLast((one) => done.has(one));\n    return isBehindHole ? undefined :",
    history: /checkpoints are refused/,
  },
  {
    name: "checkpoints say where the stream began, and not where its shards are",
    file: "checkpoint/checkpoints.ts",
    find: "shards: shards.map(({ place }) => place as ShardToken)",
    replace: "shards: []",
    history: /checkpoints are refused/,
  },
  {
    name: "it is not stored where a stream began",
    file: "checkpoint/checkpoints.ts",
    find: "    this.#origin = origin;\n    await this.sync",
    replace: "    this.#origin = origin;\n    await this.#store.remove(startRow, undefined);\n    await this.sync",
    history: /killed before its first one/,
  },
  {
    name: "ends are told of that are of the position before a move",
    file: "teller.ts",
    find: "this.#tellOfEnd(() => isCurrent() && this.#tell(name, event))",
    replace: "this.#tellOfEnd(() => this.#tell(name, event))",
    history: /while the stream moves/,
  },
  {
    name: "a gap that was told of stands for all that is lost later",
    file: "shard/horizon.ts",
    find: "if (!progress.isAtHorizon || !this.#isOver(now)) return undefined;",
    replace: "if (progress.isBegun || !this.#isOver(now)) return undefined;",
    history: /lost twice/,
  },
  {
    name: "each page without a next one counts, however soon it follows",
    file: "shard/end-proof.ts",
    find: "else if (now - this.#leavingAt < leavingApart) return;",
    replace: "",
    history: /between two hiccups/,
  },
  {
    name: "a pull waits for a shard that is not found",
    file: "shard/shard-reader.ts",
    find: "if (this.#refusals.arePersistent) this.#pace.findNothing();",
    replace: "",
    history: /more than two minutes/,
  },
];
