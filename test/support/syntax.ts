/** Reads TypeScript as a syntax tree: every function in a text, however it is written. */

import { parseSync } from "oxc-parser";

/** Any node of the tree, as the parser makes it. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [property: string]: unknown;
}

export interface FunctionShape {
  /** Its own name, or that of the property or variable that holds it. */
  readonly name: string;
  /** The line that it begins on, from 1. */
  readonly line: number;
  /** From the first line of its signature to its closing brace. */
  readonly lines: number;
  readonly parameters: number;
  /** How many statements with a block are inside of each other: `if`, loops, `switch`, `try`. */
  readonly nesting: number;
  readonly start: number;
  readonly end: number;
}

/** The syntax tree of a text. Throws if it is not TypeScript. */
export function parse(text: string): Node {
  const { program, errors } = parseSync("file.ts", text);
  if (errors.length > 0) throw new Error(`not TypeScript: ${errors.map(({ message }) => message).join("; ")}`);
  return program as unknown as Node;
}

/** Calls `visit` with each node of a tree and the nodes around it, the outermost first. */
function walk(node: Node, visit: (node: Node, around: readonly Node[]) => void, around: Node[] = []): void {
  visit(node, around);
  around.push(node);
  for (const child of childrenOf(node)) walk(child, visit, around);
  around.pop();
}

/** Every node of a tree. */
export function nodesOf(tree: Node): Node[] {
  const nodes: Node[] = [];
  walk(tree, (node) => void nodes.push(node));
  return nodes;
}

function childrenOf(node: Node): Node[] {
  return Object.values(node)
    .flatMap((value) => (Array.isArray(value) ? value : [value]))
    .filter(isNode);
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as Node).type === "string";
}

const functionTypes = ["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"];
const nestingTypes = [
  "IfStatement",
  "ForStatement",
  "ForOfStatement",
  "ForInStatement",
  "WhileStatement",
  "DoWhileStatement",
  "SwitchStatement",
  "TryStatement",
];

/** Every function of a text with a body: declarations, methods, getters, setters, constructors, arrows. */
export function functionsOf(text: string, tree: Node = parse(text)): FunctionShape[] {
  const lines = lineCounter(text);
  const found: FunctionShape[] = [];
  walk(tree, (node, around) => {
    if (!functionTypes.includes(node.type) || !isNode(node["body"])) return;
    const outer = around.at(-1);
    // A method's node begins with its name, its function with the parameters.
    const start = outer !== undefined && isMethod(outer, node) ? outer.start : node.start;
    const line = lines(start);
    found.push({
      name: nameOf(node, outer),
      line,
      lines: lines(node.end) - line + 1,
      parameters: (node["params"] as readonly Node[]).filter((parameter) => !isThis(parameter)).length,
      nesting: nestingOf(node["body"], 0),
      start,
      end: node.end,
    });
  });
  return found;
}

function isMethod(outer: Node, node: Node): boolean {
  return ["MethodDefinition", "Property", "PropertyDefinition"].includes(outer.type) && outer["value"] === node;
}

function isThis(parameter: Node): boolean {
  return parameter.type === "Identifier" && parameter["name"] === "this";
}

function nameOf(node: Node, outer: Node | undefined): string {
  const holder = [node["id"], outer?.["key"], outer?.type === "VariableDeclarator" ? outer["id"] : undefined];
  const [name] = holder.filter(isNode).map((one) => one["name"] ?? one["value"]);
  return typeof name === "string" ? name : "(unnamed)";
}

/** The deepest nesting in a body, functions inside of it left to themselves. */
function nestingOf(node: Node, depth: number): number {
  const inside = childrenOf(node).filter(({ type }) => !functionTypes.includes(type));
  return Math.max(
    depth,
    ...inside.map((child) => {
      // `else if` goes on with the same choice.
      const isElseIf = node.type === "IfStatement" && node["alternate"] === child && child.type === "IfStatement";
      return nestingOf(child, depth + (nestingTypes.includes(child.type) && !isElseIf ? 1 : 0));
    }),
  );
}

/** The line of an offset, from 1. */
function lineCounter(text: string): (offset: number) => number {
  const ends = [...text.matchAll(/\n/g)].map(({ index }) => index);
  return (offset) => ends.filter((end) => end < offset).length + 1;
}
