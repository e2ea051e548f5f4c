/** Spans and metrics, as OpenTelemetry's own SDK receives them. */

import { channel } from "node:diagnostics_channel";
import { context, SpanKind, SpanStatusCode, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { add, Engine, type EngineOptions, model, number, string } from "bloop-dynamodb";
import { type Instrumentation, type InstrumentOptions, instrument } from "bloop-dynamodb/otel";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { quickRetries } from "../../support/quick-retries.js";
import { type Answer, stubClient } from "../../support/stub-client.js";

const Account = model(
  "Account",
  { id: string().hashKey(), email: string(), logins: number() },
  { indexes: { byEmail: { hashKey: "email", projection: "all" } } },
);

const manager = new AsyncLocalStorageContextManager();
beforeAll(() => void context.setGlobalContextManager(manager.enable()));
afterAll(() => context.disable());

let instrumentation: Instrumentation | undefined;
afterEach(() => instrumentation?.disable());

/** An engine on scripted answers, and what OpenTelemetry's SDK receives of it. */
function observed(answer: Answer, options: InstrumentOptions = {}, engineOptions: EngineOptions = {}, config = {}) {
  const spans = new InMemorySpanExporter();
  const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  const exporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  const tracer = provider.getTracer("test");
  instrumentation = instrument({ tracer, meter: meters.getMeter("test"), ...options });
  const { client } = stubClient(answer, { retryStrategy: quickRetries(5) as never, ...config });
  const engine = new Engine({ dynamodb: client, tableName: "test-{tableName}", ...engineOptions });
  const metrics = async () => {
    await reader.forceFlush();
    const all = exporter.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    await meters.shutdown();
    return new Map(all.map((metric) => [metric.descriptor.name, metric]));
  };
  return { engine, tracer, spans: () => spans.getFinishedSpans(), metrics };
}

const throttled = {
  status: 400,
  body: JSON.stringify({ __type: "com.amazonaws.dynamodb.v20120810#ThrottlingException", message: "slow down" }),
};
const refused = {
  status: 400,
  body: JSON.stringify({
    __type: "com.amazonaws.dynamodb.v20120810#ConditionalCheckFailedException",
    message: "The conditional request failed",
    Item: { id: { S: "1" }, email: { S: "a-secret" } },
  }),
};

test("an operation is a span of kind client, with the names of OpenTelemetry's conventions", async () => {
  const capacity = { TableName: "test-Account", CapacityUnits: 2 };
  const body = JSON.stringify({ Items: [], Count: 0, ScannedCount: 3, ConsumedCapacity: capacity });
  const { engine, spans } = observed(() => ({ body }), {}, { capacity: "total" });
  await engine.query(Account.byEmail, { key: Account.email.eq("a-secret") }).all();
  const [span] = spans();
  expect(spans()).toHaveLength(1);
  expect(span?.name).toBe("query test-Account");
  expect(span?.kind).toBe(SpanKind.CLIENT);
  expect(span?.status.code).toBe(SpanStatusCode.UNSET);
  expect(span?.attributes).toEqual({
    "db.system.name": "aws.dynamodb",
    "db.operation.name": "query",
    "db.collection.name": "test-Account",
    "aws.dynamodb.table_names": ["test-Account"],
    "aws.dynamodb.index_name": "byEmail",
    "aws.dynamodb.count": 0,
    "aws.dynamodb.scanned_count": 3,
    "aws.dynamodb.consumed_capacity": ['{"TableName":"test-Account","CapacityUnits":2}'],
    "aws.request_id": "R1",
    "server.address": "dynamodb.eu-west-1.amazonaws.com",
  });
  expect(span?.events.map(({ name, attributes }) => [name, attributes])).toEqual([
    ["Query", { attempt: 1, "http.response.status_code": 200, "aws.request_id": "R1" }],
  ]);
});

test("a span is a child of the one in which the operation was called, and others are not", async () => {
  const { engine, tracer, spans } = observed(() => ({}));
  const calls = ["one", "other"].map((name) =>
    tracer.startActiveSpan(name, async (parent) => {
      await Promise.all([engine.get(Account, { id: name }), engine.save(new Account({ id: name }))]);
      parent.end();
      return parent.spanContext().spanId;
    }),
  );
  const parents = await Promise.all(calls);
  const children = spans().filter(({ kind }) => kind === SpanKind.CLIENT);
  expect(children.map(({ parentSpanContext }) => parentSpanContext?.spanId).sort()).toEqual(
    parents.flatMap((id) => [id, id]).sort(),
  );
  expect(children.flatMap(({ events }) => events.map(({ name }) => name)).sort()).toEqual(
    ["GetItem", "GetItem", "UpdateItem", "UpdateItem"].sort(),
  );
  expect(children.every(({ events }) => events.length === 1)).toBe(true);
});

test("a failed operation has the name of its error, on the span and in the measurement, and no value", async () => {
  const { engine, spans, metrics } = observed(() => refused);
  const account = new Account({ id: "a-secret-key", email: "a-secret" });
  await engine.save(account, { condition: Account.email.eq("another-secret") }).catch(() => undefined);
  const [span] = spans();
  expect(span?.status).toEqual({ code: SpanStatusCode.ERROR });
  expect(span?.events.map(({ name, attributes }) => [name, attributes?.["error.type"]])).toEqual([
    ["UpdateItem", "ConditionalCheckFailedException"],
  ]);
  expect(span?.attributes["error.type"]).toBe("ConstraintViolation");
  expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain("secret");
  const point = (await metrics()).get("db.client.operation.duration")?.dataPoints[0];
  expect(point?.attributes).toEqual({
    "db.system.name": "aws.dynamodb",
    "db.operation.name": "save",
    "db.collection.name": "test-Account",
    "error.type": "ConstraintViolation",
    "server.address": "dynamodb.eu-west-1.amazonaws.com",
  });
});

test("expressions are on a span only if they are asked for, and without values", async () => {
  const change = (engine: Engine) => engine.update(Account, { id: "1" }, { email: "a-secret", logins: add(1) });
  const Attributes = { id: { S: "1" }, email: { S: "a-secret" }, logins: { N: "1" } };
  const silent = observed(() => ({ body: JSON.stringify({ Attributes }) }));
  await change(silent.engine);
  expect(silent.spans()[0]?.attributes["db.query.text"]).toBeUndefined();
  instrumentation?.disable();
  const open = observed(() => ({ body: JSON.stringify({ Attributes }) }), { captureText: true });
  await change(open.engine);
  expect(open.spans()[0]?.attributes["db.query.text"]).toMatch(
    /^UpdateExpression: SET email = :\d ADD logins :\d\nConditionExpression: [^?]+$/,
  );
});

test("durations are in seconds in the conventions' buckets; retries, gaps, lags and leases are counted", async () => {
  const { engine, metrics, spans } = observed((_, count) => (count === 1 ? throttled : {}));
  await engine.getMany(Account, [{ id: "1" }]);
  channel("bloop-dynamodb:stream:gap").publish({ table: "test-Account", shardId: "1", after: "2", certain: true });
  channel("bloop-dynamodb:stream:lag").publish({ table: "test-Account", shardId: "1", records: 3, lag: 1500 });
  const lease = { table: "test-Account", group: "mails", worker: "a 1", shardId: "1", epoch: 2, event: "taken" };
  channel("bloop-dynamodb:stream:lease").publish(lease);
  const found = await metrics();
  const duration = found.get("db.client.operation.duration");
  expect(duration?.descriptor.unit).toBe("s");
  expect(duration?.dataPoints).toMatchObject([
    { value: { count: 1, buckets: { boundaries: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10] } } },
  ]);
  expect(found.get("bloop_dynamodb.request.retries")?.dataPoints).toMatchObject([
    { value: 1, attributes: { "db.operation.name": "GetItem", "error.type": "ThrottlingException" } },
  ]);
  expect(found.get("bloop_dynamodb.stream.gaps")?.dataPoints).toMatchObject([{ value: 1 }]);
  expect(found.get("bloop_dynamodb.stream.leases")?.dataPoints).toMatchObject([
    {
      value: 1,
      attributes: {
        "db.collection.name": "test-Account",
        "bloop_dynamodb.stream.group": "mails",
        "bloop_dynamodb.stream.lease.event": "taken",
      },
    },
  ]);
  expect(found.get("bloop_dynamodb.stream.lag")?.dataPoints).toMatchObject([{ value: { sum: 1.5 } }]);
  expect(spans()[0]?.events.map(({ attributes }) => attributes?.["attempt"])).toEqual([1, 2]);
});

