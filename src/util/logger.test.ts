import { expect, it } from "vitest";
import { createLogger } from "./logger.ts";

it("keeps what students wrote out of the log, unless it is a debugging log", () => {
  for (const [level, shown] of [
    ["info", false],
    ["debug", true],
  ] as const) {
    const lines: string[] = [];
    const logger = createLogger({ level, destination: { write: (line) => lines.push(line) } });
    logger.child({ sessionId: "s" }).info({ pii: { question: "my secret" } }, "a question came");
    expect(lines[0]).toContain('"msg":"a question came"');
    expect(lines[0]?.includes("my secret")).toBe(shown);
  }
});
