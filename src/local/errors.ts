/** What can go wrong before DynamoDB Local answers. */

import { BloopError } from "../errors.js";

/** No Java, or one that is too old. */
export class JavaMissing extends BloopError {
  /** @internal */
  static override readonly kind: string = "JavaMissing";
  override readonly name = "JavaMissing";
}

/** The emulator could not be fetched. */
export class DownloadFailed extends BloopError {
  /** @internal */
  static override readonly kind: string = "DownloadFailed";
  override readonly name = "DownloadFailed";
}

/** The emulator did not start, or did not answer in time. */
export class EmulatorFailed extends BloopError {
  /** @internal */
  static override readonly kind: string = "EmulatorFailed";
  override readonly name = "EmulatorFailed";
  /** The last lines that it printed. */
  readonly output: readonly string[];

  constructor(message: string, output: readonly string[] = []) {
    super(output.length === 0 ? message : `${message} It printed:\n${output.join("\n")}`);
    this.output = output;
  }
}
