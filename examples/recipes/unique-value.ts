/** No two users with the same email: an item of its own stands for each email that is taken. */

import { type Engine, type Item, ifNotExists, model, string, TransactionCanceled } from "bloop-dynamodb";

// #region recipe
export const User = model("User", { id: string().hashKey(), email: string().required(), name: string() });
export const TakenEmail = model("TakenEmail", { email: string().hashKey(), userId: string().required() });

/** Resolves with whether the email was free. */
export async function register(engine: Engine, user: Item<typeof User>): Promise<boolean> {
  const taken = new TakenEmail({ email: user.email, userId: user.id });
  return wasFree(
    engine.transaction((all) =>
      all.save(user, { condition: ifNotExists(User) }).save(taken, { condition: ifNotExists(TakenEmail) }),
    ),
  );
}

/** The old email is free again in the same moment in which the new one is taken. */
export async function changeEmail(engine: Engine, id: string, email: string): Promise<boolean> {
  const user = await engine.get(User, { id }, { consistent: true });
  if (user === undefined) throw new Error("There is no such user.");
  if (user.email === email) return true;
  const before = new TakenEmail({ email: user.email, userId: id });
  user.email = email;
  return wasFree(
    engine.transaction((all) =>
      all
        .save(user, { atomic: true })
        .save(new TakenEmail({ email, userId: id }), { condition: ifNotExists(TakenEmail) })
        .delete(before, { condition: TakenEmail.userId.eq(id) }),
    ),
  );
}

async function wasFree(transaction: Promise<void>): Promise<boolean> {
  try {
    await transaction;
    return true;
  } catch (error) {
    // The second item of both transactions is the email. Anything else, such as a user that was changed, is thrown.
    if (error instanceof TransactionCanceled && error.reasons[1]?.code === "ConditionalCheckFailed") return false;
    throw error;
  }
}
// #endregion
