/** Which shards there are, and who descends from whom. Nothing of time but the age of what is forgotten. */

import type { Shard } from "../shard/shard.js";
import { tombstoneLife } from "../time.js";
import type { ShardToken } from "../token.js";

export class ShardTree {
  readonly #shards = new Map<string, Shard>();
  readonly #children = new Map<string, Set<string>>();
  /** Parents that are not there any more, and that nobody has to wait for. */
  readonly #gone = new Set<string>();

  get(id: string): Shard | undefined {
    return this.#shards.get(id);
  }

  get all(): Iterable<Shard> {
    return this.#shards.values();
  }

  get isEmpty(): boolean {
    return this.#shards.size === 0;
  }

  add(shard: Shard): void {
    this.#shards.set(shard.id, shard);
    for (const parent of shard.parents) this.#linkTo(parent, shard);
  }

  /** Adds a parent that was not known of a shard before. */
  link(shard: Shard, parent: string): void {
    if (shard.parents.has(parent) || shard.id === parent) return;
    shard.addParent(parent);
    this.#linkTo(parent, shard);
  }

  #linkTo(parent: string, { id }: Shard): void {
    const children = this.#children.get(parent);
    if (children === undefined) this.#children.set(parent, new Set([id]));
    else children.add(id);
  }

  childrenOf(id: string): readonly string[] {
    return [...(this.#children.get(id) ?? [])];
  }

  hasChildren(id: string): boolean {
    return this.#children.has(id);
  }

  /** Whether everything in the parents of a shard was delivered. One that was begun does not wait for the unknown. */
  areParentsDone(shard: Shard): boolean {
    for (const parent of shard.parents) {
      const known = this.#shards.get(parent);
      if (known === undefined ? !this.#gone.has(parent) && !shard.isBegun : !known.done) return false;
    }
    return true;
  }

  /** The parents of a shard that it has to wait for, and of which nothing is known. */
  missingParents(shard: Shard): string[] {
    if (shard.isBegun) return [];
    return [...shard.parents].filter((parent) => !this.#shards.has(parent) && !this.#gone.has(parent));
  }

  /** What tokens say. */
  tokens(): ShardToken[] {
    for (const shard of this.#shards.values()) this.#checkPast(shard, new Set());
    return Array.from(this.#shards.values(), ({ token }) => token);
  }

  /**
   * A shard is past when everything in it, and in all shards before it, was acknowledged: from a token that says so, its
   * children are read at once. It stays so, also where a parent of it becomes known later.
   */
  #checkPast(shard: Shard, below: Set<Shard>): boolean {
    if (shard.isPast || !shard.done || shard.isOwed || below.has(shard)) return shard.isPast;
    below.add(shard);
    if (this.#parentsOf(shard).every((parent) => this.#checkPast(parent, below))) shard.leaveBehind();
    return shard.isPast;
  }

  /** Those that are known. */
  #parentsOf({ parents }: Shard): Shard[] {
    return [...parents].flatMap((id) => this.#shards.get(id) ?? []);
  }

  giveUpParent(id: string): void {
    this.#gone.add(id);
  }

  /** Forgets ended shards that can't be listed any more: by age, since a listing may lack what the next one has. */
  prune(now: number): void {
    for (const shard of this.#shards.values()) {
      const { id, endedAt } = shard;
      if (!shard.done || shard.isOwed || !shard.isAbsent) continue;
      if (endedAt === undefined || endedAt > now - tombstoneLife) continue;
      this.#shards.delete(id);
      for (const child of this.childrenOf(id)) {
        const shard = this.#shards.get(child);
        shard?.dropParent(id);
        // Its child still names it, and has nothing to wait for.
        if (shard?.isBegun === false) this.#gone.add(id);
      }
      this.#children.delete(id);
      for (const parent of shard.parents) this.#unlink(parent, id);
    }
  }

  #unlink(parent: string, child: string): void {
    const children = this.#children.get(parent);
    children?.delete(child);
    if (children?.size === 0) this.#children.delete(parent);
  }
}
