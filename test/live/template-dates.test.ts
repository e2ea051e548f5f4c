/** Ranges of a date and time that stands in the middle of another program's key, as ElectroDB and others write it. */

import { datetime, string, table, template } from "bloop-dynamodb";
import { beforeAll, expect, test } from "vitest";
import { live } from "../support/live.js";
import { pick, seededRandom } from "../support/random.js";

const { engine } = live("dates");

const Works = table("works", { hashKey: "pk", rangeKey: "sk", kind: "_t" });
const Task = Works.model(
  "Task",
  { team: string(), due: datetime(), id: string() },
  { key: { pk: template`$team_${"team"}`, sk: template`$task#due_${"due"}#id_${"id"}` } },
);
const Lower = Works.model(
  "Lower",
  { team: string(), due: datetime(), id: string() },
  { key: { pk: template`$lower_${"team"}`, sk: template`$task#due_${{ column: "due", case: "lower" }}#id_${"id"}` } },
);

const random = seededRandom(7);
const times = [0, 1, 999, 1000, 86_400_000, 86_400_001].map((time) => Date.UTC(2026, 0, 1) + time);
const made = Array.from({ length: 30 }, (_, index) => ({
  team: pick(random, ["a", "ab"]),
  due: new Date(pick(random, times)),
  id: `${index}`,
}));

beforeAll(async () => {
  await engine.bind([Task, Lower]);
  await engine.putAll(made.flatMap((values) => [new Task(values), new Lower(values)]));
});

test.each([
  ["as it is", Task],
  // For the compiler, the models differ by name alone.
  ["in lower case", Lower as unknown as typeof Task],
])("each range finds what a filter finds, in the order of time: %s", async (_, Model) => {
  const ranges = (at: Date, to: Date) => [
    { key: Model.due.lt(at), holds: (due: Date) => due < at },
    { key: Model.due.le(at), holds: (due: Date) => due <= at },
    { key: Model.due.gt(at), holds: (due: Date) => due > at },
    { key: Model.due.ge(at), holds: (due: Date) => due >= at },
    { key: Model.due.between(at, to), holds: (due: Date) => due >= at && due <= to },
  ];
  for (const [index, time] of times.entries()) {
    const to = new Date(times[Math.min(index + 2, times.length - 1)] ?? 0);
    for (const { key, holds } of ranges(new Date(time), to)) {
      const found = await engine.query(Model, { key: Model.team.eq("a").and(key), consistent: true }).all();
      const wanted = made.filter(({ team, due }) => team === "a" && holds(due));
      expect(found.map(({ id }) => id).sort()).toEqual(wanted.map(({ id }) => id).sort());
      expect(found.map(({ due }) => due.getTime())).toEqual(
        wanted.map(({ due }) => due.getTime()).sort((a, b) => a - b),
      );
    }
  }
});
