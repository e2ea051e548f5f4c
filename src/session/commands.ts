/**
 * The commands for a client of another copy of the SDK than bloop's. A client's middleware fits only the commands of
 * its own version, so the commands are looked up in the module of its class.
 */

// Renamed, since people declare `createRequire` in the banner of an ESM bundle, and bundlers leave that banner as it
// is.
import { createRequire as makeRequire } from "node:module";
import { InvalidOption } from "../errors.js";
import { hasMethod } from "./client-config.js";

/** A command of any copy of the SDK. */
interface SdkCommand {
  resolveMiddleware(stack: never, configuration: never, options: undefined): unknown;
}

export type SdkCommandClass = new (input: never) => SdkCommand;

/** Finds the class of a command for a client, such as "GetItemCommand"; `own` is that of bloop's copy of the SDK. */
export type FindCommand = (client: object, name: string, own: SdkCommandClass) => SdkCommandClass;

/** `isOwn` recognises clients of bloop's copy of the SDK. The module found is kept for each client. */
export function commandFinder(isOwn: (client: object) => boolean): FindCommand {
  const modules = new WeakMap<object, SdkModule>();
  return (client, name, own) => {
    // A client without middleware is a mock, and takes any command.
    if (isOwn(client) || !hasMethod(Reflect.get(client, "middlewareStack"), "concat")) return own;
    let found = modules.get(client);
    if (found === undefined) {
      found = moduleOf(client) ?? {};
      modules.set(client, found);
    }
    const theirs = found[name];
    if (typeof theirs === "function") return theirs as SdkCommandClass;
    assertFits(client, own);
    return own;
  };
}

interface SdkModule {
  readonly [name: string]: unknown;
}

/** The module that exported the client's class. Node loads the SDK as CommonJS, and keeps loaded modules. */
function moduleOf(client: object): SdkModule | undefined {
  for (const [path, loaded] of Object.entries(loadedModules())) {
    // Other modules are left alone: reading their exports may run code.
    if (!/client-dynamodb[\\/]/.test(path)) continue;
    const exported: { DynamoDBClient?: unknown; GetItemCommand?: unknown } = loaded?.exports ?? {};
    const { DynamoDBClient: Client } = exported;
    if (typeof Client === "function" && client instanceof Client && "GetItemCommand" in exported)
      return exported as SdkModule;
  }
  return undefined;
}

function loadedModules(): NodeJS.Require["cache"] {
  try {
    // Any path works: there is one cache.
    return makeRequire(`${process.cwd()}/`).cache ?? {};
  } catch {
    return {};
  }
}

/** Checked before a request, which would fail with a message about middleware. */
function assertFits(client: object, Command: SdkCommandClass): void {
  const { middlewareStack, config }: { middlewareStack?: unknown; config?: unknown } = client;
  try {
    new Command({} as never).resolveMiddleware(middlewareStack as never, config as never, undefined);
  } catch (cause) {
    throw new InvalidOption(
      "The engine's client is of another copy of @aws-sdk/client-dynamodb than the one that bloop imports, and of a version that does not take its commands. See `npm ls @aws-sdk/client-dynamodb`: have one version of it, or give the engine a client made by the copy that bloop finds.",
      { cause },
    );
  }
}
