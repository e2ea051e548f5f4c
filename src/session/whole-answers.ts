/** Commands of the SDK whose answers have a whole body, whichever client sends them. */

import { withWholeBodies } from "./body.js";
import type { SdkCommandClass } from "./commands.js";

/**
 * Of one command. By the request handler of the command, since middleware would be the client's, or be prepared anew for
 * each command. Named as the SDK's, for what traces commands by their classes.
 */
export function checked<Command extends SdkCommandClass>(command: Command): Command {
  const parent: SdkCommandClass = command;
  const Checked = class extends parent {
    override resolveMiddleware(stack: never, configuration: never, options: undefined): unknown {
      return super.resolveMiddleware(stack, withWholeBodies(configuration), options);
    }
  };
  return Object.defineProperty(Checked, "name", { value: command.name }) as Command;
}
