/**
 * DynamoDB's stand-in on real sockets, in a process of its own: prepared bytes, one port a library. Not node:http, so
 * that it is never the slower end.
 */

import { fork } from "node:child_process";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { fileURLToPath } from "node:url";
import { type Answers, answersFor, operationOf } from "./answers.js";
import type { Wire } from "./item.js";
import { makeScan, type Pages } from "./scan-pages.js";

export interface StubServer {
  /** By the name of the library. */
  readonly endpoints: { readonly [adapter: string]: string };
  stop(): void;
}

interface Wanted {
  readonly extras: { readonly [adapter: string]: Wire };
  readonly pages: Pages;
}

/** Starts the process, and waits for its ports. */
export function startStubServer(wanted: Wanted): Promise<StubServer> {
  const child = fork(fileURLToPath(import.meta.url), [JSON.stringify(wanted)]);
  return new Promise((resolve, reject) => {
    child.once("exit", (code) => reject(new Error(`The stub server ended with code ${code}.`)));
    child.once("message", (endpoints: StubServer["endpoints"]) =>
      resolve({ endpoints, stop: () => void child.kill() }),
    );
  });
}

type Responder = (operation: string, body: string) => Buffer;

function makeResponder(answers: Answers, pages: Pages): Responder {
  const scan = makeScan(pages);
  let second = 0;
  let made = new Map<string, Buffer>();
  return (operation, body) => {
    if (operation === "Scan") return responseOf(scan(body));
    const now = Math.floor(Date.now() / 1000);
    if (now !== second) {
      second = now;
      made = new Map();
    }
    const known = made.get(operation) ?? responseOf(answers[operation]);
    made.set(operation, known);
    return known;
  };
}

/** The response as it goes over the wire. */
function responseOf(answer: Answers[string] | undefined): Buffer {
  if (answer === undefined) return Buffer.from("HTTP/1.1 500 No answer\r\ncontent-length: 0\r\n\r\n");
  const lines = Object.entries({ ...answer.headers, date: new Date().toUTCString() }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  return Buffer.concat([Buffer.from(`HTTP/1.1 200 OK\r\n${lines.join("")}\r\n`), answer.body]);
}

function serve(socket: Socket, respond: Responder): void {
  let held = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on("error", () => socket.destroy());
  socket.on("data", (chunk) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    for (let taken = take(held); taken !== undefined; taken = take(held)) {
      held = held.subarray(taken.end);
      socket.write(respond(taken.operation, taken.body));
    }
  });
}

interface Taken {
  readonly operation: string;
  readonly body: string;
  readonly end: number;
}

/** The first whole request in what came so far. */
function take(held: Buffer): Taken | undefined {
  const blank = held.indexOf("\r\n\r\n");
  if (blank < 0) return undefined;
  const head = held.toString("latin1", 0, blank);
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1] ?? 0);
  const begin = blank + 4;
  if (held.length < begin + length) return undefined;
  const operation = operationOf(/^x-amz-target: *(\S+)/im.exec(head)?.[1] ?? "");
  return { operation, body: held.toString("utf8", begin, begin + length), end: begin + length };
}

function listen(respond: Responder): Promise<Server> {
  const server = createServer((socket) => serve(socket, respond));
  return new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server)));
}

async function main({ extras, pages }: Wanted): Promise<void> {
  const endpoints: { [adapter: string]: string } = {};
  for (const [adapter, extra] of Object.entries(extras)) {
    const server = await listen(makeResponder(answersFor({ extras: extra }), pages));
    endpoints[adapter] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }
  process.on("disconnect", () => process.exit());
  process.send?.(endpoints);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main(JSON.parse(process.argv[2] ?? ""));
