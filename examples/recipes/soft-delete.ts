/** Objects that are gone for users, can be brought back for a month, and are deleted by DynamoDB afterwards. */

import { and, type Engine, type Item, model, remove, type Search, string, timestamp } from "bloop-dynamodb";

// #region recipe
export const Note = model(
  "Note",
  {
    user: string().hashKey(),
    id: string().rangeKey(),
    text: string(),
    deletedAt: timestamp(),
    purgeAt: timestamp(),
  },
  { ttl: { column: "purgeAt" } },
);
const month = 30 * 24 * 60 * 60;
const isThere = Note.deletedAt.notExists();

export function notesOf(engine: Engine, user: string): Search<Item<typeof Note>> {
  return engine.query(Note, { key: Note.user.eq(user), filter: isThere });
}

/** Throws ConstraintViolation if it is not there, or is deleted already. */
export async function softDelete(engine: Engine, user: string, id: string): Promise<void> {
  const seconds = Math.floor(Date.now() / 1000);
  const changes = { deletedAt: new Date(seconds * 1000), purgeAt: new Date((seconds + month) * 1000) };
  await engine.update(Note, { user, id }, changes, { condition: and(Note.user.exists(), isThere) });
}

/** Throws ConstraintViolation if it is not deleted, or was purged. */
export async function restore(engine: Engine, user: string, id: string): Promise<void> {
  const changes = { deletedAt: remove(), purgeAt: remove() };
  await engine.update(Note, { user, id }, changes, { condition: Note.deletedAt.exists() });
}
// #endregion
