/** How cost grows with attributes, models, objects and segments. Nothing may grow faster than what is asked of it. */

import { Engine, type Item, model, number, string } from "bloop-dynamodb";
import { Person } from "../adapters/bloop.js";
import { clientOf, upTo } from "../support/adapter.js";
import { type Answers, answerOf } from "../support/answers.js";
import { measure } from "../support/measure.js";
import { atMost, count, type Mode, type Report, type Table } from "../support/report.js";
import { useStubEnvironment } from "../support/rounds.js";
import { makeScan } from "../support/scan-pages.js";
import { exponentOf, median, type Point } from "../support/statistics.js";
import { makeStubHandler, type StubHandler } from "../support/stub-handler.js";

interface Curve {
  readonly name: string;
  /** Microseconds of CPU for one operation. */
  readonly points: readonly Point[];
}

interface Subject {
  readonly file: string;
  readonly title: string;
  readonly xAxis: string;
  readonly sizes: readonly number[];
  /** Makes what is measured at a size. */
  prepare(size: number): Promise<{ readonly [name: string]: (n: number) => Promise<unknown> }>;
}

export async function run(mode: Mode): Promise<Report> {
  useStubEnvironment();
  const found: { subject: Subject; curves: readonly Curve[] }[] = [];
  const failures: string[] = [];
  for (const subject of [attributes, models, objects, segments]) {
    try {
      found.push({ subject, curves: await curvesOf(subject, mode) });
    } catch (error) {
      failures.push(`${subject.title}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    }
  }
  return {
    question: "scale",
    title: "Growth",
    how: "Client CPU of bloop, network removed. The exponent is the slope on logarithmic axes of the upper half of the sizes, where the constant part of an operation counts least: 1 is linear.",
    tables: found.map(({ subject, curves }) => tableOf(subject, curves)),
    goals: found.flatMap(({ subject, curves }) =>
      own(curves).map(({ name, points }) => atMost(`${name}, by ${subject.xAxis}: exponent`, 1.1, exponent(points))),
    ),
    charts: found.map(({ subject, curves }) => ({
      file: subject.file,
      kind: "lines",
      lines: {
        title: subject.title,
        xAxis: subject.xAxis,
        yAxis: "µs of CPU for one operation",
        series: curves.map(({ name, points }) => ({ name: `${name} (^${exponent(points).toFixed(2)})`, points })),
      },
    })),
    failures,
  };
}

/** What bloop does. The floors beside it are what the platform alone takes for the same. */
function own(curves: readonly Curve[]): readonly Curve[] {
  return curves.filter(({ name }) => !name.startsWith("floor"));
}

function exponent(points: readonly Point[]): number {
  return exponentOf(points.slice(Math.floor(points.length / 2)));
}

async function curvesOf(subject: Subject, mode: Mode): Promise<readonly Curve[]> {
  const curves = new Map<string, Point[]>();
  for (const size of subject.sizes.filter((size) => mode.full || size <= 1000)) {
    const operations = await subject.prepare(size);
    for (const [name, operation] of Object.entries(operations)) {
      const y = await cost(operation, mode);
      curves.set(name, [...(curves.get(name) ?? []), { x: size, y }]);
    }
    if (process.stdout.isTTY) process.stdout.write(`  ${subject.title}: ${size}\r`);
  }
  return [...curves].map(([name, points]) => ({ name, points }));
}

/** Microseconds, brought to a common speed of the machine by the calibration beside it. */
async function cost(operation: (n: number) => Promise<unknown>, mode: Mode): Promise<number> {
  await measure(operation, mode.full ? 150 : 40, 1);
  const samples: { cpu: number; calibration: number }[] = [];
  for (let round = 0; round < (mode.full ? 5 : 3); round++)
    samples.push(await measure(operation, mode.full ? 60 : 20, 1));
  const speed = median(samples.map(({ calibration }) => calibration));
  return median(samples.map(({ cpu, calibration }) => (cpu / calibration) * speed));
}

function tableOf(subject: Subject, curves: readonly Curve[]): Table {
  return {
    title: `${subject.title}: µs of CPU`,
    columns: [subject.xAxis, ...(curves[0]?.points ?? []).map(({ x }) => String(x)), "exponent"],
    rows: curves.map(({ name, points }) => [name, ...points.map(({ y }) => count(y)), exponent(points).toFixed(2)]),
  };
}

function engineOf(answers: Answers): { engine: Engine; handler: StubHandler } {
  const handler = makeStubHandler(answers);
  return { engine: new Engine({ dynamodb: clientOf({ handler }) }), handler };
}

const attributes: Subject = {
  file: "scale-attributes",
  title: "Attributes of a model",
  xAxis: "attributes",
  sizes: [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000],
  async prepare(size) {
    const columns = Object.fromEntries([...upTo(size)].map((n) => [`a${n}`, n % 2 === 0 ? number() : string()]));
    const make = () => model("Wide", { id: string().hashKey(), changed: number(), ...columns });
    const Wide = make();
    const values = Object.fromEntries([...upTo(size)].map((n) => [`a${n}`, n % 2 === 0 ? { N: "1" } : { S: "one" }]));
    const item = { id: { S: "1" }, changed: { N: "0" }, ...values };
    const { engine } = engineOf({
      GetItem: answerOf({ Item: item }),
      UpdateItem: answerOf({}),
      BatchWriteItem: answerOf({ UnprocessedItems: {} }),
    });
    const object = await engine.get(Wide, { id: "1" });
    if (object === undefined) throw new Error("The stub has no item.");
    const text = JSON.stringify({ Item: item });
    const properties = Object.keys(object) as (keyof typeof object)[];
    const look = (held: typeof object) => properties.filter((property) => held[property] === undefined);
    return {
      "floor: JSON.parse of the item": async () => JSON.parse(text),
      "floor: a look at every property": async () => look(object),
      "declare a model": async () => make(),
      get: () => engine.get(Wide, { id: "1" }),
      "save of one change": (n) => engine.save(Object.assign(object, { changed: n + 1 })),
      "put of the whole object": () => engine.putAll([object]),
    };
  },
};

const models: Subject = {
  file: "scale-models",
  title: "Models of an engine",
  xAxis: "models",
  sizes: [1, 3, 10, 30, 100],
  async prepare(size) {
    const make = (n: number) => model(`Model${n}`, { id: string().hashKey(), name: string(), count: number() });
    const all = [...upTo(size)].map(make);
    const { engine } = engineOf({
      GetItem: answerOf({ Item: { id: { S: "1" }, name: { S: "one" }, count: { N: "1" } } }),
      UpdateItem: answerOf({}),
      DescribeTable: answerOf({
        Table: {
          TableStatus: "ACTIVE",
          KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
          AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
          BillingModeSummary: { BillingMode: "PAY_PER_REQUEST" },
        },
      }),
      DescribeTimeToLive: answerOf({ TimeToLiveDescription: { TimeToLiveStatus: "DISABLED" } }),
    });
    return {
      "declare all": async () => [...upTo(size)].map(make),
      "bind all": () => engine.bind(all, { tables: "validate" }),
      "get one of each": () => Promise.all(all.map((one) => engine.get(one, { id: "1" }))),
      "save one of each": () => engine.save(all.map((One) => new One({ id: "1", name: "one", count: 2 }))),
    };
  },
};

const Small = model("Small", { id: string().hashKey(), name: string(), count: number() });

/** Answers a batch of keys with their items, as a table does that holds them all. */
function answerBatch(handler: StubHandler, answers: Answers): void {
  const handle = handler.handle;
  handler.handle = (request) => {
    if (request.headers["x-amz-target"]?.endsWith("BatchGetItem") === true) {
      const body = request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : String(request.body);
      const { RequestItems } = JSON.parse(body) as { RequestItems: { Small: { Keys: { id: { S: string } }[] } } };
      const found = RequestItems.Small.Keys.map(({ id }) => ({ id, name: { S: "one" }, count: { N: "1" } }));
      handler.answer({ ...answers, BatchGetItem: answerOf({ Responses: { Small: found }, UnprocessedKeys: {} }) });
    }
    return handle(request);
  };
}

const objects: Subject = {
  file: "scale-objects",
  title: "Objects in one call",
  xAxis: "objects",
  sizes: [1, 3, 10, 30, 100, 300, 1000, 3000, 10_000],
  async prepare(size) {
    const answers: Answers = {
      UpdateItem: answerOf({}),
      DeleteItem: answerOf({}),
      BatchWriteItem: answerOf({ UnprocessedItems: {} }),
      GetItem: answerOf({ Item: { id: { S: "id0" }, name: { S: "one" }, count: { N: "1" } } }),
    };
    const { engine, handler } = engineOf(answers);
    answerBatch(handler, answers);
    const make = (n: number): Item<typeof Small> => new Small({ id: `id${n}`, name: "one", count: 0 });
    const all = [...upTo(size)].map(make);
    await engine.save(all);
    return {
      save: (n) => {
        for (const object of all) object.count = n + 1;
        return engine.save(all);
      },
      load: () => engine.load(all),
      putAll: () => engine.putAll(all),
      delete: () => engine.delete(all),
    };
  },
};

const segments: Subject = {
  file: "scale-segments",
  title: "Segments of a scan of 64 pages of 100",
  xAxis: "segments",
  sizes: [1, 2, 4, 8, 16, 32, 64],
  async prepare(size) {
    const { engine, handler } = engineOf({});
    const scan = makeScan({ items: 6400, itemsOfPage: 100 });
    const handle = handler.handle;
    handler.handle = (request) => {
      const body = request.body instanceof Uint8Array ? new TextDecoder().decode(request.body) : String(request.body);
      handler.answer({ Scan: scan(body) });
      return handle(request);
    };
    return {
      "scan of the whole table": async () => {
        let found = 0;
        for await (const _ of engine.scan(Person, { segments: size })) found++;
        if (found !== 6400) throw new Error(`The scan found ${found} objects.`);
      },
    };
  },
};
