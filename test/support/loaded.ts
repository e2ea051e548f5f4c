/**
 * Loads what bloop loads with its first use. Test files share what is loaded, so that a file that ends while a stream of it
 * is being loaded would leave the next one without.
 */

import "@aws-sdk/client-dynamodb-streams";
import "undici";
import "../../src/engine/bind.js";
import "../../src/engine/checkpoint-store.js";
import "../../src/session/streams.js";
import "../../src/session/table-operations.js";
import "../../src/lean/undici-handler.js";
import "../../src/stream/pump.js";
