/** Commands of the SDK that check whether an answer's body is complete, whichever client sends them. */

import { withWholeBodies } from "./body.js";
import type { SdkCommandClass } from "./commands.js";

/**
 * The checked form of a command. It wraps the request handler: middleware would change the client, or be prepared anew
 * for each command. It has the SDK's name, for code that traces commands by their classes.
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
