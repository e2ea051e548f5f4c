/** What becomes of one record: how often its handler is called, and when the group's place moves. */

import { describe, expect, test } from "vitest";
import { type HandleSettings, makeHandle } from "../../../src/group/handle.js";
import type { Handling } from "../../../src/group/ports.js";
import type { WireRecord } from "../../../src/session/stream-session.js";

const raw = { sequenceNumber: "7" } as WireRecord;

/** Plays a record that is `parts`, and notes what happens. */
function played(parts: readonly object[], more: Partial<HandleSettings> = {}) {
  const events: unknown[] = [];
  let isLeaving = false;
  const handling: Handling = {
    shardId: "s",
    owner: "w",
    epoch: 3,
    signal: new AbortController().signal,
    moved: () => events.push("moved"),
    isLeaving: () => isLeaving,
    failed: (error) => events.push(String(error)),
    sleep: async () => {},
  };
  const settings: HandleSettings = {
    name: "group",
    store: { rows: async () => ({ leases: new Map(), places: new Map() }), write: async () => true },
    load: () => parts,
    handler: (record) => events.push(record),
    onError: "retry",
    ...more,
  };
  const leave = () => {
    isLeaving = true;
  };
  return { events, leave, run: () => makeHandle(settings)(raw, handling) };
}

/** Notes what is put into a transaction. */
const transaction = (parts: object[]) => ({
  update: (_model: object, key: object, changes: object) => parts.push({ key, changes }),
});

test("a record of a kind that is not asked for is handled by nobody", async () => {
  const { events, run } = played([]);
  await run();
  expect(events).toEqual([]);
});

test("a record is loaded once for each attempt, and not for each of its parts", async () => {
  let [loads, failures] = [0, 1];
  const parts = [{ model: "A" }, { model: "B" }];
  const { run } = played(parts, {
    load: () => {
      loads++;
      return parts;
    },
    handler: () => {
      if (loads === 1 && failures-- > 0) throw new Error("not yet");
    },
  });
  await run();
  expect(loads).toBe(2);
});

describe("a change from one kind to another is two records", () => {
  const [first, second] = [{ model: "A" }, { model: "B" }];

  test("which are handled one after the other; one that fails is tried again without the other", async () => {
    let failures = 1;
    const { events, run } = played([first, second], {
      handler: (record) => {
        events.push(record);
        if (record === second && failures-- > 0) throw new Error("not yet");
      },
    });
    await run();
    expect(events).toEqual([first, second, "Error: not yet", second]);
  });

  test("each of which may be skipped, and is counted from its own first time", async () => {
    const tries: unknown[] = [];
    const { events, run } = played([first, second], {
      handler: () => {
        throw new Error("never");
      },
      onError: (_, record, attempts) => {
        tries.push([record, attempts]);
        return attempts < 2 ? "retry" : "skip";
      },
    });
    await run();
    expect(tries).toEqual([
      [first, 1],
      [first, 2],
      [second, 1],
      [second, 2],
    ]);
    expect(events).toEqual(["Error: never", "Error: never"]);
  });

  test("the place moves with the second: the checkpoint of the first only demands that it did not", async () => {
    const parts: object[] = [];
    const { events, run } = played([first, second], {
      handler: (record, { checkpoint }) => {
        events.push(record);
        checkpoint(transaction(parts) as never);
      },
    });
    await run();
    expect(parts).toEqual([
      { key: { group: "group", id: "place#s" }, changes: { epoch: 3 } },
      { key: { group: "group", id: "place#s" }, changes: { position: `${"7".padStart(40, "0")} 7` } },
    ]);
    expect(events).toEqual([first, second, "moved"]);
  });
});

test("a transaction that failed, and was done all the same, is not done again", async () => {
  const place = {
    shardId: "s",
    parents: [],
    epoch: 3,
    position: `${"7".padStart(40, "0")} 7`,
    since: 0,
    from: undefined,
    readTo: undefined,
    isEnded: false,
  };
  const { events, run } = played([{}], {
    store: { rows: async () => ({ leases: new Map(), places: new Map([["s", place]]) }), write: async () => true },
    handler: (_, { checkpoint }) => {
      checkpoint(transaction([]) as never);
      throw new Error("the answer was lost");
    },
  });
  await run();
  expect(events).toEqual(["moved"]);
});

test("a record that can't be loaded is retried or skipped as one that fails", async () => {
  const told: unknown[] = [];
  const { events, run } = played([], {
    load: () => {
      throw new Error("no number");
    },
    onError: (error, record, attempts) => {
      told.push([String(error), record, attempts]);
      return attempts < 2 ? "retry" : "skip";
    },
  });
  await run();
  expect(told).toEqual([
    ["Error: no number", undefined, 1],
    ["Error: no number", undefined, 2],
  ]);
  expect(events).toEqual(["Error: no number"]);
});

test("nothing is tried again once the shard is to be left", async () => {
  const { events, leave, run } = played([{}], {
    handler: () => {
      leave();
      throw new Error("aborted");
    },
  });
  await expect(run()).rejects.toThrow("aborted");
  expect(events).toEqual([]);
});
