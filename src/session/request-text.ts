/** The expressions of a request as one text, to read: with the names of attributes, and without any value. */

import { print } from "../util/print.js";

interface Expressed {
  readonly ExpressionAttributeNames?: { readonly [slot: string]: string };
}

/**
 * Each expression on a separate line, as in "UpdateExpression: SET name = :v0". Empty for a request without
 * expressions. For a transaction, those of all its parts.
 */
export function textOf(input: object): string {
  const { TransactItems }: { readonly TransactItems?: readonly { readonly [kind: string]: object }[] } = input;
  if (TransactItems === undefined) return linesOf(input).join("\n");
  return TransactItems.flatMap((item) =>
    Object.entries(item).map(([kind, part]) => [kind, ...linesOf(part)].join("\n  ")),
  ).join("\n");
}

function linesOf(request: object): string[] {
  const { ExpressionAttributeNames: names = {} }: Expressed = request;
  return Object.entries(request).flatMap(([member, text]) =>
    member.endsWith("Expression") && typeof text === "string"
      ? [`${member}: ${text.replaceAll(/#\w+/g, (slot) => shown(names[slot] ?? slot))}`]
      : [],
  );
}

/** A name as it is, unless it could be taken for something else: for a line of a log, a placeholder, two names. */
function shown(name: string): string {
  return /[^\w-]|.{81}/.test(name) ? print(name) : name;
}
