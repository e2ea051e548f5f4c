/** A lock with a lease: one holder at a time, and a number that tells a holder from those before it. */

import { add, and, ConstraintViolation, type Engine, integer, model, or, remove, string } from "bloop-dynamodb";

// #region recipe
export const Lock = model("Lock", {
  name: string().hashKey(),
  owner: string(),
  /** Milliseconds since the epoch. */
  until: integer(),
  /** Greater for each holder than for the one before. */
  fence: integer(),
});

export interface Lease {
  readonly name: string;
  readonly owner: string;
  /** Whatever the lock protects refuses writes with a lower one: a holder that slept too long can't do harm. */
  readonly fence: number;
}

/** Resolves with undefined if somebody else has it. */
export async function acquire(engine: Engine, name: string, milliseconds: number): Promise<Lease | undefined> {
  const owner = crypto.randomUUID();
  const now = Date.now();
  const changes = { owner, until: now + milliseconds, fence: add(1) };
  const condition = or(Lock.owner.notExists(), Lock.until.lt(now));
  try {
    // `once`: an answer that is lost must not make us believe that somebody else has it.
    const lock = await engine.update(Lock, { name }, changes, { condition, once: true });
    return { name, owner, fence: lock?.fence ?? 0 };
  } catch (error) {
    if (error instanceof ConstraintViolation) return undefined;
    throw error;
  }
}

/** Resolves with whether it is still ours. */
export function renew(engine: Engine, { name, owner }: Lease, milliseconds: number): Promise<boolean> {
  const condition = and(Lock.owner.eq(owner), Lock.until.ge(Date.now()));
  return held(engine.update(Lock, { name }, { until: Date.now() + milliseconds }, { condition }));
}

/** The item stays, so that its fence goes on. Resolves with whether it was still ours. */
export function release(engine: Engine, { name, owner }: Lease): Promise<boolean> {
  const changes = { owner: remove(), until: remove() };
  return held(engine.update(Lock, { name }, changes, { condition: Lock.owner.eq(owner), once: true }));
}

async function held(update: Promise<unknown>): Promise<boolean> {
  try {
    await update;
    return true;
  } catch (error) {
    if (error instanceof ConstraintViolation) return false;
    throw error;
  }
}
// #endregion
