/**
 * State that all copies of bloop in one process share. Copies of one build work as one; other builds are told apart.
 */

declare const BLOOP_BUILD: string | undefined;

/** The package's version and a hash of its source, such as "1.0.0+3f2a91c4". scripts/bundle.mjs inserts it here. */
const build: string = typeof BLOOP_BUILD === "string" ? BLOOP_BUILD : "source";

const prefix = "bloop-dynamodb@";

/**
 * The prefix of the global symbols by which this build recognises its own types, conditions and models. The same file
 * may be loaded twice (tsx, Jest's resetModules), and each copy then recognises the other's values.
 */
export const brand: string = `${prefix}${build}/`;

/**
 * One build, as it is registered for all other builds to see. Older and newer versions read this from each other, so it
 * can't change any more.
 */
interface Core {
  /** The file that it was first loaded from, if the JavaScript engine tells. */
  origin(): string | undefined;
  /** State by name. Only this build reads it. */
  readonly state: Map<string, unknown>;
}

/** Builds by name, stored on the global object. */
const coresKey: unique symbol = /* @__PURE__ */ Symbol.for("bloop-dynamodb");

interface Global {
  [coresKey]?: Map<string, Core>;
}

function coresOf(holder: object): Map<string, Core> {
  const { [coresKey]: known }: Global = holder;
  if (known !== undefined) return known;
  const cores = new Map<string, Core>();
  // Not an assignment, which would throw. If the global object is frozen, each copy has a registry of its own.
  Reflect.defineProperty(holder, coresKey, { value: cores });
  return cores;
}

function joinCores(): Core {
  const cores = coresOf(globalThis);
  const core = cores.get(build) ?? { origin: ownFile, state: new Map<string, unknown>() };
  cores.set(build, core);
  return core;
}

/** The file of this function, from a stack trace: import.meta does not survive bundling as CommonJS. */
function ownFile(): string | undefined {
  const stack: unknown = new Error("where am I").stack;
  const frames = typeof stack === "string" ? stack.split("\n") : [];
  return frames
    .map((frame) => /(?:file:\/\/)?((?:\/|[A-Za-z]:[\\/])[^()]+?):\d+(?::\d+)?\)?$/.exec(frame)?.[1])
    .find(Boolean);
}

const core: Core = /* @__PURE__ */ joinCores();

/** State of which there must be one, however often this build is loaded. The first caller makes it. */
export function shared<State>(name: string, make: () => State): State {
  const state = core.state.has(name) ? core.state.get(name) : make();
  core.state.set(name, state);
  return state as State;
}

/**
 * For a value that another build of bloop made: a sentence that says so, and the remedy. Empty for any other value. It
 * begins with a space, to follow the sentence that refuses the value. With a kind, such as "action", only for values of
 * that kind.
 */
export function foreignHint(value: unknown, kind = ""): string {
  const stranger = strangerOf(value, kind);
  if (stranger === undefined) return "";
  return ` It was made by another copy of bloop-dynamodb, ${printBuild(stranger)}; this is ${printBuild(build)}. What one copy made, the other can't use. Have one: "npm ls bloop-dynamodb" shows who depends on which, one version for all of them and "npm dedupe" leave one, and a bundle takes it in once.`;
}

function strangerOf(value: unknown, kind: string): string | undefined {
  for (let object = value; isObject(object); object = Object.getPrototypeOf(object)) {
    for (const symbol of Object.getOwnPropertySymbols(object)) {
      const key = Symbol.keyFor(symbol) ?? "";
      if (key.startsWith(prefix) && !key.startsWith(brand) && key.endsWith(kind))
        return key.slice(prefix.length, key.lastIndexOf("/"));
    }
  }
  return undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}

function printBuild(name: string): string {
  const origin = coresOf(globalThis).get(name)?.origin();
  return `version ${name.replace("+", ", build ")}${origin === undefined ? "" : `, loaded from ${origin}`}`;
}

/** A class that may exist several times, once for each time that this build was loaded. Other classes have no kind. */
export interface SharedClass {
  /** Its name, which a minifier does not change. */
  readonly kind?: string;
  /** The brand of its build. */
  readonly brand?: string;
  readonly prototype: object;
}

/** The answer of `instanceof` for such a class: an object of another copy counts as its own. */
export function isInstance(made: SharedClass, value: unknown): boolean {
  if (!isObject(value)) return false;
  if (Object.prototype.isPrototypeOf.call(made.prototype, value)) return true;
  // A user's class that extends one of ours has no kind of its own, so it has no other copy.
  if (!Object.hasOwn(made, "kind")) return false;
  for (let object: unknown = value; isObject(object); object = Object.getPrototypeOf(object)) {
    const other = object.constructor as SharedClass | undefined;
    if (other?.brand === brand && Object.hasOwn(other, "kind") && other.kind === made.kind) return true;
  }
  return false;
}
