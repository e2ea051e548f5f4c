/** Which engine is started, and the reason. */

import { dynamoDBLocal } from "./dynamodb-local.js";
import { dynoxideFor, dynoxidePlatforms } from "./dynoxide.js";
import type { Emulator } from "./emulator.js";
import { EmulatorFailed, JavaMissing } from "./errors.js";
import { findJava } from "./java.js";
import type { LocalEngine } from "./options.js";

export interface Choice {
  readonly emulator: Emulator;
  /** A clause, such as "since it was asked for". */
  readonly reason: string;
}

interface Surroundings {
  /** Such as "linux-x64". */
  readonly platform: string;
  /** Resolves with the path of a Java, or throws JavaMissing. */
  findJava(): Promise<string>;
}

const here = (): Surroundings => ({
  platform: `${process.platform}-${process.arch}`,
  findJava: () => findJava(),
});

/** Throws JavaMissing or EmulatorFailed. */
export async function chooseEmulator(
  wanted: LocalEngine | undefined,
  { platform, findJava }: Surroundings = here(),
): Promise<Choice> {
  const dynoxide = dynoxideFor(platform);
  const none = `Dynoxide has no binary for ${platform} (it has some for ${dynoxidePlatforms.join(", ")})`;
  if (wanted === "dynamodb-local") {
    return { emulator: dynamoDBLocal(await findJava()), reason: "since it was asked for" };
  }
  if (dynoxide !== undefined) {
    const found = `since there is a binary for ${platform}, which needs no Java`;
    return { emulator: dynoxide, reason: wanted === undefined ? found : "since it was asked for" };
  }
  if (wanted === "dynoxide") throw new EmulatorFailed(`${none}. Leave the engine out, or ask for "dynamodb-local".`);
  try {
    const java = await findJava();
    return { emulator: dynamoDBLocal(java), reason: `since there is Java (${java}), and ${none}` };
  } catch (cause) {
    if (!(cause instanceof JavaMissing)) throw cause;
    throw new JavaMissing(`There are two ways to a local DynamoDB. ${none}. ${cause.message}`, { cause });
  }
}
