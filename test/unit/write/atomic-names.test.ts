/** Atomic writes of columns that are called as what every JavaScript object has (T9). */

import { ConstraintViolation, model, string } from "bloop-dynamodb";
import { describe, expect, test } from "vitest";
import { conditionFailed, scriptedEngine } from "../../support/requests.js";

const names = ["constructor", "toString", "valueOf", "hasOwnProperty", "__proto__", "isPrototypeOf"] as const;

describe.each(names)("a column stored as %s that the object had not, and a rival has stored", (name) => {
  const Odd = model("Odd", { id: string().hashKey(), value: string().storedAs(name), other: string() });
  const key = { id: { S: "1" } };
  const rival = Object.defineProperty({ ...key }, name, { value: { S: "rival" }, enumerable: true });

  test.each(["save", "delete", "transaction"] as const)(
    "is a ConstraintViolation of an atomic %s",
    async (operation) => {
      const { engine, answer } = scriptedEngine([{ Item: key }]);
      const odd = (await engine.get(Odd, { id: "1" })) ?? expect.unreachable();
      if (operation === "transaction") {
        const canceled = Object.assign(new Error("no"), {
          name: "TransactionCanceledException",
          CancellationReasons: [{ Code: "ConditionalCheckFailed", Message: "no", Item: rival }],
        });
        answer(canceled);
      } else answer(conditionFailed(rival));
      odd.other = "mine";
      const error: unknown = await {
        save: () => engine.save(odd, { atomic: true }),
        delete: () => engine.delete(odd, { atomic: true }),
        transaction: () => engine.transaction((transaction) => transaction.save(odd, { atomic: true })),
      }
        [operation]()
        .catch((thrown: unknown) => thrown);
      const failed = operation === "transaction" ? Reflect.get(Object(error), "reasons")[0] : error;
      if (operation !== "transaction") expect(error).toBeInstanceOf(ConstraintViolation);
      expect(String(failed.message)).toContain('the column "value" was changed since the object was loaded');
      expect(failed.current.value).toBe("rival");
    },
  );

  test("that both have is compared by its own value", async () => {
    const { engine, requests } = scriptedEngine([{ Item: rival }, {}]);
    const odd = (await engine.get(Odd, { id: "1" })) ?? expect.unreachable();
    expect(odd.value).toBe("rival");
    requests();
    odd.other = "mine";
    await engine.save(odd, { atomic: true });
    expect(String(requests()[0]?.["ConditionExpression"])).toContain(`${name} = "rival"`);
  });
});