test("a batch has its size, of two and more", async () => {
  const { engine, spans } = observed(() => ({}));
  await engine.save([new Account({ id: "1" }), new Account({ id: "2" })]);
  await engine.save([new Account({ id: "3" })]);
  expect(spans().map(({ attributes }) => attributes["db.operation.batch.size"])).toEqual([2, undefined]);
});

test("of several requests, counts and capacity are added up, the latter by table", async () => {
  const capacity = (units: number) => ({ TableName: "test-Account", CapacityUnits: units });
  const page = { Items: [], Count: 2, ScannedCount: 3 };
  const next = { LastEvaluatedKey: { id: { S: "1" } }, ConsumedCapacity: capacity(1) };
  const { engine, spans } = observed(
    (_, count) => ({
      body: JSON.stringify(
        count === 1 ? { ...page, Count: 0, ...next } : { ...page, Count: 0, ConsumedCapacity: capacity(4) },
      ),
    }),
    {},
    { capacity: "total" },
  );
  await engine.scan(Account, { consistent: true }).all();
  const attributes = spans().map((span) => span.attributes);
  expect(attributes.map((one) => [one["aws.dynamodb.scanned_count"], one["aws.dynamodb.consumed_capacity"]])).toEqual([
    [3, ['{"TableName":"test-Account","CapacityUnits":1}']],
    [3, ['{"TableName":"test-Account","CapacityUnits":4}']],
  ]);
  expect(attributes.map((one) => one["aws.dynamodb.consistent_read"])).toEqual([true, true]);
});

