/** A column that becomes two, while the application runs. */

import { and, ConstraintViolation, type Engine, model, type SearchToken, string } from "bloop-dynamodb";

// #region model
/** Both forms, for as long as there are items of the old one. `fullName` was "Ada Lovelace". */
export class Person extends model("Person", {
  id: string().hashKey(),
  fullName: string(),
  given: string(),
  family: string(),
}) {
  /** Whatever is stored. Writers set `given` and `family`, and remove `fullName`. */
  get shown(): string {
    return this.fullName ?? [this.given, this.family].filter(Boolean).join(" ");
  }
}
// #endregion

// #region backfill
export interface Backfill {
  /** Undefined: from the beginning. */
  readonly token?: SearchToken | undefined;
  /** Keeps a token where it survives the process. */
  keep(token: SearchToken | undefined): Promise<void>;
  readonly signal?: AbortSignal | undefined;
}

/** Brings items of the old form into the new one. Can be stopped and started again. Resolves with how many it changed. */
export async function backfill(engine: Engine, { token, keep, signal }: Backfill): Promise<number> {
  const search = engine.scan(Person, { filter: Person.fullName.exists(), pageSize: 100, signal });
  if (token !== undefined) search.moveTo(token);
  let changed = 0;
  for await (const person of search) {
    const { fullName = "" } = person;
    const cut = fullName.lastIndexOf(" ");
    Object.assign(person, {
      given: fullName.slice(0, Math.max(cut, 0)),
      family: fullName.slice(cut + 1),
      fullName: undefined,
    });
    // Only if it is still of the old form: the application may have written it since the scan.
    const condition = and(Person.fullName.eq(fullName), Person.family.notExists());
    const isDone = await engine.save(person, { condition, signal }).then(
      () => true,
      (error) => {
        if (error instanceof ConstraintViolation) return false;
        throw error;
      },
    );
    if (isDone) changed += 1;
    await keep(search.token);
  }
  return changed;
}
// #endregion
