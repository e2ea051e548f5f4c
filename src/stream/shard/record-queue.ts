/** The records of one shard that were fetched and not delivered, as the pages they came in: none is copied or moved. */

import type { WireRecord } from "../../session/stream-session.js";

export class RecordQueue {
  #pages: (readonly WireRecord[])[] = [];
  #index = 0;
  #size = 0;
  #bytes = 0;
  #head: WireRecord | undefined;

  get size(): number {
    return this.#size;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get head(): WireRecord | undefined {
    return this.#head;
  }

  add(page: readonly WireRecord[]): void {
    if (page.length === 0) return;
    this.#pages.push(page);
    this.#size += page.length;
    for (const { sizeBytes } of page) this.#bytes += sizeBytes;
    this.#head ??= page[0];
  }

  /** Takes the head away. */
  shift(): void {
    if (this.#head === undefined) return;
    this.#bytes -= this.#head.sizeBytes;
    this.#size -= 1;
    this.#index += 1;
    if (this.#index === this.#pages[0]?.length) {
      this.#pages.shift();
      this.#index = 0;
    }
    this.#head = this.#pages[0]?.[this.#index];
  }

  clear(): void {
    this.#pages = [];
    this.#index = 0;
    this.#size = 0;
    this.#bytes = 0;
    this.#head = undefined;
  }
}