test("a throw that is no Error is _OTHER, without its value", async () => {
  const { engine, spans } = observed(() => ({ body: JSON.stringify({ Item: { id: { S: "1" } } }) }));
  const thrower = () => {
    throw "a-secret";
  };
  await expect(engine.modify(Account, { id: "1" }, thrower)).rejects.toBe("a-secret");
  expect(spans()[0]?.attributes["error.type"]).toBe("_OTHER");
  expect(spans()[0]?.status).toEqual({ code: SpanStatusCode.ERROR });
});

test("the message of an error of the program's own is not on the span", async () => {
  const { engine, spans } = observed(() => ({ body: JSON.stringify({ Item: { id: { S: "1" } } }) }));
  const thrower = () => {
    throw new RangeError("a-secret");
  };
  await expect(engine.modify(Account, { id: "1" }, thrower)).rejects.toThrow("a-secret");
  const [span] = spans();
  expect(span?.attributes["error.type"]).toBe("RangeError");
  expect(JSON.stringify([span?.attributes, span?.events, span?.status])).not.toContain("a-secret");
});

test("the server's port is on the span and in the measurement", async () => {
  const { engine, spans, metrics } = observed(() => ({}), {}, {}, { endpoint: "http://127.0.0.1:4711" });
  await engine.get(Account, { id: "1" });
  const server = { "server.address": "127.0.0.1", "server.port": 4711 };
  expect(spans()[0]?.attributes).toMatchObject(server);
  const point = (await metrics()).get("db.client.operation.duration")?.dataPoints[0];
  expect(point?.attributes).toMatchObject(server);
});

test("an operation that is about no one table is a span by its name alone", async () => {
  const { engine, spans } = observed(() => ({ body: JSON.stringify({ UnprocessedItems: {} }) }));
  await engine.putAll([new Account({ id: "1" })]);
  expect(spans().map(({ name, attributes }) => [name, attributes["db.collection.name"]])).toEqual([
    ["putAll", undefined],
  ]);
});

test("disabled, it makes no span any more", async () => {
  const { engine, spans } = observed(() => ({}));
  await engine.get(Account, { id: "1" });
  instrumentation?.disable();
  await engine.get(Account, { id: "1" });
  expect(spans()).toHaveLength(1);
});

test("without options it takes the global providers", async () => {
  const spans = new InMemorySpanExporter();
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }));
  try {
    instrumentation = instrument();
    const { client } = stubClient(() => ({}));
    await new Engine({ dynamodb: client }).get(Account, { id: "1" });
    expect(spans.getFinishedSpans().map(({ name, instrumentationScope }) => [name, instrumentationScope.name])).toEqual(
      [["get Account", "bloop-dynamodb"]],
    );
  } finally {
    trace.disable();
  }
});
