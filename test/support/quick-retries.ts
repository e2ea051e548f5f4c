/** The SDK's retries with short pauses: a test meets thousands of them. What is retried stays the SDK's decision. */

interface RetryToken {
  getRetryCount(): number;
  getRetryDelay(): number;
}

export function quickRetries(maxAttempts: number) {
  const token = (count: number): RetryToken => ({
    getRetryCount: () => count,
    getRetryDelay: () => Math.random() * Math.min(50, 2 ** count),
  });
  return {
    acquireInitialRetryToken: async () => token(0),
    async refreshRetryTokenForRetry(last: RetryToken, { errorType }: { readonly errorType: string }) {
      const count = last.getRetryCount() + 1;
      if (errorType === "CLIENT_ERROR" || count >= maxAttempts) throw new Error("No retry token available");
      return token(count);
    },
    recordSuccess() {},
  };
}
