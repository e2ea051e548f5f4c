/** What is told on bloop's channels while a function runs. */

import { channel, tracingChannel } from "node:diagnostics_channel";

type Phase = "start" | "end" | "asyncStart" | "asyncEnd" | "error";

export interface Heard {
  /** "operation" or "request" with its phase, or the name of a plain channel. */
  readonly name: string;
  /** As it was when it was told. */
  readonly context: Readonly<Record<string, unknown>>;
}

const phases: readonly Phase[] = ["start", "end", "asyncStart", "asyncEnd", "error"];

/** Contexts are copied when they are told, their getters read. */
export async function listen(
  traced: readonly string[],
  plain: readonly string[],
  run: () => unknown,
): Promise<readonly Heard[]> {
  const heard: Heard[] = [];
  const stops: (() => void)[] = [];
  const note = (name: string) => (context: unknown) => void heard.push({ name, context: { ...Object(context) } });
  for (const name of traced) {
    const channels = tracingChannel(`bloop-dynamodb:${name}`);
    for (const phase of phases) {
      const listener = note(`${name} ${phase}`);
      channels[phase].subscribe(listener);
      stops.push(() => channels[phase].unsubscribe(listener));
    }
  }
  for (const name of plain) {
    const listener = note(name);
    channel(`bloop-dynamodb:${name}`).subscribe(listener);
    stops.push(() => channel(`bloop-dynamodb:${name}`).unsubscribe(listener));
  }
  try {
    await run();
  } finally {
    for (const stop of stops) stop();
  }
  return heard;
}
