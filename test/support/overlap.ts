/**
 * What has to come of operations on one object that are called at once: a model that knows nothing of bloop. It does each
 * operation at its call, on an item of flat cells: "a" is a column, "s:x" an element of a set, "m:k" a key of a map.
 */

/** "s:r" and "r" are written by another writer only. */
const cells = ["a", "b", "n", "s:x", "s:y", "s:z", "m:k", "m:l", "s:r", "r"] as const;
export const assigned = cells.slice(0, 8);

export const operations = [
  "save",
  "saveMany",
  "sync",
  "add",
  "addTo",
  "once",
  "onceSync",
  "load",
  "loadMany",
  "loadTogether",
  "delete",
  "transaction",
  "deleteByTransaction",
  "prepared",
  "putAll",
  "deleteAll",
] as const;
export type Operation = (typeof operations)[number];

const loads: readonly Operation[] = ["load", "loadMany", "loadTogether"];
const deletions: readonly Operation[] = ["delete", "deleteByTransaction", "deleteAll"];
const writes = operations.filter((one) => !loads.includes(one) && !deletions.includes(one));

/** Above it are the versions that putAll() gives, by the time and by chance. */
export const byPut = 1e12;

type Cells = Map<string, unknown>;

/** What a prepared transaction is to write. */
interface Prepared {
  readonly index: number;
  readonly written: Cells;
  readonly version: unknown;
  /** What became of the object's cells since: who changed each the last. */
  readonly last: Map<string, "assigned" | "loaded" | "saved">;
  isLoaded: boolean;
}

/** An item, and an object that stands for it. */
export class Model {
  item: Cells | undefined;
  readonly object: Cells;
  readonly failed: boolean[] = [];
  /** Cells of the object that may be as they were assigned, or as what overwrote them. */
  readonly free = new Set<string>();
  /** What the object takes the item to be; undefined: it is new. */
  #believed: Cells | undefined;
  readonly #isVersioned: boolean;
  readonly #prepared: Prepared[] = [];
  #puts = 0;
  /** Columns that hold an empty set or map: of a new object that is a value to store, though no cell shows it. */
  readonly #emptied = new Set<string>();

  constructor(stored: ReadonlyMap<string, unknown>, loaded: ReadonlyMap<string, unknown>) {
    this.item = new Map(stored);
    this.object = new Map(loaded);
    this.#believed = new Map(loaded);
    this.#isVersioned = stored.has("version");
  }

