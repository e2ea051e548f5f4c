/** The progress of a download, as lines on stderr. */

export interface Progress {
  /** Bytes. */
  readonly received: number;
  readonly total: number;
}

/** Prints one line when a download starts, and one when it is done. */
export function printProgress(
  title: string,
  stream: { write(text: string): boolean } = process.stderr,
): (progress: Progress) => void {
  return ({ received, total }) => {
    const size = `${(total / 1e6).toFixed(total < 1e7 ? 1 : 0)} MB`;
    stream.write(received === 0 ? `Fetching ${title} (${size}), once...\n` : `Fetching ${title}: done.\n`);
  };
}
