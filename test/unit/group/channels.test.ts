/** Groups tell who reads which shard, and their gaps, on channels for all groups of a process. */

import { expect, test } from "vitest";
import { tellSignal } from "../../../src/group/channels.js";
import { listen } from "../../support/heard.js";

const plain = ["stream:lease", "stream:gap"];
const teller = { table: "Account", group: "mails", worker: "a 1" };
const lease = { shardId: "shard-1", epoch: 4 };

test("each change of a lease is told, with its table, group and worker", async () => {
  const heard = await listen([], plain, () => {
    tellSignal(teller, "leaseTaken", lease);
    tellSignal(teller, "leaseLost", lease);
    tellSignal(teller, "leaseGiven", { ...lease, to: "b 2" });
    tellSignal(teller, "shardEnded", lease);
  });
  const events = ["taken", "lost", "given", "ended"];
  expect(heard).toEqual(
    events.map((event) => ({ name: "stream:lease", context: { ...teller, shardId: "shard-1", epoch: 4, event } })),
  );
});

test("a gap is told as that of a stream", async () => {
  const gap = { shardId: "shard-1", after: undefined, certain: false };
  const heard = await listen([], plain, () => tellSignal(teller, "gap", gap));
  expect(heard).toEqual([{ name: "stream:gap", context: { ...gap, table: "Account" } }]);
});

test("what is no change of a lease is not told, and nothing to nobody", async () => {
  const heard = await listen([], plain, () => {
    tellSignal(teller, "retry", { shardId: "shard-1", error: new Error("no") });
    tellSignal(teller, "lag", { shardId: "shard-1", lag: 3, isAtTip: false });
    tellSignal(teller, "full", { shards: 2, waiting: 1 });
  });
  expect(heard).toEqual([]);
  expect(await listen([], [], () => tellSignal(teller, "leaseTaken", lease))).toEqual([]);
});
