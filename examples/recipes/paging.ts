/** Pages over HTTP: a cursor that a client can neither read, nor change, nor use for somebody else's list. */

import { createServer, type Server } from "node:http";
import { type Cursors, type Engine, InvalidPosition, integer, model, string } from "bloop-dynamodb";
import { toJson } from "bloop-dynamodb/json";

// #region recipe
export const Invoice = model("Invoice", {
  customer: string().hashKey(),
  number: integer().rangeKey(),
  total: integer(),
});

/** GET /customers/ada/invoices?after=... answers { items, next }: `next` is the cursor of the next page. */
export function makeServer(engine: Engine, cursors: Cursors): Server {
  return createServer(async (request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const [, customer] = /^\/customers\/([\w-]+)\/invoices$/.exec(url.pathname) ?? [];
    if (customer === undefined) return void response.writeHead(404).end();
    try {
      const page = await invoicesOf(customer, url.searchParams.get("after"));
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(page));
    } catch (error) {
      // A cursor that was changed, is of another customer or of another search.
      response.writeHead(error instanceof InvalidPosition ? 400 : 500).end();
    }
  });

  async function invoicesOf(customer: string, after: string | null) {
    const search = engine.query(Invoice, { key: Invoice.customer.eq(customer), limit: 20, forward: false });
    if (after !== null) search.moveTo(await cursors.open(after, customer));
    const items = await search.all();
    return {
      items: items.map((invoice) => toJson(Invoice, invoice)),
      next: await cursors.seal(search.cursor, customer),
    };
  }
}
// #endregion
