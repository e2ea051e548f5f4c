/** Checks of our own reasoning. A failure is a mistake in bloop, never of its user. */

export function invariant(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Error(`bloop: ${what}. This is a mistake in bloop; please report it.`);
}

export function assertNever(value: never): never {
  throw new Error(`bloop: unexpected ${JSON.stringify(value)}. This is a mistake in bloop; please report it.`);
}
