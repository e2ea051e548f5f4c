/**
 * Whether a history of operations on one item could have happened one after the other, each at some moment between its
 * call and its return: Wing and Gong's search, with the states that were seen left out (Lowe).
 */

export interface Operation<Input, Output> {
  /** Moments, of one clock for the whole history. */
  readonly called: number;
  readonly returned: number;
  readonly input: Input;
  /** Undefined where the outcome is not known: it may have been done at any time since the call, or never. */
  readonly output: Output | undefined;
}

/** What an operation may do to a state: the state after it, or undefined where its output could not have come of it. */
export type Step<State, Input, Output> = (
  state: State,
  operation: Operation<Input, Output>,
) => { readonly state: State } | undefined;

export function isLinearizable<State, Input, Output>(
  history: readonly Operation<Input, Output>[],
  initial: State,
  step: Step<State, Input, Output>,
): boolean {
  const failed = new Set<string>();
  const search = (left: readonly Operation<Input, Output>[], state: State): boolean => {
    if (left.every(({ output }) => output === undefined)) return true;
    const id = `${left.map((operation) => history.indexOf(operation)).join()} ${JSON.stringify(state)}`;
    if (failed.has(id)) return false;
    // Only what was called before the first return among the rest can have come first.
    const firstReturn = Math.min(...left.map(({ returned, output }) => (output === undefined ? Infinity : returned)));
    for (const operation of left) {
      if (operation.called > firstReturn) continue;
      const next = step(state, operation);
      const rest = left.filter((other) => other !== operation);
      if (next !== undefined && search(rest, next.state)) return true;
    }
    failed.add(id);
    return false;
  };
  return search(history, initial);
}
