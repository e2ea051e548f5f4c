/** A download's progress on stderr: a bar on a terminal, else a line at its start and end. */

export interface Progress {
  /** Bytes. */
  readonly received: number;
  readonly total: number;
}

export function printProgress(
  what: string,
  stream: { readonly isTTY?: boolean; write(text: string): boolean } = process.stderr,
): (progress: Progress) => void {
  let shown = -1;
  return ({ received, total }) => {
    const percent = Math.min(100, Math.floor((100 * received) / total));
    if (percent === shown) return;
    const first = shown === -1;
    shown = percent;
    if (stream.isTTY) {
      const filled = "#".repeat(Math.floor(percent / 4)).padEnd(25, ".");
      stream.write(`\r${what} [${filled}] ${percent} %${percent === 100 ? "\n" : ""}`);
    } else if (first) stream.write(`${what} (${Math.round(total / 1e6)} MB)...\n`);
    else if (percent === 100) stream.write(`${what}: done.\n`);
  };
}
