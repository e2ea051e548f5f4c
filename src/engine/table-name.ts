/** An engine's name for a model's table. */

import { InvalidOption } from "../errors.js";
import type { Meta } from "../model/meta.js";
import { print } from "../util/print.js";

/** "dev-{tableName}", or a function of the model. */
export type TableNaming = string | ((model: { readonly name: string; readonly tableName: string }) => string);

/** Throws InvalidOption for a template without {tableName}, and for a name that DynamoDB does not take. */
export function tableNamer(naming: TableNaming = "{tableName}"): (meta: Meta) => string {
  if (typeof naming === "string" && !naming.includes("{tableName}")) {
    throw new InvalidOption(
      `The engine's tableName is ${print(naming)}, which would be every model's table; put {tableName} into it.`,
    );
  }
  const names = new WeakMap<Meta, string>();
  return (meta) => {
    const known = names.get(meta);
    if (known !== undefined) return known;
    const name = typeof naming === "string" ? naming.replaceAll("{tableName}", meta.tableName) : naming(meta);
    if (!/^([A-Za-z0-9_.-]{3,255}|arn:.+)$/.test(name)) {
      throw new InvalidOption(
        `${meta.name}'s table would be called ${print(name)}; DynamoDB takes 3 to 255 letters, digits, "_", "." and "-".`,
      );
    }
    names.set(meta, name);
    return name;
  };
}
