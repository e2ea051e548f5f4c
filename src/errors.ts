/** Every error class that bloop throws. Fields and names only: the sentences are written where the error is found. */

/** The top of all errors that bloop throws. `name` tells them apart, `cause` keeps the error underneath. */
export class BloopError extends Error {
  override readonly name: string = "BloopError";
}
