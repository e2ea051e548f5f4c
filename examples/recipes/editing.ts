/** Edits over HTTP: what the recipe of the manual shows. */

// #region recipe
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import {
  BloopError,
  ConstraintViolation,
  type Engine,
  InvalidPosition,
  InvalidValue,
  type Item,
  integer,
  MissingKey,
  MissingObjects,
  model,
  RequestFailed,
  string,
  TimedOut,
  TransactionCanceled,
} from "bloop-dynamodb";
import { fromJson, toJson } from "bloop-dynamodb/json";

export const Article = model("Article", {
  id: string().hashKey(),
  title: string().required(),
  body: string(),
  version: integer().version(),
});

/** The status of an error, for all routes: also for those whose write is a transaction. */
export function statusOf(error: unknown): number {
  if (error instanceof BloopError && error.isWritten) return 204;
  if (error instanceof ConstraintViolation) return error.version === undefined ? 409 : 412;
  if (error instanceof TransactionCanceled) return statusOfReasons(error);
  if (error instanceof InvalidValue) return error.origin === "input" ? 400 : 500;
  if (error instanceof MissingKey || error instanceof InvalidPosition || error instanceof SyntaxError) return 400;
  if (error instanceof MissingObjects) return 404;
  if (error instanceof TimedOut || (error instanceof RequestFailed && /Throttl|Throughput|Conflict/.test(error.code)))
    return 503;
  return 500;
}

function statusOfReasons({ reasons }: TransactionCanceled): number {
  const failed = reasons.filter(({ code }) => code === "ConditionalCheckFailed");
  // The others are conflicts that lasted, or a lack of capacity.
  if (failed.length === 0) return 503;
  return failed.every(({ version }) => version !== undefined) ? 412 : 409;
}

/** GET and PUT /articles/1. A PUT names the version that it edits: `If-Match: "3"`. */
export function makeServer(engine: Engine): Server {
  return createServer((request, response) => {
    answer(engine, request, response).catch((error) => {
      const status = statusOf(error);
      if (status === 500) console.error(error);
      response.writeHead(status).end();
    });
  });
}

async function answer(engine: Engine, request: IncomingMessage, response: ServerResponse): Promise<unknown> {
  const [, id] = /^\/articles\/([\w-]+)$/.exec(request.url ?? "") ?? [];
  if (id === undefined) return response.writeHead(404).end();
  if (request.method === "GET") {
    const article = await engine.get(Article, { id }, { consistent: true });
    return article === undefined ? response.writeHead(404).end() : send(response, article);
  }
  if (request.method !== "PUT") return response.writeHead(405).end();
  const [, version] = /^"(\d+)"$/.exec(request.headers["if-match"] ?? "") ?? [];
  if (version === undefined) return response.writeHead(428).end();
  const changes = fromJson(Article, JSON.parse(await text(request)), { only: ["title", "body"], partial: true });
  // With `once`, an answer that is lost is no reason for a 412.
  const condition = Article.version.eq(Number(version));
  const edited = await engine.update(Article, { id }, changes, { condition, once: true });
  return edited === undefined ? response.writeHead(204).end() : send(response, edited);
}

function send(response: ServerResponse, article: Item<typeof Article>): unknown {
  const head = { "content-type": "application/json", etag: `"${article.version}"` };
  return response.writeHead(200, head).end(JSON.stringify(toJson(Article, article)));
}
// #endregion
