/** The markers of unique values, loaded by the first write that concerns a unique column. */

export function loadUnique(): Promise<typeof import("./markers.js")> {
  return import("./markers.js");
}
