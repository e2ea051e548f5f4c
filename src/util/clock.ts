/** A clock that never goes back, also where the machine's is set back; and that keeps up with one that slept. */

export function makeClock(wall: () => number = Date.now, steady: () => number = () => performance.now()): () => number {
  let offset = wall() - steady();
  return () => {
    const elapsed = steady();
    offset = Math.max(offset, wall() - elapsed);
    return Math.floor(elapsed + offset);
  };
}
