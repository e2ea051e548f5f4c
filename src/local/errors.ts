/** The errors of starting a local DynamoDB. */

import { BloopError } from "../errors.js";

/** There is no Java, or only one that is too old; and there is no other engine for this platform. */
export class JavaMissing extends BloopError {
  /** @internal */
  static override readonly kind: string = "JavaMissing";
  override readonly name = "JavaMissing";
}

/** The engine could not be fetched, or its folder could not be written. */
export class DownloadFailed extends BloopError {
  /** @internal */
  static override readonly kind: string = "DownloadFailed";
  override readonly name = "DownloadFailed";
}

/** The engine did not start, or did not answer in time. */
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
