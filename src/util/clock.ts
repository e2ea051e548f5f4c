/** A clock that never goes back, even if the machine's clock is set back. After the machine slept, it catches up. */

export function makeClock(wall: () => number = Date.now, steady: () => number = () => performance.now()): () => number {
  let offset = wall() - steady();
  return () => {
    const elapsed = steady();
    offset = Math.max(offset, wall() - elapsed);
    return Math.floor(elapsed + offset);
  };
}
