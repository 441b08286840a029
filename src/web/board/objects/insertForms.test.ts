import { expect, it } from "vitest";
import { appErrorDataOf } from "../../../../convex/contract/errors.ts";
import { INSERT_FORMS } from "./insertForms.ts";

const EMPTY = { objects: new Map<string, never>() };

it("[BO9] the example of each form makes sense, with a title and, where none is needed, without", () => {
  for (const { name, example, plan } of INSERT_FORMS) {
    expect(plan("All in one", example, EMPTY).length).toBeGreaterThan(1);
    if (name !== "question") expect(plan("", example, EMPTY).length).toBeGreaterThan(1);
  }
});

it("[BO9] lines that make no sense are refused with a sentence for people", () => {
  const senseless: Record<string, string> = {
    table: "Only a heading",
    steps: "Only one",
    timeline: "1543 Copernicus\n1609",
    graph: "x +\n-5..5",
    card: "long ".repeat(2_000),
    question: "Only one",
  };
  for (const { name, needs, plan } of INSERT_FORMS) {
    expect(needs).toMatch(/^A .+\.$/);
    let thrown: unknown;
    try {
      plan("Title", senseless[name] ?? "", EMPTY);
    } catch (error) {
      thrown = error;
    }
    const said = appErrorDataOf(thrown)?.message ?? needs; // as the dialog says it
    expect([name, thrown === undefined, said.endsWith(".")]).toEqual([name, false, true]);
  }
});
