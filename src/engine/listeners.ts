/** The listeners of an engine. An event also reaches those of the engine that it was derived from. */

import type { Payload } from "../operation/context.js";
import type { Signals } from "../signals.js";
import { makeEmitter } from "../util/emitter.js";

export class Listeners<Engine> {
  readonly #engine: Engine;
  readonly #base: Listeners<Engine> | undefined;
  readonly #signals = makeEmitter<Signals<Engine>>();

  constructor(engine: Engine, base: Listeners<Engine> | undefined) {
    this.#engine = engine;
    this.#base = base;
  }

  on<Name extends keyof Signals<Engine>>(name: Name, listener: (event: Signals<Engine>[Name]) => void): () => void {
    return this.#signals.on(name, listener);
  }

  has(name: keyof Signals<unknown>): boolean {
    return this.#signals.has(name) || this.#base?.has(name) === true;
  }

  emit<Name extends keyof Signals<unknown>>(name: Name, payload: Payload<Name>): void {
    // A cast, since the engine joins a payload that was generic in it.
    if (this.has(name)) this.#tell(name, { ...payload, engine: this.#engine } as unknown as Signals<Engine>[Name]);
  }

  #tell<Name extends keyof Signals<Engine>>(name: Name, event: Signals<Engine>[Name]): void {
    this.#signals.emit(name, event);
    if (this.#base !== undefined) this.#base.#tell(name, event);
  }
}
