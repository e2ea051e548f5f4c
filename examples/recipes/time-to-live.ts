/** Sessions that end by themselves. */

import { and, ConstraintViolation, type Engine, type Item, model, string, timestamp } from "bloop-dynamodb";

// #region recipe
export const Session = model(
  "Session",
  { token: string().hashKey(), user: string().required(), expires: timestamp().required() },
  { ttl: { column: "expires" }, stream: { include: ["old"] } },
);

/** Time to live is in whole seconds. */
export function secondsFromNow(seconds: number): Date {
  return new Date((Math.floor(Date.now() / 1000) + seconds) * 1000);
}

/** DynamoDB deletes an item up to some days after its time: until then, it is still read. So each read asks. */
export async function find(engine: Engine, token: string): Promise<Item<typeof Session> | undefined> {
  const session = await engine.get(Session, { token }, { consistent: true });
  return session !== undefined && session.expires > new Date() ? session : undefined;
}

/** Only what has not ended goes on. Resolves with whether it does. */
export async function keepAlive(engine: Engine, token: string, seconds: number): Promise<boolean> {
  const condition = and(Session.token.exists(), Session.expires.gt(secondsFromNow(0)));
  try {
    await engine.update(Session, { token }, { expires: secondsFromNow(seconds) }, { condition });
    return true;
  } catch (error) {
    if (error instanceof ConstraintViolation) return false;
    throw error;
  }
}
// #endregion
