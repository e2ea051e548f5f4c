/** Clustered, scoped, sparse and numeric indexes of ElectroDB, and collections in several levels: both write and read them. */

import { checkKeys, type KeyFinding, rewriteKeys } from "bloop-dynamodb/rewrite";
import { beforeEach, describe, expect, test } from "vitest";
import { dueOf, openOf, Project, Task, Tracker } from "../../examples/coming-from/electrodb.js";
import { live } from "../support/live.js";
import { clear, documentClient, type StoredItem, stored } from "./clients.js";
import { makeTracker } from "./libraries/electrodb-tracker.js";

const { engine } = live("interop");
const tableName = `interop-${Tracker.name}`;
const theirs = makeTracker(documentClient, tableName);

const moon = { orgId: "Acme", projectId: "Moon", name: "To the moon" };
const common = { orgId: "Acme", projectId: "Moon", assigneeId: "U1", dueAt: "2026-01-02T03:04:05.678Z" };
const one = {
  ...common,
  taskNo: 1,
  status: "Todo",
  priority: 2,
  minutes: 90.5,
  extra: { a: "b", c: { d: 1 } },
} as const;
const two = { ...common, taskNo: 2, status: "InProgress", priority: 1, minutes: 8, extra: "a text" } as const;
const ten = { ...common, taskNo: 10, status: "Todo", priority: 10, assigneeId: "U2", minutes: 100 } as const;
const done = { ...common, taskNo: 11, status: "Done", priority: 3 } as const;
const tasks = [one, two, ten, done];

beforeEach(async () => {
  await engine.bind([Project, Task]);
  await clear(tableName);
});

async function writeTheirs(): Promise<void> {
  await theirs.project.create(moon).go();
  for (const task of tasks) await theirs.task.create(task).go();
}

async function writeOurs(): Promise<void> {
  const ours = tasks.map((task) => new Task({ ...task, dueAt: new Date(task.dueAt) }));
  await engine.save([new Project(moon), ...ours]);
}

const itemOf = (taskNo: number): Promise<StoredItem> =>
  stored(tableName, [
    "$tracker#orgid_acme",
    `$org#work#task_1#projectid_moon#taskno_${String(taskNo).padStart(6, "0")}`,
  ]);
const keyOf = (taskNo: number) => ({ orgId: "Acme", projectId: "Moon", taskNo });
const numbers = (found: readonly { taskNo: number }[]) => found.map(({ taskNo }) => taskNo);

async function findings(): Promise<KeyFinding[]> {
  const found: KeyFinding[] = [];
  await checkKeys(engine, [Project, Task], { finding: (finding) => void found.push(finding) });
  return found;
}

test("both store the same items, to the letter", async () => {
  const project = () => stored(tableName, ["$tracker#orgid_acme", "$org#work#project_1#projectid_moon"]);
  const allItems = async () => [await project(), ...(await Promise.all(tasks.map(({ taskNo }) => itemOf(taskNo))))];
  await writeTheirs();
  const theirItems = await allItems();
  expect(theirItems[0]).toMatchObject({ gsi1sk: { S: "$board#project_1" } });
  expect(theirItems[1]).toMatchObject({
    gsi1sk: { S: "$board#status_todo#priority_02#taskno_000001#task_1" },
    gsi2pk: { S: "$tracker#assigneeid_u1" },
    gsi3pk: { S: "$tracker_effort#projectid_moon" },
    gsi3sk: { N: "90.5" },
  });
  expect(theirItems[4]).not.toHaveProperty("gsi2pk");
  await clear(tableName);
  await writeOurs();
  expect(await allItems()).toEqual(theirItems);
});

