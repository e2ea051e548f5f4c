/** Adds and removes listeners, and calls them in the order in which they were added. */

export interface Emitter<Events> {
  /** Returns a function that removes the listener. */
  on<Name extends keyof Events>(name: Name, listener: (event: Events[Name]) => void): () => void;
  emit<Name extends keyof Events>(name: Name, event: Events[Name]): void;
  /** Whether there is a listener: if not, a costly event need not be made. */
  has(name: keyof Events): boolean;
}

export function makeEmitter<Events>(): Emitter<Events> {
  const listeners: { [Name in keyof Events]?: Set<(event: Events[Name]) => void> } = {};
  return {
    on(name, listener) {
      // One listener may be added twice; each addition is removed by its own function.
      const own = (event: Events[typeof name]): void => listener(event);
      const set = listeners[name] ?? new Set();
      listeners[name] = set;
      set.add(own);
      return () => void set.delete(own);
    },
    emit(name, event) {
      for (const listener of [...(listeners[name] ?? [])]) listener(event);
    },
    has: (name) => (listeners[name]?.size ?? 0) > 0,
  };
}
