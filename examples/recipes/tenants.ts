/** Several tenants in one table, none of which can reach another one's items by mistake. */

import { type Engine, type Input, type Item, model, type Search, string } from "bloop-dynamodb";

// #region recipe
/** The tenant is the hash key of the table, and of each global index. */
export const Project = model(
  "Project",
  { tenant: string().hashKey(), id: string().rangeKey(), status: string("active", "done"), title: string() },
  { indexes: { byStatus: { hashKey: "tenant", rangeKey: "status", projection: "all" } } },
);

/** All that a request of one tenant can do with projects. Nothing in it takes a tenant. */
export class Projects {
  readonly #engine: Engine;
  readonly #tenant: string;

  constructor(engine: Engine, tenant: string) {
    this.#engine = engine;
    this.#tenant = tenant;
  }

  get(id: string): Promise<Item<typeof Project> | undefined> {
    return this.#engine.get(Project, { tenant: this.#tenant, id });
  }

  async add(values: Omit<Input<typeof Project>, "tenant">): Promise<void> {
    await this.#engine.save(new Project({ ...values, tenant: this.#tenant }));
  }

  active(): Search<Item<typeof Project>> {
    const key = Project.tenant.eq(this.#tenant).and(Project.status.eq("active"));
    return this.#engine.query(Project.byStatus, { key });
  }
}
// #endregion
