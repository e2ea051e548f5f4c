/** Corrects the clock offset of a client by the dates of answers, as the SDK's signer does. */

import type { ClientConfig, HttpResponse } from "../session/client-config.js";
import type { ThrownError } from "./retry.js";
import { signingMoment } from "./signer.js";

/** DynamoDB refuses a signature that is five minutes off. */
const tolerated = 240_000;
const longest = 900_000;

export interface ServerClock {
  /** The time now by DynamoDB's clock, in the form of the header "x-amz-date". */
  moment(): string;
  /** Notes an answer's date. */
  correct(response: HttpResponse, sentAt: number): void;
  /** Notes an error's date. If the clock was off, marks the error as worth another attempt. */
  correctAfter(error: ThrownError, sentAt: number, offsetBefore: number): void;
}

/** `isCorrected` is false if the user switched the correction off. */
export function makeServerClock(config: ClientConfig, isCorrected: boolean): ServerClock {
  // Dates have whole seconds: at a thousand requests a second, most have the same date as the one before.
  let lastDate = "";
  let lastTime = 0;
  let lastSecond = Number.NaN;
  let lastMoment = "";
  const timeOf = (date: string): number => {
    if (date !== lastDate) {
      lastDate = date;
      lastTime = Date.parse(date);
    }
    return lastTime;
  };
  const set = (date: string | undefined, age: string | undefined, sentAt: number): void => {
    if (date === undefined || age !== undefined || !isCorrected) return;
    const time = timeOf(date);
    const now = Date.now();
    if (!Number.isNaN(time) && now - sentAt <= longest) config.systemClockOffset = time - now;
  };
  return {
    moment() {
      const second = Math.floor((Date.now() + (isCorrected ? config.systemClockOffset : 0)) / 1000);
      if (second !== lastSecond) {
        lastSecond = second;
        lastMoment = signingMoment(second * 1000);
      }
      return lastMoment;
    },
    correct: ({ headers }, sentAt) => set(headers["date"], headers["age"], sentAt),
    correctAfter(error, sentAt, offsetBefore) {
      const headers = error.$response?.headers;
      set(error.ServerTime ?? headers?.["date"], headers?.["age"], sentAt);
      // A second more or less does not count, since every answer corrects it: a failed condition must not be tried
      // again.
      const wasOff = Math.abs(config.systemClockOffset - offsetBefore) >= tolerated;
      if (wasOff && error.$metadata !== undefined) error.$metadata.clockSkewCorrected = true;
    },
  };
}
