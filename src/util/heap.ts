/** A binary heap that gives its least element. Knows nothing of its elements. */

export class Heap<T> {
  readonly #isLess: (left: T, right: T) => boolean;
  readonly #elements: T[] = [];

  constructor(isLess: (left: T, right: T) => boolean) {
    this.#isLess = isLess;
  }

  get size(): number {
    return this.#elements.length;
  }

  /** The least element, or undefined if there is none. */
  get least(): T | undefined {
    return this.#elements[0];
  }

  add(element: T): void {
    this.#elements.push(element);
    this.#rise(this.#elements.length - 1, element);
  }

  /** Call this after the least element has become greater. */
  settleLeast(): void {
    const [least] = this.#elements;
    if (least !== undefined) this.#sink(0, least);
  }

  removeLeast(): void {
    const last = this.#elements.pop();
    if (last !== undefined && this.#elements.length > 0) this.#sink(0, last);
  }

  /** Looks at every element; it is seldom needed. */
  remove(element: T): void {
    const index = this.#elements.indexOf(element);
    if (index < 0) return;
    const last = this.#elements.pop();
    if (last === undefined || index === this.#elements.length) return;
    this.#sink(index, last);
    if (this.#elements[index] === last) this.#rise(index, last);
  }

  #rise(from: number, element: T): void {
    const elements = this.#elements;
    let index = from;
    while (index > 0) {
      const above = (index - 1) >> 1;
      const parent = elements[above];
      if (parent === undefined || !this.#isLess(element, parent)) break;
      elements[index] = parent;
      index = above;
    }
    elements[index] = element;
  }

  #sink(from: number, element: T): void {
    const elements = this.#elements;
    let index = from;
    for (;;) {
      let below = 2 * index + 1;
      let child = elements[below];
      if (child === undefined) break;
      const right = elements[below + 1];
      if (right !== undefined && this.#isLess(right, child)) {
        below += 1;
        child = right;
      }
      if (!this.#isLess(child, element)) break;
      elements[index] = child;
      index = below;
    }
    elements[index] = element;
  }
}
