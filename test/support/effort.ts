/** How much of a long search a run does: a short form with each `npm test`, the long one with `npm run test:long`. */

export const isLong: boolean = process.env.BLOOP_LONG === "1";

/** Such as the number of runs, of histories, or of increments. */
export function effort(short: number, long: number): number {
  return isLong ? long : short;
}