  /** What a save would send. */
  changes(): Cells {
    const changed = cells.filter((cell) => this.object.get(cell) !== this.#believed?.get(cell));
    return new Map(changed.map((cell) => [cell, this.object.get(cell)]));
  }

  assign(cell: string, value: unknown): void {
    const before = this.object.get(cell);
    put(this.object, cell, value);
    const [column = cell, inner] = cell.split(":");
    if (inner !== undefined) {
      if (cells.some((one) => isOf(one, column) && this.object.has(one))) this.#emptied.delete(column);
      else this.#emptied.add(column);
    }
    for (const { last, isLoaded } of this.#prepared) {
      // What is assigned may be what was loaded.
      const isSame = before === value || (isLoaded && this.#believed?.get(cell) === value);
      last.set(cell, isSame ? "saved" : "assigned");
    }
  }

  /** Does one operation. `later` are those that are called after it. */
  run(operation: Operation, later: readonly Operation[]): void {
    this.failed.push(!this.#do(operation, later));
  }

  #do(operation: Operation, later: readonly Operation[]): boolean {
    if (loads.includes(operation)) return this.#load(later.some((one) => writes.includes(one)));
    if (deletions.includes(operation)) return this.#delete(operation !== "deleteAll");
    if (operation === "putAll") return this.#put();
    if (operation === "prepared") return this.#prepare();
    if (operation === "add") return this.#act("n", (item) => put(item, "n", Number(item.get("n") ?? 0) + 1));
    if (operation === "addTo") return this.#act("s", (item) => put(item, "s:z", true));
    if (!operation.toLowerCase().endsWith("sync")) return this.#save();
    return this.#write(this.changes()) && this.#fill(cells);
  }

  #save(): boolean {
    const changes = this.changes();
    if (changes.size === 0 && this.#believed !== undefined) return true;
    return this.#write(changes);
  }

  /** A version that does not match is the only thing in the way of a write. */
  #fits(): boolean {
    if (!this.#isVersioned) return true;
    const expected = this.object.get("version");
    return expected === undefined ? this.item === undefined : this.item?.get("version") === expected;
  }

  #write(written: Cells): boolean {
    if (!this.#fits()) return false;
    this.item ??= new Map();
    for (const [cell, value] of written) put(this.item, cell, value);
    this.#note(this.#believed === undefined ? cells : written.keys(), "saved");
    this.#believed ??= new Map();
    for (const [cell, value] of written) put(this.#believed, cell, value);
    this.#raise();
    return true;
  }

  #raise(): void {
    if (!this.#isVersioned) return;
    const version = Number(this.object.get("version") ?? 0) + 1;
    this.item?.set("version", version);
    this.object.set("version", version);
  }

  #act(column: string, act: (item: Cells) => void): boolean {
    if ([...this.changes().keys()].some((cell) => isOf(cell, column))) return false;
    if (this.#believed === undefined && this.#emptied.has(column)) return false;
    if (!this.#write(this.changes())) return false;
    act(this.item ?? new Map());
    return this.#fill(cells.filter((cell) => isOf(cell, column)));
  }

  /** Some cells of the object are as in the item. */
  #fill(filled: readonly string[]): boolean {
    for (const cell of filled) {
      put(this.object, cell, this.item?.get(cell));
      put(this.#believed ?? new Map(), cell, this.item?.get(cell));
    }
    this.#note(filled, "saved");
    return true;
  }

  /** What a write is called with that has not ended is not lost by a load. */
  #load(isCarried: boolean): boolean {
    if (this.item === undefined) return false;
    const carried = isCarried ? this.changes() : new Map();
    this.#believed = new Map();
    this.#fill([...cells, "version"]);
    for (const [cell, value] of carried) put(this.object, cell, value);
    for (const prepared of this.#prepared) prepared.isLoaded = true;
    this.#note(
      cells.filter((cell) => !carried.has(cell)),
      "loaded",
    );
    return true;
  }

  /** Of what is there, nothing matters. */
  #put(): boolean {
    this.item = new Map(this.object);
    this.#believed = new Map(this.object);
    this.#note(cells, "saved");
    if (this.#isVersioned) this.object.set("version", ++this.#puts * byPut);
    this.#raise();
    return true;
  }

  #delete(isChecked: boolean): boolean {
    if (isChecked && this.object.get("version") !== undefined && !this.#fits()) return false;
    this.item = undefined;
    this.object.delete("version");
    this.#believed = undefined;
    // All that a new object holds is to be saved.
    this.#note(cells, "assigned");
    return true;
  }

  #prepare(): boolean {
    const written = this.changes();
    if (written.size === 0 && this.#believed !== undefined) return true;
    if (this.#believed === undefined) {
      // A new object's sets and maps are stored as a whole.
      const columns = new Set([...written.keys(), ...this.#emptied].map((cell) => cell.split(":")[0]));
      const inside = cells.filter((cell) => cell.includes(":") && columns.has(cell.split(":")[0]));
      for (const cell of inside) written.set(cell, this.object.get(cell));
    }
    const index = this.failed.length;
    this.#prepared.push({ index, written, version: this.object.get("version"), last: new Map(), isLoaded: false });
    return true;
  }

  /**
   * Commits what was prepared. `isCrowded`: other operations may be under way meanwhile, and then what was assigned to
   * what it writes may be overwritten, as the manual says: the object and the item still agree.
   */
  commit(isCrowded: boolean): void {
    for (const { index, written, version, last } of this.#prepared) {
      this.failed[index] = this.#isVersioned && this.item?.get("version") !== version;
      if (this.failed[index]) continue;
      this.item ??= new Map();
      this.#believed ??= new Map();
      for (const [cell, value] of written) {
        put(this.item, cell, value);
        // What was loaded before the write is older than it.
        if (last.get(cell) === "loaded") put(this.object, cell, value);
        if (last.get(cell) === "saved" || (isCrowded && last.get(cell) === "assigned")) this.free.add(cell);
        put(this.#believed, cell, value);
      }
      this.#note(written.keys(), "saved");
      this.#raise();
    }
  }

  #note(changed: Iterable<string>, how: "assigned" | "loaded" | "saved"): void {
    for (const cell of changed) for (const { last } of this.#prepared) last.set(cell, how);
  }
}

function put(into: Cells, cell: string, value: unknown): void {
  if (value === undefined) into.delete(cell);
  else into.set(cell, value);
}

function isOf(cell: string, column: string): boolean {
  return cell === column || cell.startsWith(`${column}:`);
}