describe.each([
  ["ElectroDB's items", writeTheirs],
  ["bloop's items", writeOurs],
])("%s", (_, write) => {
  beforeEach(write);

  test("have all of their values in both", async () => {
    for (const task of tasks) {
      const dueAt = new Date(task.dueAt);
      const keys = { gsi2pk: openOf(task.assigneeId), gsi2sk: dueOf(dueAt) };
      const found = await engine.get(Task, keyOf(task.taskNo), { consistent: true });
      expect({ ...found }).toEqual({ ...task, dueAt, ...(task.status !== "Done" && keys) });
      expect((await theirs.task.get(task).go({ consistent: true })).data).toEqual(task);
    }
  });

  test("are found in a clustered collection, in one order of both entities", async () => {
    const board = await engine.query([Project.board, Task.board], { key: Task.projectId.eq("Moon") }).all();
    const shown = board.map((item) => (item instanceof Task ? item.taskNo : "project"));
    expect(shown).toEqual(["project", 11, 2, 1, 10]);
    const { data } = await theirs.service.collections.board({ projectId: "Moon" }).go();
    expect(data.project).toEqual([moon]);
    expect(numbers(data.task)).toEqual([11, 2, 1, 10]);
    const urgent = Task.projectId.eq("Moon").and(Task.status.eq("Todo")).and(Task.priority.le(2));
    expect(numbers(await engine.query(Task.board, { key: urgent }).all())).toEqual([1]);
  });

  test("are found in a collection of several levels", async () => {
    const found = await engine.query([Project, Task], { key: Task.orgId.eq("Acme"), consistent: true }).all();
    expect(found.map((item) => item.constructor)).toEqual([Project, Task, Task, Task, Task]);
    const { data } = await theirs.service.collections.work({ orgId: "Acme" }).go({ consistent: true });
    expect([data.project.length, numbers(data.task)]).toEqual([1, [1, 2, 10, 11]]);
    const later = Task.orgId.eq("Acme").and(Task.projectId.eq("Moon")).and(Task.taskNo.gt(2));
    expect(numbers(await engine.query(Task, { key: later, consistent: true }).all())).toEqual([10, 11]);
  });

  test("are found in a sparse index as long as its condition holds", async () => {
    const open = Task.gsi2pk.eq(openOf("U1"));
    const since = open.and(Task.gsi2sk.ge(dueOf(new Date("2026-01-01"))));
    expect(numbers(await engine.query(Task.byAssignee, { key: since }).all()).sort()).toEqual([1, 2]);
    const task = await engine.get(Task, keyOf(1), { consistent: true });
    if (task === undefined) throw new Error("it is there");
    task.status = "Done";
    await engine.save(task);
    expect(numbers(await engine.query(Task.byAssignee, { key: open }).all())).toEqual([2]);
    expect(numbers((await theirs.task.query.byAssignee({ assigneeId: "U1" }).go()).data)).toEqual([2]);
    await engine.modify(Task, keyOf(11), (found) => void Object.assign(found, { status: "Todo" }));
    const { data } = await theirs.task.query.byAssignee({ assigneeId: "U1" }).go();
    expect(numbers(data).sort()).toEqual([11, 2]);
    const { dueAt, priority } = two;
    await theirs.task.patch(keyOf(2)).set({ status: "Done", priority, assigneeId: "U1", dueAt }).go();
    expect(numbers(await engine.query(Task.byAssignee, { key: open }).all())).toEqual([11]);
  });

  test("are found in an index with a scope, by numbers that are the key", async () => {
    const { minutes, projectId } = Task;
    const long = await engine.query(Task.byMinutes, { key: projectId.eq("Moon").and(minutes.gt(8)) }).all();
    expect(numbers(long)).toEqual([1, 10]);
    const { data } = await theirs.task.query.byMinutes({ projectId: "Moon" }).gt({ minutes: 8 }).go();
    expect(numbers(data)).toEqual([1, 10]);
    await engine.update(Task, keyOf(10), { minutes: 0.25 });
    const all = await theirs.task.query.byMinutes({ projectId: "Moon" }).go();
    expect(numbers(all.data)).toEqual([10, 2, 1]);
  });

  test("are as checkKeys() expects, and what ElectroDB leaves behind in a sparse index is not", async () => {
    expect(await findings()).toEqual([]);
    await theirs.task.patch(keyOf(1)).set({ status: "Done", priority: 2 }).go();
    const left = [{ attribute: "gsi2pk" }, { attribute: "gsi2sk" }];
    expect(await findings()).toMatchObject([{ problem: "attributes", attributes: left }]);
    const { outcomes } = await rewriteKeys(engine, [Project, Task]);
    expect([outcomes.rewritten, await findings()]).toEqual([1, []]);
    expect(numbers((await theirs.task.query.byAssignee({ assigneeId: "U1" }).go()).data)).toEqual([2]);
  });
});
